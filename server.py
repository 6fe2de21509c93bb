"""The program: starts the server or runs a command from cli/. Imports only what each run needs."""

import contextlib
import logging
import os
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cli import main as command_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    import uvicorn

    from cli.command import Answer
    from runtime.application import Porchlight
    from runtime.desk_server import DeskPort
    from runtime.http_front import GracefulServer
    from runtime.served import Served
    from settings.load import Secrets
    from settings.schema import Settings
    from sms.rate_limit import RateLimit

log = logging.getLogger("porchlight")


def serve(
    settings: "Settings",
    secrets: "Secrets",
    environ: dict[str, str],
    again: "Callable[[], Settings]",
) -> int:
    """Serve the kiosk, line and desk, as configured, until Ctrl-C or SIGTERM. Raises SettingsError.

    After the desk changes settings, everything restarts with the settings from ``again``, on the
    same open ports; sessions, verified content and senders' rates are handed on.
    """
    from msgspec.structs import replace

    from runtime import http_front, memory
    from settings.load import SettingsError
    from sms.rate_limit import RateLimit

    memory.without_holes()
    host = settings.server.host
    try:
        listening = http_front.listen(host, settings.server.port)
    except OSError as problem:
        raise SettingsError(
            f"[server] port: Porchlight cannot listen on {host} port {settings.server.port}"
            f" ({problem.strerror}). Stop the program that is using the port, perhaps another"
            " Porchlight, or set another port."
        ) from problem
    at_desk, rate = None, RateLimit()
    if settings.desk.enabled:
        from runtime import desk_server

        at_desk = desk_server.listen(settings.desk)
    served = _looking_ahead(settings)  # only once the ports are open
    say: Callable[[], object] = partial(_announce, settings, listening, at_desk, environ)
    serve_once = partial(_served, again=again, rate=rate)
    with contextlib.suppress(KeyboardInterrupt):
        while ended := serve_once(settings, secrets, listening, at_desk, say, served=served):
            found, served = ended
            say = list  # print the addresses only once
            settings = replace(found, server=settings.server, desk=settings.desk)
            served = served.handed_on(settings)
    return 0


def _looking_ahead(settings: "Settings") -> "Served":
    """Check for packs to serve, in a thread and a child process, while this process loads."""
    from runtime import child_process
    from runtime.served import Served
    from system.bounded import Pool
    from system.clock import now_utc

    served = Served(settings, clock=now_utc, first=child_process.make_first_release)
    Pool("look ahead", 1).submit(served.look_ahead)
    return served


def _served(
    settings: "Settings",
    secrets: "Secrets",
    listening: "socket",
    at_desk: "DeskPort | None",
    say: "Callable[[], object]",
    *,
    again: "Callable[[], Settings]",
    rate: "RateLimit",
    served: "Served",
) -> "tuple[Settings, Served] | None":
    """Call ``say``, then serve; return the next settings if somebody changed them at the desk."""
    from runtime import application, http_front

    app = application.Porchlight(settings, secrets=secrets, served=served)
    if app.text:
        app.text.line.rate = rate
    with contextlib.suppress(OSError):  # a full disk must not keep us from serving
        say()
    most = http_front.connections(http_front.open_files())
    config = http_front.bounded(app, most=most, lifespan=True)
    server = (
        _with_desk(app, config, secrets, at_desk) if at_desk else http_front.GracefulServer(config)
    )

    def end() -> None:
        server.should_exit = True

    app.desk_settings.again, app.desk_settings.end = again, end
    server.run(http_front.doors(listening))
    found = app.desk_settings.found
    return (found, app.served) if found else None


def _with_desk(
    app: "Porchlight", config: "uvicorn.Config", secrets: "Secrets", at_desk: "DeskPort"
) -> "GracefulServer":
    from runtime import desk_server
    from runtime.health.metrics import WithMetrics

    composed = desk_server.compose(app, at_desk.sessions)
    desk = WithMetrics(composed, secrets.metrics_token, app.measure)
    closing = app.desk_settings.closed.set
    return desk_server.WithDesk(config, desk, at_desk.listening.dup(), closing)


