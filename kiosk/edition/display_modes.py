"""Bigger text, high contrast and "move down": how they travel in an address and what they do to a
finished page.

Owns the rule that turns a page in no mode into the same page in some: its mark on <html>, and every
link that stays on the screen. The worker in the browser holds the same rule in JavaScript;
tests/kiosk/modes_cases.json binds the two. Refuses to render anything, and any order of modes but
one, so that a page has one address and no more.
"""

import re
from typing import AnyStr

MODES = ("big", "contrast", "down")
Modes = tuple[str, ...]

MARK = ' data-mode=""'
_LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z]+)?"
_MODE = "|".join(MODES)
_ADDRESS = re.compile(rf"/({_LANGUAGE})/({_MODE})((?:\+(?:{_MODE}))*)(/.*)?", re.DOTALL)
_BASE = re.compile(rf"(/{_LANGUAGE})(/.*)?", re.DOTALL)
_LINK = re.compile(rf'="/({_LANGUAGE})/(?:({_MODE})/)?')


def split(path: str) -> tuple[str, Modes]:
    """The address in no mode, and the modes; what names no modes, or not in their order, comes back
    as it was."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return path, ()
    modes = tuple((found[2] + found[3]).split("+"))
    if modes != _in_order(modes):
        return path, ()
    return f"/{found[1]}{found[4] or ''}", modes


def address(base: str, modes: Modes) -> str:
    """A page's address in these modes. What belongs to no language (``/leave``, an asset) has one
    address only."""
    found = _BASE.fullmatch(base)
    return f"{found[1]}/{'+'.join(modes)}{found[2] or ''}" if found and modes else base


def apply(html: AnyStr, modes: Modes) -> AnyStr:
    """A finished page as it is in these modes. A link that names one mode is the switch of that
    mode."""
    if not modes:
        return html
    if isinstance(html, bytes):
        return apply(html.decode(), modes).encode()
    marked = html.replace(MARK, f' data-mode="{" ".join(modes)}"', 1)
    return _LINK.sub(lambda link: _carried(link[1], link[2], modes), marked)


def _carried(language: str, switch: str | None, modes: Modes) -> str:
    then = _in_order(set(modes) ^ {switch} if switch else modes)
    return f'="/{language}/{"+".join(then)}/' if then else f'="/{language}/'


def _in_order(modes: Modes | set[str]) -> Modes:
    return tuple(mode for mode in MODES if mode in modes)
