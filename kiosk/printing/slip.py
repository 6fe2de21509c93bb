"""A slip on its way from the page maker to the printer: a part of the edition, in JSON.

Owns what a slip holds and the address that asks for one. Refuses anything but a number, a word to
send and what a code says: no name, no topic, no web address to read. Light and pure: the serving
process loads it.
"""

import msgspec

HEAD = "INFO DESK"  # not translated: the same neutral words on every slip, whoever finds it
_UNTOLD = b'data-printed=""'


class Slip(msgspec.Struct, frozen=True):
    """One slip. ``plain`` says the lines without a translated word, for a printer without the
    script.

    ``modules`` is how wide the code is, without its quiet zone; 0 where there is no code.
    """

    lines: tuple[str, ...]
    plain: tuple[str, ...]
    number: str
    code: str
    modules: int = 0
    free: str = ""


def part(language: str, code: str) -> str:
    """The name of the edition's part that holds a card's slip."""
    return f"slip/{language}/{code}"


def asked(path: str) -> str:
    """The part that a slip's address ("/en/r/122/print", in no mode) asks for, or "" if it is no
    slip's address."""
    match path.strip("/").split("/"):
        case [language, "r", code, "print"]:
            return part(language, code)
    return ""


def written(slip: Slip) -> str:
    """A slip as the text of a part."""
    return msgspec.json.encode(slip).decode()


def read(text: str) -> Slip:
    """A slip from its part."""
    return msgspec.json.decode(text, type=Slip)


def told(page: bytes, *, printed: bool) -> bytes:
    """The slip's page, which now also says that the slip comes, or that the printer rests."""
    return page.replace(_UNTOLD, b'data-printed="yes"' if printed else b'data-printed="no"', 1)