def _announce(
    settings: "Settings", listening: "socket", at_desk: "DeskPort | None", environ: dict[str, str]
) -> None:
    """Print the server's addresses, how to set it up and try its line, and where its files are."""
    from settings import places

    door = "Kiosk" if settings.kiosk.enabled else "Text line"
    port = listening.getsockname()[1]
    print(f"{door}: http://{settings.server.host}:{port}/    (press Ctrl-C to stop)", flush=True)
    if at_desk is not None:
        port = at_desk.listening.getsockname()[1]
        print(_desk_line(settings, f"http://{settings.desk.host}:{port}", environ), flush=True)
    if settings.sms.enabled:
        program = ".venv/bin/porchlight" if places.IS_CHECKOUT else "porchlight"
        print(f'Text the line from another terminal: {program} text "im not safe"', flush=True)
    file = places.settings_file(environ)
    print(f"Settings: {file}    Data: {settings.server.data_dir}", flush=True)


def _desk_line(settings: "Settings", place: str, environ: dict[str, str]) -> str:
    """Return the desk's address; before setup, include the code, which must not go into a log."""
    from kiosk.desk.setup import first_start
    from runtime import service

    if not first_start.is_fresh(settings):
        return f"Staff desk: {place}/staff/"
    code = ""
    if not service.keeps_a_log(environ, terminal=sys.stdout.isatty()):
        with contextlib.suppress(OSError, ValueError):
            code = first_start.made_code(settings.server.data_dir)
    if code:
        return f"Set it up: {first_start.address(place, code)}"
    return f"Set it up: {place}/staff/ with the code that `porchlight desk code` prints"


def main(arguments: list[str], environ: dict[str, str]) -> int:
    """Run a command; return 0 if done, 1 if there is a problem, 2 if the settings are wrong."""
    return command_line.until_unread(lambda: _main(arguments, environ))


def _main(arguments: list[str], environ: dict[str, str]) -> int:
    given = command_line.parser(arguments).parse_args(arguments)
    from runtime.alarms import log_format

    log_format.begin()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if given.report:
        return command_line.reported(partial(_run, given, environ))
    return _run(given, environ)


def _run(given: Namespace, environ: dict[str, str], answer: "Answer | None" = None) -> int:
    from cli.command import Context
    from runtime.alarms import log_format
    from settings import extras
    from settings.load import SettingsError, load
    from system.clock import now_utc

    try:
        settings, secrets = _settings(given, environ)
        log_format.begin(settings.log.format, settings.log.level)
        with contextlib.suppress(OSError):
            settings.server.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if given.verb in {None, "serve"}:
            if settings.retired:
                log.warning("settings: %s", settings.retired)
            os.umask(0o077)  # as under systemd: no other user may read the files

            def mine(found: "Settings") -> "Settings":
                own = extras.without_missing_line(found)
                if own.sms.enabled != found.sms.enabled:
                    log.warning("%s. Until then, the text line is off.", extras.line_lacks(found))
                return own

            return serve(mine(settings), secrets, environ, lambda: mine(load(environ)))
        return command_line.run(Context(settings, secrets, given, now_utc, answer))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if not (extra := extras.of_library(error.name)):
            raise
        print(f"{extras.needs(f'porchlight {given.verb}', extra)}.", file=sys.stderr)
        return 2
    except _built_pack_error() as error:
        from settings.places import ROOT

        folder = ROOT / "content" / "packs" / "pinned"
        print(f"{folder}: this installation is damaged. Install it again. {error}", file=sys.stderr)
        return 1


def _settings(given: Namespace, environ: dict[str, str]) -> tuple["Settings", "Secrets"]:
    """Return the settings, or defaults for commands that can fix them. Raises SettingsError."""
    from settings.load import Secrets, SettingsError, load, load_secrets
    from settings.schema import Server, Settings

    def read() -> tuple[Settings, Secrets]:
        return load(environ), load_secrets(environ)

    if given.verb == "doctor":  # doctor reports places that do not respond
        from runtime.upkeep import silent_places
        from settings import places

        try:
            return silent_places.run(read, lambda: places.named(environ))
        except silent_places.SilentPlaceError as error:
            raise SettingsError(str(error)) from error
    try:
        return read()
    except SettingsError:
        if given.verb not in {"back", "restore", "update"}:
            raise
        data_dir = environ.get("PORCHLIGHT_SERVER__DATA_DIR")
        return Settings(server=Server(data_dir=Path(data_dir)) if data_dir else Server()), Secrets()


def _built_pack_error() -> type[Exception]:
    """Import the class only after an error, because most runs do not need the packs' module."""
    from content.model.built_pack import BuiltPackError

    return BuiltPackError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
