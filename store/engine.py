"""Opens the database, SQLite or PostgreSQL (psycopg 3), and brings its schema up to date."""

import os
import stat
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    NullPool,
    create_engine,
    event,
    exc,
    inspect,
    make_url,
    text,
)

from store.failure import StoreError

METADATA = MetaData()  # all our tables, no matter which module has their statements
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Alembic's head, read from its file names: Alembic itself would cost each start 40 ms and 6 MB.
SCHEMA = max(file.name[:4] for file in MIGRATIONS.glob("versions/[0-9]*.py"))
_one_migrates = threading.Lock()  # Alembic's context is global to the process
_WAL_TRIES, _WAL_PAUSE_SECONDS = 5, 0.1
_LOCK_NUMBER = 721_902_114  # an arbitrary number for PostgreSQL's advisory lock around migrations


def is_away(error: Exception) -> bool:
    """Whether the database (not the statement) failed: locked, full, missing, or not a database."""
    kinds = (OSError, exc.OperationalError, exc.InternalError, exc.InterfaceError)
    return isinstance(error, kinds) or type(error) is exc.DatabaseError


def sentence(error: Exception) -> str:
    """Name only the kind of failure: a driver's message may quote a statement and its values."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    name = (
        getattr(cause, "sqlite_errorname", "")
        or getattr(cause, "sqlstate", "")
        or type(cause).__name__
    )
    return f"Porchlight could not use the database ({name})"


def open_engine(url: str, busy_ms: int) -> Engine:
    """Return an SQLAlchemy URL's engine, which waits ``busy_ms`` for a lock. Raises StoreError.

    The engine has no pool, which would keep the connections of threads that have ended.
    """
    try:
        address = make_url(url)
    except (exc.ArgumentError, ValueError):  # the error's text may contain part of the password
        raise StoreError(
            "[store] url is not a database address; use sqlite:///file or postgresql://…"
        ) from None
    kind = address.get_backend_name()
    if kind in {"postgres", "postgresql"}:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            connect_args={
                "connect_timeout": 2,
                "tcp_user_timeout": 5_000,
                "options": f"-c lock_timeout={busy_ms} -c statement_timeout=5000",
            },
            hide_parameters=True,
        )
    elif kind == "sqlite":
        engine = create_engine(
            address,
            poolclass=NullPool,
            connect_args={"timeout": busy_ms / 1000},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        raise StoreError(f"[store] url names {kind!r}; only sqlite and postgresql can be used")
    return engine


def bare(
    connection: Connection, statement: str, values: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Run a statement on SQLite's own connection: several times faster, with the same errors."""
    driver: Any = connection.connection.driver_connection
    try:
        return cast(list[tuple[Any, ...]], driver.execute(statement, values).fetchall())
    except driver.Error as error:
        raise exc.DBAPIError.instance(
            statement, None, error, driver.Error, hide_parameters=True
        ) from error


def lock(connection: Connection) -> None:
    """Lock for writing before reading: otherwise SQLite fails if another process has written."""
    if not cast(Any, connection.connection.driver_connection).in_transaction:
        bare(connection, "begin immediate")


def file_of(engine: Engine) -> tuple[int, int] | None:
    """Return an SQLite file's device and inode; None if there is no file or SQLite is not used."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    try:
        # This runs once per batch, and pathlib would take several times as long.
        found = os.stat(name) if name else None  # noqa: PTH116
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set WAL, so that nobody else is blocked, and FULL, so that power outages lose no claims."""
    cursor = connection.cursor()
    for row in cursor.execute("PRAGMA database_list").fetchall():
        _keep_private(row[2])  # do this before SQLite creates the journal, which copies the mode
    for left in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except connection.OperationalError:
            # If two processes switch a new file to WAL at once, SQLite refuses one without waiting.
            if not left:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # overwrite deleted data
    cursor.close()


def _keep_private(file: str) -> None:
    """Make the file and its journal private, even if an older version created them."""
    for path in (Path(file), Path(f"{file}-wal"), Path(f"{file}-shm")) if file else ():
        with suppress(OSError):  # the file is missing or belongs to another user
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                path.chmod(0o600)


def bring_up(connection: Connection) -> bool:
    """Migrate an older schema, one process at a time; return True if there was no schema."""
    found = schema_version(connection)
    if found < SCHEMA:
        connection.rollback()
        with _one_migrates:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK_NUMBER})
            else:
                connection.exec_driver_sql("begin immediate")
            if schema_version(connection) < SCHEMA:
                _migrate(connection)
            connection.commit()
    connection.rollback()
    return not found


def schema_version(connection: Connection) -> str:
    """Return the database's current migration, or "" for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("select version_num from alembic_version")).scalar() or ""


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  large, and not needed if the schema is up to date
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
