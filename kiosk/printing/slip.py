"""A slip on its way from the page maker to the printer: a part of the edition, in JSON.

It holds a number, a word to send and what a code says: no name, topic or web address. The serving
process loads this module, so it stays light.
"""

import msgspec

HEAD = "INFO DESK"  # not translated: the same neutral words on every slip, whoever finds it
_OUTCOME = b'data-printed=""'


class Slip(msgspec.Struct, frozen=True):
    """One slip. ``plain``: the lines without a translated word, for a printer without the script.
    ``modules``: how wide the code is, without its quiet zone; 0 for no code."""

    lines: tuple[str, ...]
    plain: tuple[str, ...]
    number: str
    code: str
    modules: int = 0
    free: str = ""


def part_name(language: str, code: str) -> str:
    """The name of the edition's part that holds a card's slip."""
    return f"slip/{language}/{code}"


def asked(path: str) -> str:
    """The part that an address such as "/en/r/122/print" asks for, "" if it is no slip's."""
    match path.strip("/").split("/"):
        case [language, "r", code, "print"]:
            return part_name(language, code)
    return ""


def written(slip: Slip) -> str:
    """A slip as the text of a part."""
    return msgspec.json.encode(slip).decode()


def read(text: str) -> Slip:
    """A slip from its part."""
    return msgspec.json.decode(text, type=Slip)


def with_outcome(page: bytes, *, printed: bool) -> bytes:
    """The slip's page, which now says that the slip comes, or that the printer rests."""
    return page.replace(_OUTCOME, b'data-printed="yes"' if printed else b'data-printed="no"', 1)
