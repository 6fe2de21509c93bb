"""The counts as a school board reads them: names, hidden numbers in words, CSV, charts."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup

from content.model import placeholders
from content.model.language import own_name
from content.model.pack import Pack
from kiosk.pages.ui_strings import Wording
from store.published_counts import TermCounts
from system import csv_cells

NOT_UNDERSTOOD = "general:"  # prefix of a count's name; the language follows
_BAR, _AROUND = 34, 76  # heights in pixels of one bar, and of everything around the bars


class CountRow(NamedTuple):
    """A name and its number; ``words``: that number, or why it is not shown."""

    name: str
    number: int | None
    words: str


class TermView(NamedTuple):
    """One term. ``topics`` and ``missed``: the counts that are shown; empty during the term."""

    title: str
    over: bool
    months: Sequence[CountRow]
    topics: Sequence[CountRow]
    missed: Sequence[CountRow]
    total: str


def views(terms: Iterable[TermCounts], pack: Pack, words: Wording) -> list[TermView]:
    return [_view(term, pack, words) for term in terms]


def _view(term: TermCounts, pack: Pack, _: Wording) -> TermView:
    titles = {
        "fall": _("Fall %(year)s", year=term.year),
        "spring": _("Spring %(year)s", year=term.year),
        "summer": _("Summer %(year)s", year=term.year),
    }
    few, hidden = _("fewer than 11"), _("hidden")
    months = [
        CountRow(_.month(date(at // 12, at % 12 + 1, 1)), n, few if n is None else str(n))
        for at, n in term.months.items()
    ]
    known = sorted(term.topics.items(), key=lambda item: -item[1])
    topics = [CountRow(_name(name, pack, _), n, str(n)) for name, n in known if _is_topic(name)]
    missed = [
        CountRow(own_name(name.removeprefix(NOT_UNDERSTOOD)), None, _share(n, term.total, _))
        for name, n in known
        if not _is_topic(name)
    ]
    total = hidden if term.total is None else str(term.total)
    return TermView(titles[term.name], term.over, months, topics, missed, total)


def _is_topic(name: str) -> bool:
    return not name.startswith(NOT_UNDERSTOOD)


def _share(number: int, total: int | None, _: Wording) -> str:
    """Return the share of the total in tenths, or "hidden" if the total is not shown."""
    if total is None:
        return _("hidden")
    tenths = round(10 * number / total)
    return _("about %(n)s in 10", n=tenths) if tenths else _("fewer than 1 in 20")


def _name(topic: str, pack: Pack, _: Wording) -> str:
    key = f"topic:{topic}:title"
    if key not in pack.texts[pack.default]:
        return topic
    return placeholders.fill(pack.say(_.language, key), pack)


def sheet(terms: Iterable[TermView], _: Wording) -> str:
    """Return the terms as CSV; put ' before cells that a program could run as formulas."""
    rows = [(_("Term"), _("Table"), _("Name"), _("Texts"))]
    for term in terms:
        parts = {_("By month"): term.months, _("By topic"): term.topics}
        parts[_("Not understood, by language")] = term.missed
        for part, listed in parts.items():
            rows += [(term.title, part, row.name, row.words) for row in listed]
    return csv_cells.written(rows)


def chart(listed: Sequence[CountRow]) -> Markup:
    """Draw the shown counts as bars; "" if there are none, or no leather (extra ``charts``)."""
    shown = [(row.number, row.name) for row in listed if row.number is not None]
    try:
        leather = _leather()
    except ImportError:
        return Markup()
    if not shown:
        return Markup()
    drawn = leather.Chart()
    drawn.add_x_scale(0, max(number for number, _name in shown))
    drawn.add_bars(shown, fill_color="#0f5460")
    svg = drawn.to_svg(width=720, height=_BAR * len(shown) + _AROUND)
    svg = svg.replace(
        "<svg ",
        f'<svg class="chart" aria-hidden="true" viewBox="0 0 720 {_BAR * len(shown) + _AROUND}" ',
        1,
    )
    return Markup(svg)  # noqa: S704  leather escapes what it writes


@cache
def _leather() -> Any:
    import leather  # noqa: PLC0415  an extra
    from leather import theme  # noqa: PLC0415

    theme.background_color = "#fffdf9"
    theme.tick_font_family = "inherit"
    theme.label_color = "#17282f"
    return leather
