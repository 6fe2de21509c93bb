"""``verify``: whether what is on this machine's disk is what was signed, or what ships.

Owns what is printed, the same question before a person's yes, and the judgement of the Edition on a
disk that cannot be written. The server runs this verb each time it starts, and waits for it; every
rendering anew asks it first. Refuses to fetch anything.
"""

import contextlib
import hashlib
import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from cli import Verbs
from content.model import built_pack
from content.model.pack import Pack
from content.releases import held
from content.releases.approval import Vouch
from content.releases.generations import BusyError, Release, Releases
from content.releases.record import METADATA
from content.review.provenance import Origin
from settings.load import Secrets
from settings.schema import Settings


def add(verbs: Verbs) -> None:
    """Add the verb."""
    help_ = (
        "is what is on the disk what was signed, or what ships? sets the rest aside, and renders"
        " the pages again"
    )
    parser = verbs.add_parser("verify", help=help_)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--pack-only", action="store_true", help="leave the pages as they are, unseen")
    how.add_argument(
        "--compare",
        action="store_true",
        help="leave the pages as they are, and say which are unproven",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="last line: releases refused, pages unproven, is the directory to be trusted",
    )
    parser.set_defaults(run=run)


def run(
    settings: Settings, secrets: Secrets, given: Namespace, clock: Callable[[], datetime]
) -> int:
    """Verify and, unless told otherwise, render again; 1 if a release was refused or its pages are
    not proven."""
    from cli import refresh

    releases = Releases(settings.server.data_dir)
    refused = set(settled(settings, releases, clock()))
    unproven: set[str] = set()
    doubt = (
        "" if given.pack_only else directory_settled(settings, releases)
    )  # before the pages, which offer it
    put_right = given.pack_only or (
        not given.compare and refresh.refresh_now(settings, clock(), again=True) == 0
    )
    if not put_right:
        unproven = _unproven_pages(settings, releases, refused)
    if given.json:
        verdict = {"refused": sorted(refused), "unproven": sorted(unproven)}
        print(json.dumps({**verdict, "directory": not doubt or _is_gone(settings)}))
    elif unproven:
        print(
            "The packs are right, but these stored pages are not known to be: "
            + ", ".join(sorted(unproven))
        )
    elif not refused and not doubt:
        print("What is on the disk is right.")
    return 1 if refused or unproven or doubt else 0


def settled(settings: Settings, releases: Releases, now: datetime) -> Mapping[str, str]:
    """Set aside what must not be served, and say so; ids → why. On a disk that cannot be written
    they stay there."""
    from content.releases import boot_check

    judge = boot_check.Judge(
        root=_root(settings),
        unsigned=settings.content.unsigned,
        shipped=_shipped(settings.content.pack),
    )
    try:
        refused = boot_check.settle(releases, judge.doubt)
    except (OSError, BusyError):
        refused = boot_check.judged(releases, judge.doubt)
    said = [f"Release {name} is not served: {why}." for name, why in refused.items()]
    for sentence in said:
        print(sentence, file=sys.stderr)
    if said:
        with contextlib.suppress(OSError):
            releases.record_refusal(str(settings.server.data_dir), said, now=now)
    return refused


def directory_settled(settings: Settings, releases: Releases) -> str:
    """Why the large directory on the disk must not be searched, "" if it may. It is taken away,
    where the disk lets us and no refresh is just replacing it.

    Where the settings allow what nobody signed, an author tries out a directory of their own: it is
    left alone.
    """
    from content.directory import proof
    from content.releases import boot_check

    if settings.content.unsigned:
        return ""
    data_dir, root = settings.server.data_dir, _root(settings)
    try:
        with releases.lock():
            if doubt := boot_check.directory_doubt(data_dir, root):
                proof.forget(data_dir)
    except (OSError, BusyError):
        doubt = boot_check.directory_doubt(data_dir, root)
    if doubt:
        print(
            f"The large directory is not searched: {doubt}. The next refresh fetches it anew.",
            file=sys.stderr,
        )
    return doubt


def _is_gone(settings: Settings) -> bool:
    """Whether what was doubted could be taken away, so that what a refresh brings may be searched."""
    from content.directory import index

    return not index.lies(index.path_in(settings.server.data_dir))


def vouched(settings: Settings) -> Vouch:
    """Tells why a pack that waits must not be served, "" if it may: its signatures, whose age is
    not looked at.

    One that nobody signed may be served only while the settings allow it, whatever they were when
    it came.
    """
    root = settings.content.root

    def wrong(folder: Path, origin: Origin) -> str:
        from content.releases import boot_check
        from content.trust import tuf_offline

        if origin != "signed":
            return (
                ""
                if settings.content.unsigned
                else "nobody signed it, and [content] unsigned is false."
            )
        if root is None:
            return "[content] root is not set: name the root.json that the school was given."
        try:
            right = boot_check.vouched(
                built_pack.read_built(folder), folder / METADATA, root.read_bytes()
            )
        except (tuf_offline.ChainError, OSError, built_pack.BuiltPackError) as error:
            return f"{error}."
        return "" if right else "it is not the pack that was signed."

    return wrong


def _root(settings: Settings) -> bytes | None:
    try:
        return settings.content.root.read_bytes() if settings.content.root else None
    except OSError:
        return None


@cache
def _shipped(folder: Path) -> Callable[[], Pack | None]:
    """Reads the installation's own pack once, and only when a release must be compared with it."""

    @cache
    def read() -> Pack | None:
        from cli import main

        pack, problems = main.read(folder)
        wrong = pack is None or any(problem.severity == "error" for problem in problems)
        return None if pack is None or wrong else built_pack.load(built_pack.build(pack))

    return read


def _unproven_pages(settings: Settings, releases: Releases, refused: set[str]) -> set[str]:
    """The releases that may be served, but for pages that are not known to be what this program
    makes of their packs.

    For a disk that cannot be written, or that another process holds: on any other, the pages were
    just put right.
    """
    kept = [one for one in releases.pair() if one.id not in refused]
    # Only the release that will be served is worth a rendering: the other's pages stay unproven.
    proven = {one.id for one in kept[:1] if _proven(settings, releases, one)}
    return {one.id for one in kept} - proven


def _proven(settings: Settings, releases: Releases, release: Release) -> bool:
    """Whether its pages, rendered again, are those on the disk. What is recorded beside them proves
    nothing."""
    from cli import main

    try:
        key = main.edition_key(settings, release.activated_at)
        if release.edition_key != held.overlay(releases).key(key, release.pack()):
            return False  # other settings, another version of this program, or an edited record
        return _rendered(settings, releases, release) == _sha256(release.edition)
    except Exception as error:  # noqa: BLE001  a template may break in any way
        print(
            f"The pages of release {release.id} could not be compared ({error}).", file=sys.stderr
        )
        return False


def _rendered(settings: Settings, releases: Releases, release: Release) -> str:
    from cli import main

    with tempfile.TemporaryDirectory() as folder:
        edition = Path(folder) / "edition.bin"
        main.prepare(settings, release.activated_at)(held.shown(releases, release), edition)
        return _sha256(edition)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
