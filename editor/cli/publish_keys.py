"""``publish keys`` and ``publish delegate``: show and change who may sign each part."""

from pathlib import Path
from typing import Any

from cli.command import Context, Verbs
from content.trust.public_keys import fingerprint
from editor.cli.publish_options import add_options, add_step, guarded, open_workspace
from editor.publishing.keys import from_device, key_files, make, read_public, write_public
from editor.publishing.metadata import PublishError
from editor.publishing.roles import (
    prepare_delegation,
    prepare_keys,
    prepare_renewal,
    prepare_undelegation,
)
from messages.message import message


def add(steps: Verbs) -> None:
    keys = steps.add_parser(
        "keys", help="list keys, holders and expiry dates; make, replace or revoke keys"
    )
    acts = keys.add_subparsers(dest="act", metavar="ACT", required=True)
    _add_own_keys(acts)
    more = add_step(
        acts, "add", "let another key sign for a role (import a holder's .pub file)", _change
    )
    gone = add_step(acts, "revoke", "stop accepting a key", _change)
    swap = add_step(acts, "rotate", "replace an old key with a new one", _change)
    roles = "root, targets, snapshot, timestamp, county/… or district/…"
    for parser in (more, gone, swap):
        parser.add_argument("role", metavar="ROLE", help=roles)
    for parser in (gone, swap):
        parser.add_argument("old", metavar="OLD", help="the key's name, as `keys list` shows it")
    for parser in (more, swap):
        parser.add_argument("new", type=Path, metavar="FILE.pub")
    add_step(acts, "renew", "sign the root again for another 400 days", _renew)
    delegate = steps.add_parser("delegate", help="let a county or district publish its own entries")
    delegate.add_argument("name", metavar="NAME", help="county/<five digits> or district/<id>")
    delegate.add_argument(
        "public",
        nargs="*",
        type=Path,
        metavar="FILE.pub",
        help="its public keys; one signature is enough",
    )
    delegate.add_argument("--revoke", action="store_true", help="end its right to publish")
    add_options(delegate)
    delegate.set_defaults(run=guarded(_delegate))


def _add_own_keys(acts: Verbs) -> None:
    add_step(acts, "list", "list each role, its keys, its expiry date and who must act", _list)
    new = add_step(acts, "new", "make your own encrypted key", _new)
    named = "such as editor-3; name its purpose, not yourself"
    new.add_argument("name", metavar="NAME", help=named)
    device = add_step(acts, "device", "use a key kept in a device or a signing service", _device)
    device.add_argument("name", metavar="NAME")
    uri = "the Signer URI, such as hsm:2?label=editor (securesystemslib)"
    device.add_argument("--uri", required=True, help=uri)
    device.add_argument(
        "--public", type=Path, required=True, metavar="PEM", help="its public key as a PEM file"
    )
    export = add_step(acts, "export", "write your public key to a file that you can send", _export)
    export.add_argument("name", metavar="NAME")
    export.add_argument("file", type=Path, metavar="FILE")


def _list(context: Context) -> int:
    workspace = open_workspace(context)
    workspace.status()
    for mine in key_files(workspace.keys):
        mark = fingerprint(mine.public)
        print(message("publish.key-here", name=mine.name, path=mine.path, mark=mark))
    return 0


def _new(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context)
    if given.dry_run:
        print(f"This would make {workspace.keys[0] / given.name}.key. Nothing was written.")
        return 0
    secret = workspace.secret_of(root=given.name.startswith("root"))
    made = make(workspace.keys[0], given.name, secret(given.name, True))
    path, mark = made.path, fingerprint(made.public)
    print(message("publish.key-made", path=path, public=path.with_suffix(".pub"), mark=mark))
    return 0


def _device(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context)
    if given.dry_run:
        file = workspace.keys[0] / f"{given.name}.uri"
        print(f"This would record in {file} where the key is. Nothing was written.")
        return 0
    noted = from_device(workspace.keys[0], given.name, given.uri, given.public.read_bytes())
    mark = fingerprint(noted.public)
    print(message("publish.device-noted", path=noted.path, name=given.name, mark=mark))
    return 0


def _export(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context)
    mine = {one.name: one for one in key_files(workspace.keys)}
    if given.name not in mine:
        raise PublishError("publish.no-such-key", name=given.name, names=", ".join(mine) or "none")
    if given.dry_run:
        print(f"This would write {given.file}. Nothing was written.")
        return 0
    write_public(given.file, mine[given.name].public)
    mark = fingerprint(mine[given.name].public)
    print(f"{given.file} was written. It is not secret. Fingerprint: {mark}")
    return 0


def _change(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context)
    before = workspace.published()
    key = _read_public(given.new) if "new" in given else None
    old: str = given.old if "old" in given else ""
    workspace.advance(
        before, prepare_keys(before, given.role, add=key, remove=old, now=workspace.now)
    )
    return 0


def _read_public(file: Path) -> Any:
    """Read the key and print its fingerprint."""
    key = read_public(file)
    print(f"Fingerprint of {file}: {fingerprint(key)}. Compare it with the holder by telephone.")
    return key


def _renew(context: Context) -> int:
    workspace = open_workspace(context)
    before = workspace.published()
    workspace.advance(before, prepare_renewal(before, now=workspace.now))
    return 0


def _delegate(context: Context) -> int:
    given = context.given
    workspace = open_workspace(context)
    before = workspace.published()
    if given.revoke:
        step = prepare_undelegation(before, given.name, now=workspace.now)
    elif given.public:
        keys = [_read_public(path) for path in given.public]
        step = prepare_delegation(before, given.name, keys, now=workspace.now)
    else:
        raise PublishError("publish.no-public-key", name=given.name)
    workspace.advance(before, step)
    return 0
