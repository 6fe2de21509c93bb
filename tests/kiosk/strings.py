"""Every English sentence that the screen's code and templates hand to ``_()``."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

KIOSK = Path(__file__).parents[2] / "kiosk"
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def extracted() -> list[str]:
    """The msgids in the order of files and lines, each once."""
    found: dict[str, None] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(KIOSK, _METHODS):
        assert isinstance(message, str)
        found.setdefault(message, None)
    return list(found)
