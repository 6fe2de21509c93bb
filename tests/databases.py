"""Real databases for tests: a fresh SQLite file, and a fresh database in a throwaway PostgreSQL
cluster.

The cluster starts once per test run, on a Unix socket in a temporary folder, and is removed when
the run ends. PORCHLIGHT_TEST_POSTGRES may name a server to use instead (an SQLAlchemy URL whose
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
from sqlalchemy.exc import OperationalError

KINDS = ("sqlite", "postgresql")
INITDB = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
POSTGRES = tuple(
    word
    for setting in (
        "listen_addresses=",
        "max_connections=40",
        "shared_buffers=16MB",
        # Written data outlives every process; only a crash of the machine would lose it.
        "fsync=off",
        "full_page_writes=off",
    )
    for word in ("-c", setting)
)
PATIENCE = 60  # seconds
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def fresh(kind: str, folder: Path) -> str:
    """Return the address of an empty database of that kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'line.db'}"
    name = f"test_{uuid.uuid4().hex[:12]}"
    return _with_database(_server(), name)


def alone(kind: str, folder: Path) -> str:
    """Return the same in its own cluster: its journal and log have nothing from other tests."""
    if kind == "sqlite" or os.environ.get("PORCHLIGHT_TEST_POSTGRES"):
        return fresh(kind, folder)
    return on_a_socket()


def on_a_socket() -> str:
    """Return a PostgreSQL on this machine, whatever PORCHLIGHT_TEST_POSTGRES names."""
    return _with_database(_start_cluster(), "test_alone")


def _with_database(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _server() -> str:
    given = os.environ.get("PORCHLIGHT_TEST_POSTGRES", "")
    return given.replace("postgresql://", "postgresql+psycopg://") if given else _start_cluster()


def _start_cluster() -> str:
    """Start PostgreSQL as this user, or as "postgres" if that is root, which it refuses."""
    if not BINARIES:
        raise RuntimeError("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    # Not pytest's folder: "postgres" must be able to reach it, and a socket's path may have at most
    # 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="porchlight-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    user = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    if user:
        shutil.chown(folder, "postgres", "postgres")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = folder / "log"
    with log.open("wb") as output:
        started = {"cwd": folder, "stdout": output, "stderr": output, **user}
        initdb = [BINARIES[0] / "initdb", *INITDB, "-D", folder / "data"]
        if subprocess.run(initdb, check=False, **started).returncode:  # type: ignore[call-overload]
            raise RuntimeError(f"initdb made no cluster; it printed:\n{_last(log)}")
        postgres = [BINARIES[0] / "postgres", *POSTGRES, "-D", folder / "data", "-k", folder]
        server = subprocess.Popen(postgres, **started)  # type: ignore[call-overload]
    atexit.register(_stop_cluster, server)
    address = f"postgresql+psycopg://tester@/postgres?host={folder}"
    _wait_for(address, server, log)
    return address


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    engine = create_engine(address)
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            engine.connect().close()
        except OperationalError:  # not up yet
            time.sleep(0.05)
        else:
            engine.dispose()
            return
    what = "ended" if server.poll() is not None else f"did not come up within {PATIENCE} seconds"
    raise RuntimeError(f"PostgreSQL {what}; it printed:\n{_last(log)}")


def _last(log: Path) -> str:
    """Return the end of a program's output, which says why it gave up."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def _stop_cluster(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGQUIT)  # at once: we need nothing from it again
    server.wait(10)
