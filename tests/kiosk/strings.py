"""Every English sentence that the screen's and desk's code and templates pass to ``_()``."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

KIOSK = Path(__file__).parents[2] / "kiosk"
DESK = KIOSK / "desk"
_METHODS = [
    ("desk/**.py", "ignore"),
    ("**.py", "python"),
    ("posters/templates/**.html", "jinja2"),
    ("templates/**.html", "jinja2"),
]
_OF_THE_DESK = _METHODS[1:]


def extracted(folder: Path = KIOSK) -> list[str]:
    """Return the screen's or the desk's msgids in the order of files and lines, each once."""
    methods = _OF_THE_DESK if folder == DESK else _METHODS
    found: dict[str, None] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(folder, methods):
        assert isinstance(message, str)
        found.setdefault(message, None)
    return list(found)
