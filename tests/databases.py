"""Real databases for tests: a fresh SQLite file, and a fresh database in a throwaway PostgreSQL
cluster.

The cluster is started once for a test run, on a unix socket in a temporary folder, and is gone when
the run ends. PORCHLIGHT_TEST_POSTGRES may name a server to use instead (an SQLAlchemy address whose
user may create databases).
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

KINDS = ("sqlite", "postgresql")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def fresh(kind: str, folder: Path) -> str:
    """The address of an empty database of that kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'line.db'}"
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(_server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return make_url(_server()).set(database=name).render_as_string(hide_password=False)


@cache
def _server() -> str:
    given = os.environ.get("PORCHLIGHT_TEST_POSTGRES", "")
    return given.replace("postgresql://", "postgresql+psycopg://") if given else _start_cluster()


def _start_cluster() -> str:
    """Start PostgreSQL as this user, or as "postgres" when root, whom it refuses to serve."""
    if not BINARIES:
        raise RuntimeError("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    # Not pytest's folder: "postgres" must be able to reach it, and a socket's path may not be
    # longer than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="porchlight-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    user = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    if user:
        shutil.chown(folder, "postgres", "postgres")
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [
        BINARIES[0] / "initdb",
        "-D",
        data,
        "-U",
        "tester",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, cwd=folder, **user, **quiet)  # type: ignore[call-overload]
    options = [
        "-k",
        folder,
        "-c",
        "listen_addresses=",
        "-c",
        "max_connections=40",
        "-c",
        "shared_buffers=16MB",
    ]
    server = subprocess.Popen(  # type: ignore[call-overload]
        [BINARIES[0] / "postgres", "-D", data, *options], cwd=folder, **user, **quiet
    )
    atexit.register(_stop_cluster, server, folder)
    address = f"postgresql+psycopg://tester@/postgres?host={folder}"
    _wait_for(address)
    return address


def _wait_for(address: str) -> None:
    engine = create_engine(address)
    for _ in range(150):
        try:
            engine.connect().close()
        except Exception:  # noqa: BLE001  not up yet, in whichever way it says so
            time.sleep(0.1)
        else:
            engine.dispose()
            return
    raise RuntimeError("PostgreSQL did not come up within fifteen seconds")


def _stop_cluster(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed again
    server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)
