"""The shipped pack, read from its source once for all tests in a process that only read it."""

from functools import cache

from content.model.pack import Pack
from editor.authoring import read_pack
from settings.schema import Sms
from sms.script import Script
from tests.running import ROOT

PACK = ROOT / "content" / "packs" / "california"


@cache
def pack() -> Pack:
    read, _problems = read_pack.read(PACK)
    assert read is not None
    return read


@cache
def script() -> Script:
    """Return its words and replies with the default settings."""
    return Script(pack(), Sms())
