"""A printed slip as JSON, which is part of the edition. It has no name and no topic.

The serving process loads this module, so keep its imports light.
"""

import msgspec

HEAD = "INFO DESK"  # for printers that lack the script; like ``head``, it reveals nothing
_OUTCOME = b'data-printed=""'


class Slip(msgspec.Struct, frozen=True):
    """One slip. ``plain``: lines for printers that lack the script; ``modules``: QR width, or 0."""

    lines: tuple[str, ...]
    plain: tuple[str, ...]
    number: str
    code: str
    head: str = HEAD
    modules: int = 0
    free: str = ""
    machine: str = ""


def part_name(language: str, code: str) -> str:
    return f"slip/{language}/{code}"


def asked(path: str) -> str:
    """Return the part's name for a slip's address, such as "/en/r/122/print"; "" for others."""
    match path.strip("/").split("/"):
        case [language, "r", code, "print"]:
            return part_name(language, code)
    return ""


def written(slip: Slip) -> str:
    return msgspec.json.encode(slip).decode()


def read(text: str) -> Slip:
    return msgspec.json.decode(text, type=Slip)


def with_outcome(page: bytes, *, printed: bool) -> bytes:
    """Return the slip's page with a sentence that says whether the slip was printed."""
    return page.replace(_OUTCOME, b'data-printed="yes"' if printed else b'data-printed="no"', 1)
