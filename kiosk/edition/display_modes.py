"""Display modes (bigger text in two steps, high contrast, "move down") in addresses and pages.

sw.js implements the same rules; tests/kiosk/modes_cases.json checks that the two agree.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import AnyStr

# "huge" is the second step of "big" and never appears without it.
MODES = ("big", "huge", "contrast", "down")
Modes = tuple[str, ...]

MARK = ' data-mode=""'
_LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z]+)?"
_MODE = "|".join(MODES)
_ADDRESS = re.compile(rf"/({_LANGUAGE})/({_MODE})((?:\+(?:{_MODE}))*)(/.*)?", re.DOTALL)
_BASE = re.compile(rf"(/{_LANGUAGE})(/.*)?", re.DOTALL)


def split(path: str) -> tuple[str, Modes]:
    """Return the address without modes, and the modes; an invalid address stays unchanged."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return path, ()
    modes = tuple((found[2] + found[3]).split("+"))
    if modes != in_order(modes):
        return path, ()
    return f"/{found[1]}{found[4] or ''}", modes


def address(base: str, modes: Modes) -> str:
    """Return a page's address in these modes; ``/leave`` and assets always have one address."""
    found = _BASE.fullmatch(base)
    return f"{found[1]}/{'+'.join(modes)}{found[2] or ''}" if found and modes else base


def apply(html: AnyStr, modes: Modes, base: str = "") -> AnyStr:
    """Return a finished page in these modes. A link with one mode in its address toggles that mode.

    ``base``: the path that the page's addresses are relative to, as in ``links.below``.
    """
    if not modes:
        return html
    if isinstance(html, bytes):
        return apply(html.decode(), modes, base).encode()
    marked = html.replace(MARK, f' data-mode="{" ".join(modes)}"', 1)
    return _link(base).sub(lambda link: _carried(link[1], link[2], modes), marked)


@lru_cache(maxsize=1000)
def _link(base: str) -> re.Pattern[str]:
    return re.compile(rf'="({re.escape(base)}/{_LANGUAGE}/)(?:({_MODE})/)?')


def _carried(start: str, switch: str | None, modes: Modes) -> str:
    then = _switched(modes, switch) if switch else modes
    return f'="{start}{"+".join(then)}/' if then else f'="{start}'


def _switched(modes: Modes, switch: str) -> Modes:
    """Toggle a mode. Bigger text has two steps, 1.5 and 2 times, and then turns off."""
    if switch == "big" and "big" in modes and "huge" not in modes:
        switch = "huge"
    return in_order(set(modes) ^ {switch})


def in_order(modes: Collection[str]) -> Modes:
    """Return only the words that name modes, in the order that addresses use."""
    return tuple(one for one in MODES if one in modes and (one != "huge" or "big" in modes))
