"""What one process serves: kiosk and line together, or each its own where [sms] port is set."""

from msgspec.structs import replace

from settings import extras
from settings.load import SettingsError
from settings.schema import Settings


def of_process(settings: Settings, *, line_only: bool) -> Settings:
    """The settings of this process: what another one serves is off in them. SettingsError.

    Where the line's libraries are missing it is off, and whoever looks for packs and pages goes on.
    """
    if settings.sms.enabled and (lacks := extras.line_lacks(settings)):
        if line_only or not settings.kiosk.enabled:
            raise SettingsError(f"{lacks}.")
        settings = without_line(settings)
    server, sms = settings.server, settings.sms
    if line_only and not (sms.port and sms.enabled):
        raise SettingsError(
            "serve --only line: [sms] port is not set or [sms] enabled is false; set both, such as"
            " port = 8002, or run serve without --only."
        )
    if not (sms.port and sms.enabled):
        return replace(settings, sms=replace(sms, port=0))
    if sms.port in {server.port, settings.desk.port}:
        raise SettingsError(
            f"[sms] port: {sms.port} is the kiosk's or the desk's already; set another, such as"
            " 8002, or 0 to serve kiosk and line on one port."
        )
    if line_only:
        return replace(
            settings,
            server=replace(server, port=sms.port),
            kiosk=replace(settings.kiosk, enabled=False),
            desk=replace(settings.desk, enabled=False),
        )
    return replace(settings, sms=replace(sms, enabled=False))


def without_line(settings: Settings) -> Settings:
    """The same without a text line, on the screen either."""
    return replace(
        settings,
        sms=replace(settings.sms, enabled=False, port=0),
        kiosk=replace(settings.kiosk, text_line=""),
    )


def has_line(settings: Settings) -> bool:
    """Whether this machine serves the line, in this process or one beside it."""
    return settings.sms.enabled or bool(settings.sms.port)


def is_line_elsewhere(settings: Settings) -> bool:
    """Whether another process serves the line."""
    return bool(settings.sms.port) and not settings.sms.enabled


def is_line_alone(settings: Settings) -> bool:
    """Whether this process serves the line alone: another one looks for packs and renders them."""
    return bool(settings.sms.port) and settings.sms.enabled
