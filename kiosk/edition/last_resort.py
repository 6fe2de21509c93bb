"""Plain HTML pages with the hotlines, shown if there is no pack or after an internal error.

These are the only numbers outside a pack; a test checks that they match the pinned set.
"""

import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from content.model import pinned
from content.model.language import direction, own_name
from kiosk.edition import assets
from kiosk.edition.edition import INDEX, Edition, Item
from kiosk.edition.headers import csp_hash
from kiosk.edition.links import LEAVE, below
from settings.schema import Kiosk

_GIVEN = tomllib.loads(Path(__file__).with_name("last_resort.toml").read_text("utf-8"))
LINES: list[tuple[str, str, str, dict[str, str]]] = _GIVEN["lines"]
_WORDS = {tag: _GIVEN[tag]["words"] for tag in ("en", "es")}
_STYLE = _GIVEN["style"]
TITLE = "Student Info Desk"
AGAIN_SECONDS = 10
_AGAIN = f'<meta http-equiv="refresh" content="{AGAIN_SECONDS}">'


def trouble(kiosk: Kiosk) -> bytes:
    """Return the page for an internal error, in every language that this file has."""
    tags = _tags(kiosk)
    main = "".join(_lines(tag, _WORDS[tag]["wrong"]) for tag in tags)
    return below(_page(tags[0], main, sheet=_sheet(kiosk)), kiosk.base).encode()


def edition(kiosk: Kiosk) -> Edition:
    """Return the few pages that are served without a pack."""
    return Edition.of(_items(_tags(kiosk), kiosk))


def local_file(kiosk: Kiosk, *, again: bool = False) -> bytes:
    """Return a self-contained page for when this server is down, written to data_dir at startup.

    ``again``: see ``_page``.

    The page runs no script: Clear is a link to a cover over everything, which a touch removes.
    """
    tags = _tags(kiosk)
    sections = {tag: _lines(tag, _WORDS[tag]["fine"]) for tag in tags}
    sections |= {tag: _names_only(tag) for tag in kiosk.languages if tag not in _WORDS}
    jumps = "".join(
        f'<a href="#{tag}" lang="{tag}">{own_name(tag)}</a>'
        for tag, body in sections.items()
        if body
    )
    policy = f"default-src 'none'; style-src {csp_hash(_STYLE)}"
    return (
        f'<!doctype html><html lang="{tags[0]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,'
        ' initial-scale=1"><meta name="robots" content="noindex">'
        f"{_AGAIN if again else ''}<title>{TITLE}</title>"
        f'<style>{_STYLE}</style></head><body><nav><a href="#cover">{_WORDS[tags[0]]["clear"]}</a>'
        f"{jumps}</nav><main>{''.join(sections.values())}</main>"
        f'<a id="cover" href="#">{TITLE}</a></body></html>'
    ).encode()


def _names_only(tag: str) -> str:
    """List the hotlines with the pinned set's names, for a language without texts in this file."""
    try:
        texts = pinned.pinned_pack().texts.get(tag, {})
    except Exception:  # noqa: BLE001 - the page's other sections are enough
        return ""
    rows = []
    for name, kind, number, keywords in LINES:
        if (key := f"resource:{name}:name") in texts:
            word = f"<bdi>{keywords['en']}</bdi> → " if "en" in keywords else ""
            sign = "☎" if kind == "voice" else "✉"
            sending = f"{sign} {word}<bdi>{number}</bdi>"
            rows.append(f"<li><span>{escape(texts[key])}</span><span>{sending}</span></li>")
    head = (
        f'<section id="{tag}" lang="{tag}" dir="{direction(tag)}"><h1>{escape(own_name(tag))}</h1>'
    )
    return f"{head}<ul>{''.join(rows)}</ul></section>" if rows else ""


def _tags(kiosk: Kiosk) -> list[str]:
    return [tag for tag in kiosk.languages if tag in _WORDS] or ["en"]


def _items(tags: list[str], kiosk: Kiosk) -> Iterator[Item]:
    sheet = _sheet(kiosk)
    for number, tag in enumerate(tags):
        words = _WORDS[tag]
        others = "".join(
            f'<a class="button" href="/{other}/" lang="{other}">{own_name(other)}</a> '
            for other in tags
            if other != tag
        )
        main = f"{_lines(tag, words['fine'])}<p>{words['staff']}</p><p>{others}</p>"
        home = below(_page(tag, main, sheet=sheet, again=True), kiosk.base).encode()
        paths = [f"/{tag}/", f"/{tag}/now", f"missing/{tag}", *(["/"] if number == 0 else [])]
        yield from (Item(path, home) for path in paths)
    words = _WORDS[tags[0]]
    starts = " ".join(
        f'<a class="button primary" href="/{tag}/" lang="{tag}">{_WORDS[tag]["start"]}</a>'
        for tag in tags
    )
    school, office = f"<p>{escape(kiosk.school)}</p>", f"<p>{words['office']}</p>"
    main = f"<h1>{words['leave']}</h1>{school}{office}<p>{starts}</p>"
    leave = _page(tags[0], main, sheet=sheet, again=True)
    yield Item(LEAVE, below(leave, kiosk.base).encode())
    # There is no pack, so a browser that has one must not replace it with these few pages.
    yield Item(INDEX, b'{"version":"","files":[]}', "application/json")
    yield from _assets(kiosk)


def _lines(tag: str, lead: str) -> str:
    words = _WORDS[tag]
    rows = []
    for name, kind, number, keywords in LINES:
        word = keywords.get(tag, "")
        sending = f'<bdi class="word">{word}</bdi> {words["to"]} ' if word else ""
        label = _GIVEN[tag]["names"][name]
        what = words["send" if word else kind]
        rows.append(
            f"<li><span>{label}</span><span>{what} {sending}<b><bdi"
            f' class="number">{number}</bdi></b></span></li>'
        )
    listed = "".join(rows)
    return (
        f'<section id="{tag}" lang="{tag}"><h1>{words["title"]}</h1><p'
        f' class="lead">{lead}</p><ul>{listed}</ul></section>'
    )


def _page(tag: str, main: str, *, sheet: str, again: bool = False) -> str:
    """Return a page. ``again``: the page reloads itself, because a pack may have arrived."""
    link = f'<link rel="stylesheet" href="{sheet}">' if sheet else ""
    if again:
        link += _AGAIN
    return (
        f'<!doctype html><html lang="{tag}" class="is-plain"><head><meta charset="utf-8"><meta'
        ' name="viewport" content="width=device-width,'
        ' initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{TITLE}</title>{link}<link rel="icon"'
        ' href="data:,"></head><body><nav class="exit"><a class="clear"'
        f' href="{LEAVE}">{_WORDS[tag]["clear"]}</a></nav><main'
        f' id="main">{main}</main></body></html>'
    )


def _assets(kiosk: Kiosk) -> Iterator[Item]:
    try:
        yield from assets.shipped(kiosk.panel_inches)
    except (OSError, KeyError):
        return  # pages without a style sheet still have the numbers


def _sheet(kiosk: Kiosk) -> str:
    paths = (item.path for item in _assets(kiosk))
    return next((p for p in paths if p.startswith("/static/kiosk.") and p.endswith(".css")), "")
