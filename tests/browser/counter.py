"""A kiosk for one test, with a printer or with clips, on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settings.schema import Kiosk
from tests.kiosk.desks import opened
from tests.kiosk.screens import showing
from tests.shipped import pack


@contextmanager
def kiosk(settings: Kiosk, *, data_dir: Path | None = None) -> Iterator[str]:
    """Serve the shipped pack with these settings and yield the address."""
    with opened(showing(pack(), settings, data_dir)) as port:
        yield f"http://127.0.0.1:{port}"
