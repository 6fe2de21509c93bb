"""Reads the shipped pack from its source, for tools that measure it."""

from content.model.pack import Pack
from editor.authoring.read_pack import read
from settings.places import ROOT
from settings.schema import Sms
from sms.script import Script

PACK = ROOT / "content" / "packs" / "california"
SETTINGS = Sms(
    number="+19165550100", program_name="Porchlight", contact="1-916-555-0111"
)  # as a district would set them


def pack() -> Pack:
    """Return the California pack. Raises SystemExit if it cannot be read."""
    found, _ = read(PACK)
    if found is None:
        raise SystemExit("The pack of California cannot be read; run `porchlight check`.")
    return found


def script() -> Script:
    """Return the pack's words and replies."""
    return Script(pack(), SETTINGS)
