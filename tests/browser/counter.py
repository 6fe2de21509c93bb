"""A kiosk of one test's own, with a printer or with clips, on a free port."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from content.directory import index
from kiosk import directory_results, render
from kiosk.app import KioskApp
from kiosk.edition import last_resort
from runtime import http_front
from settings.schema import Kiosk
from system import files
from tests.kiosk.conftest import TODAY
from tests.shipped import pack


@contextmanager
def kiosk(settings: Kiosk, *, data_dir: Path | None = None) -> Iterator[str]:
    """Serve the shipped pack with these settings and yield the address."""
    app = KioskApp(settings, fallback=last_resort.edition(settings))
    beside = render.Beside(data_dir=data_dir, services=directory_results.present(data_dir))
    edition = render.edition(pack(), settings, today=TODAY, beside=beside)
    directory = files.stamp(index.path_in(data_dir)) if data_dir else ()
    app.show(edition, pack(), data_dir=data_dir, directory=directory)
    listening = http_front.listen("127.0.0.1", 0)
    running = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", log_level="critical", access_log=False)
    )
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(10)
