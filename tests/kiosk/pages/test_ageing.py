"""What the screen says of an entry that nobody compared with its source for long, and on what it
stands."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from content.model.attestation import Consent, Corrections, Source
from content.model.pack import Area, Pack
from kiosk.audio import spoken_text
from kiosk.pages.build import pages
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.kiosk.outline import Outline

ENGLISH = msgspec.structs.replace(SCHOOL, languages=("en",))
OLD = {
    "sources": (Source(kind="page", date="2021-03-01"),),
    "area": Area(counties=("06067",)),
}  # Sacramento, the school's


def shown(pack: Pack, *, today: date = TODAY) -> dict[str, str]:
    return {page.path: page.body for page in pages(pack, ENGLISH, today=today)}


def with_line(pack: Pack, **values: object) -> Pack:
    changed = replace(pack.resource("vcrc"), **values)  # type: ignore[arg-type]
    return replace(pack, resources=tuple(changed if r.id == "vcrc" else r for r in pack.resources))


def with_partner(pack: Pack, **values: object) -> Pack:
    a21 = next(p for p in pack.partners if p.id == "a21")
    changed = replace(a21, **values)  # type: ignore[arg-type]
    return replace(pack, partners=tuple(changed if p is a21 else p for p in pack.partners))


@pytest.fixture
def addresses(pack: Pack) -> tuple[str, str]:
    """The card of vcrc, and a topic that lists it."""
    topic = next(topic for topic in pack.topics if "vcrc" in topic.resources)
    return f"/en/r/{pack.resource('vcrc').code}", f"/en/t/{topic.codes['en']}"


def test_a_late_check_is_told_with_its_month_and_a_timely_one_with_its_day(
    pack: Pack, addresses: tuple[str, str]
) -> None:
    checked = with_line(pack, checked_on=date(2026, 5, 20), review_every_days=90)
    card = addresses[0]
    assert "Checked by a person on May 20, 2026" in shown(checked, today=date(2026, 8, 18))[card]
    assert "Last checked in May 2026" in shown(checked, today=date(2026, 8, 19))[card]


def test_a_line_that_nobody_checked_says_so_however_old_its_source(
    pack: Pack, addresses: tuple[str, str]
) -> None:
    for date_ in ("2026-11-20", "2021-03-01", ""):
        aged = with_line(pack, sources=(Source(kind="page", date=date_),))
        assert "Not yet checked by a person" in shown(aged)[addresses[0]]


def test_an_old_local_line_is_folded_on_lists_and_not_read_aloud_but_never_gone(
    pack: Pack, addresses: tuple[str, str]
) -> None:
    card, topic = addresses
    book = shown(with_line(pack, **OLD))
    open_, _, folded = book[topic].partition('<details class="aside"')
    assert f'href="{card}"' not in open_
    assert "May be out of date" in folded
    assert f'href="{card}"' in folded
    assert "This may be out of date. If nobody answers, use another line." in book[card]
    name = Outline.of(book[card]).heading or pack.texts["en"]["resource:vcrc:name"]
    assert not any(piece.text == name for piece in spoken_text.spoken(book[topic]))


def test_a_line_of_the_whole_state_is_not_folded(pack: Pack, addresses: tuple[str, str]) -> None:
    book = shown(with_line(pack, sources=OLD["sources"]))
    assert all("May be out of date" not in body for body in book.values())


def test_no_page_of_the_shipped_pack_folds_or_ages_a_pinned_line_in_ten_years(pack: Pack) -> None:
    once = {"checked_on": date(2026, 11, 1), "area": Area(counties=("06001",))}
    aged = tuple(replace(r, **once) if r.pinned else r for r in pack.resources)  # type: ignore[arg-type]
    book = shown(replace(pack, resources=aged), today=date(2036, 1, 1))
    for resource in pack.resources:
        if resource.pinned:
            assert "Checked by a person on November 1, 2026" in book[f"/en/r/{resource.code}"]
            assert "May be out of date" not in book[f"/en/r/{resource.code}"]
            assert "Last checked in" not in book[f"/en/r/{resource.code}"]
    assert "May be out of date" not in book["/en/now"] + book["/"]


def test_partners_and_counties_age_as_lines_do(pack: Pack) -> None:
    checked = with_partner(pack, checked_on=date(2025, 5, 2), checked_by="content editor")
    counties = tuple(
        replace(c, checked_on=date(2025, 6, 3)) if c.name == "Sacramento" else c
        for c in pack.counties
    )
    book = shown(replace(checked, counties=counties))
    partner = next(partner for partner in pack.partners if partner.id == "a21")
    assert "Last checked in May 2025." in book["/en/adults/partners"]
    assert partner.organization in book[f"/en/r/{partner.code}"]
    for page in ("/en/adults/now", "/en/adults/counties"):
        assert book[page].count("Last checked in June 2025") == 1, page
    assert "Last checked in June 2025" in book["/en/r/150"]


def test_a_school_with_several_counties_is_told_of_the_one_checked_longest_ago(pack: Pack) -> None:
    kiosk = msgspec.structs.replace(ENGLISH, counties=("Sacramento", "Alameda"))
    counties = tuple(
        replace(c, checked_on=date(2026, 11, 3)) if c.name == "Sacramento" else c
        for c in pack.counties
    )
    body = {p.path: p.body for p in pages(replace(pack, counties=counties), kiosk, today=TODAY)}[
        "/en/r/150"
    ]
    assert "Not yet checked by a person" in body


def test_a_partner_sees_on_what_its_entry_stands_and_whom_to_write_to(pack: Pack) -> None:
    partner = next(partner for partner in pack.partners if partner.id == "a21")
    page = "/en/adults/partners"
    book = shown(pack)
    for words in (
        "Listed from public facts.",
        "To ask for a correction, write to:",
        pack.corrections.role,
    ):
        assert words in book[page]
        assert words not in book[f"/en/r/{partner.code}"]  # a student needs two lines
    address = Corrections(
        role="content editor", address="https://example.org/corrections", within_days=9
    )
    approved = Consent(basis="approved", approved_on=date(2026, 9, 9))
    changed = shown(replace(with_partner(pack, consent=approved), corrections=address))
    assert "They approved these words: September 2026." in changed[page]
    assert "example.org/<wbr>corrections" in changed[page]
    assert "within 9 days" in changed[page]
    assert "The school office passes it on." in book[page]
    assert "The school office passes it on." not in changed[page]


def test_a_withdrawn_partner_stands_nowhere(pack: Pack) -> None:
    partner = next(partner for partner in pack.partners if partner.id == "a21")
    book = shown(with_partner(pack, status="withdrawn"))
    assert f"/en/r/{partner.code}" not in book
    assert all(
        partner.organization not in body for path, body in book.items() if path == "/en/partners"
    )
    assert f'id="p{partner.code}"' not in book["/en/adults/partners"]
