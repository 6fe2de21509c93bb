"""Checks of what the screen needs besides the program: printer, voice, libraries for posters."""

import os
from collections.abc import Iterator

from kiosk.audio import clips
from messages.message import Message, message
from runtime.health.observation import Observation
from settings import extras


def printer_and_voice(seen: Observation) -> Iterator[Message]:
    kiosk = seen.settings.kiosk
    if kiosk.printer.startswith("/"):
        if extras.is_missing("printer"):
            yield message("printer.no-extra", lacks=extras.needs("[kiosk] printer", "printer"))
        if not os.access(kiosk.printer, os.W_OK):
            yield message("printer.unwritable", device=kiosk.printer)
    if kiosk.audio != "off" and not clips.able():
        yield message("screen.no-voice")


def posters(_seen: Observation) -> Iterator[Message]:
    if lacks := extras.paper_lacks():
        yield message("paper.no-posters", lacks=lacks)
