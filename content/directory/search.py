"""Searches the directory: nearest first, then best matches. Limits its work; stores no queries."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from content.directory import index
from content.directory.confidential import public
from content.directory.model import DirectoryError, DirectoryService
from content.directory.rules import parse
from content.directory.words import PASSED_OVER, asked, nearest, nearness
from content.model.zips_and_counties import Place, Tier

MOST_FOUND = 60  # nobody reads more results than this on a screen
_MOST_WORDS = 8
_MOST_TERMS = 10
_COMMON = 4  # a word in over a quarter of the services matters little next to a rarer one
_FEW = 500  # a word in at most this many services counts as rare, even in a small directory
# most services to rank: ranking more would take longer than a student should wait
_MOST_RANKED = 30_000
_WEIGHTS = "bm25(8.0, 1.0, 0.0)"  # weights of the columns title, more and place


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """A service and its nearness: None if no place is given or the service is for another place."""

    service: DirectoryService
    tier: Tier | None


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results. ``total``: at most MOST_FOUND; ``name``, ``date``: the directory's.

    ``elsewhere``: no service for the place matches the words, so these are for other places.
    """

    name: str
    date: str
    found: tuple[ServiceMatch, ...] = ()
    total: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Term:
    """The part of a query for a typed word, and how many services match that part."""

    query: str
    uses: int


def search(
    index_path: Path,
    words: Sequence[str],
    *,
    place: Place | None = None,
    start: int = 0,
    most: int = 8,
) -> Results | None:
    """Return services for folded ``words`` at ``place``, from ``start``; None without a directory.

    Without words, returns every service for the given ZIP code; without either, returns nothing.
    """
    if not index.is_ours(index_path):
        return None
    try:
        with closing(_open(index_path)) as database:
            telling = [word for word in words if word.isalnum() and word not in PASSED_OVER]
            return _search(database, telling, place, start, most)
    except (sqlite3.Error, DirectoryError, KeyError, ValueError, TypeError, OSError):
        return None


def _open(index_path: Path) -> sqlite3.Connection:
    """Open the file read-only, first undoing a killed refresh's changes if possible."""
    address = f"{index_path.absolute().as_uri()}?mode="
    try:
        return _set_up(address + "ro")
    except sqlite3.OperationalError:
        with closing(sqlite3.connect(address + "rw", uri=True, timeout=0.2)) as mending:
            mending.execute("select count(*) from shard").fetchone()
        return _set_up(address + "ro")


def _set_up(address: str) -> sqlite3.Connection:
    database = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0.2)
    try:
        database.execute("pragma cache_size = -4000")
        database.execute("select 1 from fact").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _search(
    database: sqlite3.Connection, words: Sequence[str], place: Place | None, start: int, most: int
) -> Results | None:
    facts = dict(
        database.execute("select name, value from fact where name in ('name', 'date', 'services')")
    )
    terms = [_term(database, word, last=word is words[-1]) for word in words[:_MOST_WORDS]]
    known = _telling([term for term in terms if term], int(facts["services"]))
    name, date = facts["name"], facts["date"]
    if not known and (words or place is None):
        return Results(name, date)
    ranked = _ranked(database, known, place)
    elsewhere = not ranked and place is not None
    if elsewhere:
        ranked = _ranked(database, known, None) if known else []
    found = tuple(
        ServiceMatch(_service(database, number), tier)
        for number, tier in ranked[max(start, 0) : max(start, 0) + most]
    )
    return Results(name, date, found, len(ranked), elsewhere and bool(ranked))


def _term(database: sqlite3.Connection, word: str, *, last: bool) -> _Term | None:
    """Return the known words meant: the same word, else longer ones (if last), else the nearest."""
    exact = database.execute("select word, uses from word where word = ?", (word,)).fetchall()
    rows = exact
    if not rows and last and len(word) >= 3 and not word.isdigit():
        until = word + "\U0010ffff"
        beginning = (
            "select word, uses from word where word >= ? and word < ? order by uses desc limit ?"
        )
        rows = database.execute(beginning, (word, until, _MOST_TERMS)).fetchall()
    if not rows:
        near = {
            (one, uses)
            for form in asked(word)
            for one, uses in database.execute(
                "select word, uses from form join word using (word) where form = ?", (form,)
            )
        }
        uses = dict(near)
        rows = [(one, uses[one]) for one in nearest(word, uses.keys())]
    if not rows:
        return None
    # Folded words contain only letters and digits; quoted, they cannot act as operators.
    return _Term(
        "(" + " OR ".join(f'"{one}"' for one, _uses in rows) + ")", sum(uses for _one, uses in rows)
    )


def _telling(terms: list[_Term], services: int) -> list[_Term]:
    """Return the terms that few services share, or all terms if there are none."""
    rare = [term for term in terms if term.uses <= max(services // _COMMON, _FEW)]
    return rare or terms


def _ranked(
    database: sqlite3.Connection, terms: Sequence[_Term], place: Place | None
) -> list[tuple[int, Tier | None]]:
    """Return the numbers of services that match all words, or else any word, nearest first."""
    for joined in (" AND ", " OR ") if len(terms) > 1 else (" AND ",):
        query = (
            "{title more} : (" + joined.join(term.query for term in terms) + ")" if terms else ""
        )
        common = bool(terms) and (min if joined == " AND " else max)(term.uses for term in terms)
        found = _at(database, query, place, common)
        if found:
            return found
    return []


def _at(
    database: sqlite3.Connection, query: str, place: Place | None, uses: int
) -> list[tuple[int, Tier | None]]:
    """Return at most MOST_FOUND services, each with the nearest tier that serves the place."""
    found: dict[int, Tier | None] = {}
    tiers: Sequence[tuple[Tier | None, list[str]]] = nearness(place) if place else ((None, []),)
    statement = "select rowid from found where found match ?"
    if query and uses <= _MOST_RANKED:
        statement += f" and rank match '{_WEIGHTS}' order by rank"
    for tier, near in tiers:
        if len(found) >= MOST_FOUND or (place and not near):
            continue
        at = "place : (" + " OR ".join(f'"{word}"' for word in near) + ")" if near else ""
        asked_for = " AND ".join(part for part in (query, at) if part)
        for (number,) in database.execute(f"{statement} limit ?", (asked_for, MOST_FOUND)):
            if len(found) < MOST_FOUND:
                found.setdefault(number, tier)
    return list(found.items())


def _service(database: sqlite3.Connection, number: int) -> DirectoryService:
    (body,) = database.execute("select body from service where number = ?", (number,)).fetchone()
    return public(parse(body))
