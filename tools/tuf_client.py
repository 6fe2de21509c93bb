"""Our TUF client with the command line that the TUF conformance suite expects.

Usage: python tools/tuf_client.py --metadata-dir DIR init ROOT
       python tools/tuf_client.py --metadata-dir DIR --metadata-url URL refresh
       python tools/tuf_client.py --metadata-dir DIR --metadata-url URL --target-name PATH …
           --target-base-url URL --target-dir DIR download
Exit code 1 on any failure. The client works as on a kiosk, except that it allows plain http on
loopback and any target path, and uses TUF's own limits.
"""

import argparse
import shutil
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tuf.ngclient import UpdaterConfig  # noqa: E402

from content.trust.blob_store import Blobs  # noqa: E402
from content.trust.fetch import Deadline  # noqa: E402
from content.trust.fetch_https import HttpsFetcher  # noqa: E402
from content.trust.tuf_client import Client  # noqa: E402

SECONDS = 60
FIRST = "pinned"  # the pinned root's name, next to TUF's own files, which all end in .json


def client(given: argparse.Namespace) -> tuple[Client, HttpsFetcher]:
    """Return this metadata folder's client, which allows plain http only to this machine."""
    local = urlsplit(given.metadata_url).hostname in {"localhost", "127.0.0.1", "::1"}
    fetcher = HttpsFetcher(Deadline(SECONDS), plain=local)
    root = (given.metadata_dir / FIRST).read_bytes()
    made = Client(
        given.metadata_dir,
        given.metadata_url,
        fetcher,
        root=root,
        now=datetime.now(UTC),
        config=UpdaterConfig(max_root_rotations=32),
    )
    return made, fetcher


def init(given: argparse.Namespace) -> None:
    """Pin the root without contacting the repository."""
    given.metadata_dir.mkdir(parents=True, exist_ok=True)
    for name in (FIRST, "root.json"):
        shutil.copyfile(given.root, given.metadata_dir / name)


def refresh(given: argparse.Namespace) -> None:
    """Fetch the newest metadata."""
    client(given)[0].refresh()


def download(given: argparse.Namespace) -> None:
    """Fetch targets in order through the store that kiosks use, each under its own name in the
    target folder."""
    updater, fetcher = client(given)
    updater.refresh()
    blobs = Blobs(given.target_dir / ".blobs")
    for path in given.target_name:
        info = updater.get_targetinfo(path)
        if info is None:
            raise ValueError(f"{path} is not among the targets")
        folder, slash, name = path.rpartition("/")
        hashed = (
            f"{next(iter(info.hashes.values()))}."
            if updater.verified.root.consistent_snapshot
            else ""
        )
        url = f"{given.target_base_url.rstrip('/')}/{folder}{slash}{hashed}{name}"
        blob = blobs.take(info, partial(fetcher.read, url, info.length))
        shutil.copy2(
            blob, given.target_dir / quote(path, safe="")
        )  # with its time, which the suite uses for sorting


def main() -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(description="Our TUF client for the conformance suite.")
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url")
    parser.add_argument("--target-name", action="append")
    parser.add_argument("--target-base-url")
    parser.add_argument("--target-dir", type=Path)
    steps = parser.add_subparsers(required=True)
    first = steps.add_parser("init")
    first.add_argument("root", type=Path)
    first.set_defaults(run=init)
    steps.add_parser("refresh").set_defaults(run=refresh)
    steps.add_parser("download").set_defaults(run=download)
    given = parser.parse_args()
    try:
        given.run(given)
    # for any error, the suite needs to see that the command failed
    except Exception as error:  # noqa: BLE001
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
