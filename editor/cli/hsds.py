"""``hsds import`` and ``hsds export``: draft others' services, and publish ours as a feed."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli.command import Context, Verbs, failed
from content.model import pack_folder
from content.review import number_changes
from editor.cli import add_pack, named_pack
from editor.exchange.hsds import api, draft_service, drafts_folder, http
from editor.exchange.hsds import export as hsds_export
from editor.exchange.hsds import files as feed_files
from editor.exchange.hsds.api import Listing
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding
from runtime import installation
from system import files

MOST_SERVICES = 10_000  # maximum per import; nobody could review more
_REPORTED = 500  # services per progress message
_SKEW = timedelta(days=1)  # a feed's clock may be wrong


def add(verbs: Verbs) -> None:
    hsds = verbs.add_parser("hsds")
    kinds = hsds.add_subparsers(dest="hsds", metavar="import|export", required=True)
    into = kinds.add_parser(
        "import", help="make drafts from a file, a package or an API; nothing goes live"
    )
    into.add_argument(
        "source",
        metavar="FILE-or-URL",
        help="a JSON or ndjson file, a folder or zip of CSV files, or https://",
    )
    into.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for drafts (default: drafts in data_dir)"
    )
    into.set_defaults(run=import_)
    out = kinds.add_parser("export", help="write the pack as a feed: a page of services, or ndjson")
    add_pack(out)
    out.add_argument(
        "--out", type=Path, metavar="FILE", help=".json or .ndjson file (default: standard output)"
    )
    out.add_argument(
        "--before",
        type=Path,
        metavar="PACK",
        help="an older pack; changes since then are listed in metadata",
    )
    out.set_defaults(run=export)


def import_(context: Context) -> int:
    """Write drafts and NEEDS.md; return 1 if not all of the source could be read."""
    given = context.given
    now = context.now
    folder = given.out or context.settings.server.data_dir / "drafts"
    needs: list[Finding] = []
    listing = Listing()
    url = given.source if "://" in given.source else ""
    feed = draft_service.Feed(
        name=urlsplit(url).hostname or Path(given.source).name, today=now.date(), url=url
    )
    try:
        record = drafts_folder.opened(folder, given.source)
        records = _records(given.source, needs, listing, record.read_at if record else None)
        drafts, others = draft_service.drafts(_counted(records), feed)
        whole = listing.whole and not listing.missed
        listed = frozenset(listing.ids) if listing.whole else None
        how = {"source": given.source, "now": now, "listed": listed, "whole": whole}
        summary = drafts_folder.write(folder, drafts, [*needs, *others], **how)
    except (FeedError, OSError) as error:
        return failed(f"Nothing was imported: {error}")
    print(*summary, sep="\n")
    return 0 if whole else 1


def export(context: Context) -> int:
    """Write the pack as HSDS; return 1 if a pack has errors or the file cannot be written."""
    given = context.given
    packs = [_sound(folder) for folder in (named_pack(context), given.before) if folder]
    if None in packs:
        return 1
    pack, before = packs[0], packs[-1]
    changed = number_changes.between(before, pack)
    found = hsds_export.services(pack, changes=changed, changed_on=context.now.date())
    if given.out and given.out.suffix == ".ndjson":
        text = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found)
    else:
        text = json.dumps(hsds_export.page(found), ensure_ascii=False, indent=1) + "\n"
    if not given.out:
        print(text, end="")
        return 0
    try:
        files.replace(given.out, text.encode())
    except OSError as error:
        return failed(f"{given.out} cannot be written: {error}")
    print(f"{len(found)} services written to {given.out} (HSDS {hsds_export.VERSION}).")
    return 0


def _sound(folder: Path) -> Any:
    """Return the pack in the folder; if it has errors, print them and return None."""
    pack, problems = pack_folder.read(folder)
    errors = installation.errors(problems)
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    return None if errors else pack


def _records(
    source: str, needs: list[Finding], listing: Listing, since: datetime | None
) -> Iterator[dict[str, Any]]:
    """Yield every service from a file, a package or an API. Raises FeedError."""
    if "://" in source:
        http.check_address(source)
        after = ""
        if since:
            after = (since - _SKEW).isoformat(timespec="seconds").replace("+00:00", "Z")
        yield from api.services(source, http.Web().get, needs, listing, since=after)
        return
    for record in feed_files.services(Path(source), needs):
        listing.ids.add(str(record.get("id", "")).strip())
        yield record
    listing.whole = True


def _counted(records: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(records):
        if number >= MOST_SERVICES:
            raise FeedError("feed.too-many", most=MOST_SERVICES)
        if number and not number % _REPORTED:
            print(f"{number} services read …", file=sys.stderr)
        yield record
