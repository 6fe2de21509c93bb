"""TUF's own client, reading a publisher's site from its folder: the other party in the publisher's
tests."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater


class Folder(FetcherInterface):
    """Fetches from a directory, as from a USB drive."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(unquote(urlsplit(url).path))
        if not path.is_file():
            raise DownloadHTTPError("missing", 404)
        yield path.read_bytes()


class Reader:
    """TUF's own client with its own memory, which trusts the site's first root."""

    def __init__(self, site: Path, folder: Path) -> None:
        self.site, self.folder, self.root = (
            site,
            folder,
            (site / "metadata" / "1.root.json").read_bytes(),
        )
        (folder / "files").mkdir(parents=True)

    def refresh(self, now: datetime) -> Updater:
        """Run one refresh at that time; raises what TUF raises."""
        updater = Updater(
            str(self.folder / "metadata"),
            f"file://{self.site}/metadata/",
            str(self.folder / "files"),
            f"file://{self.site}/targets/",
            fetcher=Folder(),
            bootstrap=self.root,
        )
        updater._trusted_set.reference_time = now
        updater.refresh()
        return updater

    def fetch(self, path: str, now: datetime) -> bytes:
        """Return a path's published bytes."""
        updater = self.refresh(now)
        info = updater.get_targetinfo(path)
        assert info is not None, f"{path} is missing"
        return Path(updater.download_target(info)).read_bytes()
