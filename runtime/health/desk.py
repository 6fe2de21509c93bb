"""Checks of [desk]: whether only those who may can open it."""

from collections.abc import Iterator

from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from messages.message import Message, message
from runtime.health.observation import Observation
from system.hosts import is_loopback


def opened(seen: Observation) -> Iterator[Message]:
    """Whether anybody else can open the desk; nothing where it is off."""
    settings = seen.settings
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
        yield (shut if is_near else message("desk.open-without-passphrase", host=desk.host))
    if not is_near:
        yield message("desk.in-the-clear", host=desk.host)
