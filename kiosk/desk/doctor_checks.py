"""`doctor`'s findings about [desk]: whether only those who may can open it."""

from collections.abc import Iterator

from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from messages.message import Finding, message
from settings.schema import Settings
from system.hosts import is_loopback


def findings(settings: Settings) -> Iterator[Finding]:
    """None where the desk is off."""
    desk, data_dir = settings.desk, settings.server.data_dir
    if not desk.enabled:
        return
    is_near = is_loopback(desk.host)
    if passphrase.kept(data_dir) is None:
        place = f"http://{desk.host}:{desk.port}"
        if desk.address.startswith("https://"):
            place = desk.address.rstrip("/")
        shut = message("desk.shut-before-setup", place=place)
        if not first_start.is_fresh(settings):
            shut = message("desk.shut")
        yield (
            Finding("note", shut)
            if is_near
            else Finding(
                "wrong",
                message("desk.open-without-passphrase", host=desk.host),
            )
        )
    if not is_near:
        yield Finding(
            "wrong",
            message("desk.in-the-clear", host=desk.host),
        )
