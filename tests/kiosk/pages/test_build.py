"""What stands on the pages of the shipped pack, and what must not."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from content.model import phone_numbers, placeholders
from content.model.pack import Channel, Pack
from kiosk.edition import display_modes
from kiosk.edition.last_resort import TITLE
from kiosk.pages.build import Page, pages
from kiosk.pages.ui_strings import Wording
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.kiosk.outline import Outline

Outlines = dict[str, Outline]
TAGS = SCHOOL.languages
HARM = re.compile(
    r"abus|traffick|rape|suicid|exploit|violen|assault|victim|sexual|maltrat|trata|violaci|explota|víctima",
    re.IGNORECASE,
)


def render(pack: Pack, kiosk: Kiosk, *, today: date = TODAY) -> Outlines:
    return {
        p.path: Outline.of(p.body)
        for p in pages(pack, kiosk, today=today)
        if p.path.startswith("/")
    }


def read(pack: Pack, kiosk: Kiosk, path: str) -> Outline:
    """One page, without making the others."""
    return next(Outline.of(p.body) for p in pages(pack, kiosk, today=TODAY) if p.path == path)


def test_every_address_of_the_house_is_there(pack: Pack, book: dict[str, Page]) -> None:
    wanted = {"/", "/leave"}
    for tag in ("en", "es"):
        wanted |= {
            f"/{tag}/{name}" for name in ("", "now", "partners", "adults", "search", "languages")
        }
        wanted |= {
            f"/{tag}/adults/{part}" for part in ("now", "lines", "laws", "partners", "counties")
        }
        wanted |= {f"/{tag}/t/{code}" for topic in pack.topics for code in topic.codes.values()}
        wanted |= {f"/{tag}/t/{group.code}" for group in pack.groups}
        wanted |= {f"/{tag}/r/{partner.code}" for partner in pack.partners}
        for resource in pack.resources:
            if "student" in resource.audience:
                wanted |= {f"/{tag}/r/{resource.code}", f"/{tag}/r/{resource.code}/print"}
    assert wanted <= set(book)


@pytest.mark.slow
def test_a_link_leads_to_a_page_that_exists(outlines: Outlines) -> None:
    for path, outline in outlines.items():
        for link in outline.links:
            target, _modes = display_modes.split(link.partition("#")[0])
            assert not target or target in outlines, f"{path} links to {link}"


def test_no_address_holds_a_word(book: dict[str, Page], pack: Pack) -> None:
    plain = {
        "now",
        "tell",
        "hearing",
        "partners",
        "adults",
        "lines",
        "laws",
        "counties",
        "search",
        "languages",
        "leave",
        "t",
        "r",
        "print",
        "sheet",
        "",
    }
    plain |= set(pack.languages)
    for path in book:
        if path.startswith("/"):
            assert all(part in plain or part.isdigit() for part in path.split("/")), path


def test_every_page_has_the_one_title(outlines: Outlines) -> None:
    assert {outline.title for outline in outlines.values()} == {TITLE}


def test_the_first_page_is_the_home_of_the_first_language(book: dict[str, Page]) -> None:
    assert book["/"].body == book["/en/"].body
    assert next(iter(pages_of("es")))[0] == "es"


def pages_of(first: str) -> list[tuple[str, str]]:
    from content.model.pinned import pinned_pack

    kiosk = Kiosk(languages=(first, "en"))
    return [
        (Outline.of(p.body).language, p.path)
        for p in pages(pinned_pack(), kiosk, today=TODAY)
        if p.path == "/"
    ]


@pytest.mark.parametrize("path", ["/en/", "/es/", "/leave"])
def test_home_and_school_info_name_no_harm(outlines: Outlines, path: str) -> None:
    assert HARM.search(outlines[path].words) is None


def test_the_word_list_of_harm_does_find_harm(outlines: Outlines) -> None:
    assert HARM.search(outlines["/en/r/121"].words)
    assert HARM.search(outlines["/es/r/122"].words)


def test_home_has_eight_tiles_and_the_first_is_school_info(outlines: Outlines, pack: Pack) -> None:
    assert outlines["/en/"].classes.count("tile") == len(pack.groups) == 8
    tiles = [link for link in outlines["/en/"].links if link == "/leave" or "/t/" in link]
    assert tiles[:3] == ["/leave", "/en/t/31", "/leave"]  # Clear, 911, then the first tile


@pytest.mark.parametrize("language", ["en", "es"])
def test_clear_and_help_now_stand_on_every_page(outlines: Outlines, language: str) -> None:
    for path, outline in outlines.items():
        assert "clear" in outline.classes, path
        danger = "is-danger" in outline.classes  # 911 and nothing that competes with it
        if outline.language == language and path != "/leave" and not path.endswith("/now"):
            assert danger or f"/{language}/now" in outline.links or path == f"/{language}/t/1", path


def test_what_to_do_about_911_is_one_tap_from_every_page_but_the_cover(
    outlines: Outlines, pack: Pack
) -> None:
    for path, outline in outlines.items():
        own = {"is-danger", "is-unable", "is-leave"} & set(outline.classes)
        if path.startswith("/en/") and not own:
            assert "/en/t/31" in outline.links, path
            assert {"nine-now", "is-now"} & set(outline.classes), path
    quiet = {path for path, outline in outlines.items() if "quiet" in outline.classes}
    codes = [pack.topic(name).codes.values() for name in ("suicide", "immigration")]
    assert {path for path in quiet if path.startswith("/en/")} == {
        f"/en/t/{code}" for one in codes for code in one
    }


def test_home_has_at_most_22_things_to_touch(outlines: Outlines) -> None:
    seen = [name for name in outlines["/en/"].classes if name not in ("rest", "skip")]
    touched = {"pill", "tile", "find", "talk", "nine-now", "tool", "clear"}
    hidden = outlines["/en/"].classes.count("rest") + 1  # and the button that a small screen has
    doors = 2
    assert sum(name in touched for name in seen) - hidden + doors <= 22


def test_clear_is_the_second_stop_of_the_tab_key(book: dict[str, Page]) -> None:
    for page in book.values():
        stops = re.findall(r"<(?:a|button|input)\b[^>]*", page.body)
        if page.path.startswith("/"):
            assert 'class="skip"' in stops[0], page.path
            assert 'id="clear"' in stops[1], page.path


def test_a_card_shows_each_number_with_its_way(outlines: Outlines, pack: Pack) -> None:
    for resource in pack.resources:
        if "student" not in resource.audience:
            continue
        for tag in ("en", "es"):
            shown = outlines[f"/{tag}/r/{resource.code}"]
            for channel in resource.channels:
                if channel.number:
                    assert phone_numbers.display(channel.number) in shown.numbers, (
                        resource.id,
                        tag,
                    )
            for word in {channel.keyword.get(tag, "") for channel in resource.channels} - {
                "",
                "{zip}",
            }:
                assert word in shown.main


def test_only_a_card_that_removes_pictures_names_the_device_that_has_them(
    book: dict[str, Page], pack: Pack
) -> None:
    names = {r.id for r in pack.resources if "has the picture." in book_body(book, r.code)}
    assert names == {r.id for r in pack.resources if r.answers == "removal"}


def book_body(book: dict[str, Page], code: str) -> str:
    page = book.get(f"/en/r/{code}")
    return re.sub(r"<[^>]+>", "", page.body.split("notice", 1)[-1][:400]) if page else ""


def test_no_two_ways_on_one_card_have_the_same_name(book: dict[str, Page]) -> None:
    """Two sections called "Call" are one and the same to who hears the page (WCAG 2.4.6)."""
    several = 0
    for path, page in book.items():
        texts = dict(re.findall(r'id="((?:way|big)-\d+)">(.*?)</(?:h2|p)>', page.body))
        names = [
            " ".join(texts[part] for part in ids.split())
            for ids in re.findall(r'class="way" aria-labelledby="([^"]+)"', page.body)
        ]
        assert len(set(names)) == len(names), path
        several += len({texts[f"way-{n + 1}"] for n in range(len(names))}) < len(names)
    assert several


def test_a_card_claims_no_check_that_nobody_made(outlines: Outlines, pack: Pack) -> None:
    for resource in pack.resources:
        if "student" in resource.audience and resource.checked_on is None:
            assert "Not yet checked by a person" in outlines[f"/en/r/{resource.code}"].main, (
                resource.id
            )


@pytest.mark.slow
def test_a_check_of_the_pinned_set_is_shown_with_its_date_and_does_not_age(pack: Pack) -> None:
    checked = replace(pack.resource("988"), checked_on=date(2026, 11, 1), review_every_days=90)
    others = tuple(r for r in pack.resources if r.id != "988")
    fresh = replace(pack, resources=(checked, *others))
    assert "Checked by a person on November 1, 2026" in render(fresh, SCHOOL)["/en/r/121"].main
    later = render(fresh, SCHOOL, today=date(2027, 6, 1))["/en/r/121"].main
    assert (
        "Checked by a person on November 1, 2026" in later
    )  # the pinned set comes with the program


@pytest.mark.slow
def test_unknown_hours_never_read_as_open(pack: Pack) -> None:
    voice = Channel(kind="voice", number="988", hours="unknown")
    unknown = replace(pack.resource("988"), channels=(voice,))
    others = tuple(r for r in pack.resources if r.id != "988")
    shown = render(replace(pack, resources=(unknown, *others)), SCHOOL)["/en/r/121"]
    assert "day and night" not in shown.main
    assert not {"always", "open", "status"} & set(shown.classes)


def test_listed_hours_are_words_that_need_no_script(outlines: Outlines, pack: Pack) -> None:
    listed = [r for r in pack.resources if any(c.hours == "listed" for c in r.channels[:1])]
    assert listed
    for resource in listed:
        shown = outlines[f"/en/r/{resource.code}"]
        assert re.search(r"\d{1,2}:\d\d\s[AP]M", shown.main), resource.id
        assert any(name == "data-hours" for name, _value in shown.attributes)


def test_numbers_are_kept_whole(outlines: Outlines) -> None:
    loose = re.compile(r"\b1-\d{3}-\d{3}-\d{4}\b")
    for path, outline in outlines.items():
        written = loose.findall(outline.words)
        assert len(written) <= len(outline.numbers), path


def test_the_phone_warning_stands_under_the_number_and_not_behind_a_switch(
    book: dict[str, Page],
) -> None:
    for body in (book["/en/r/122"].body, book["/en/now"].body):
        first, warning = body.index('class="number"'), body.index("Does someone else check your")
        assert first < warning < body.index("<details")


def test_a_picture_service_is_for_later_and_not_for_this_screen(outlines: Outlines) -> None:
    shown = outlines["/en/r/126"].main
    assert "Not on this screen." in shown
    assert "Does someone else check your phone?" not in shown


def test_staff_lines_are_on_a_page_for_adults_only(outlines: Outlines, pack: Pack) -> None:
    staff = [r for r in pack.resources if "student" not in r.audience]
    assert staff
    for resource in staff:
        number = next(phone_numbers.display(c.number) for c in resource.channels if c.number)
        where = {path for path, outline in outlines.items() if number in outline.numbers}
        assert {path.split("/", 2)[2] for path in where} <= {"adults/lines", "adults/partners"}
        assert {f"/{tag}/adults/lines" for tag in pack.languages} <= where, resource.id


def test_adults_read_how_each_partner_stands(outlines: Outlines, pack: Pack) -> None:
    words = outlines["/en/adults/partners"].main
    for partner in pack.partners:
        assert partner.organization in words
    standings = {partner.standing for partner in pack.partners}
    shown = {"active": "Active", "unconfirmed": "Not confirmed", "inactive": "Likely inactive"}
    assert all(shown[standing] in words for standing in standings)


def test_adults_find_every_county_and_law(outlines: Outlines, pack: Pack) -> None:
    counties = outlines["/en/adults/counties"].main
    assert all(county.name in counties for county in pack.counties)
    assert "Police or sheriff" in counties
    assert all(law.citation in outlines["/en/adults/laws"].main for law in pack.laws)


def test_the_staff_index_leads_to_the_report_first_and_to_every_section(
    outlines: Outlines, pack: Pack
) -> None:
    index = outlines["/en/adults"]
    inside = [link for link in index.links if link.startswith("/en/adults/")]
    assert inside[0] == "/en/adults/now"
    titles = {pack.texts["en"][f"staff:{section.id}:title"] for section in pack.staff}
    shown = " ".join(outlines[link].main for link in inside)
    assert [title for title in titles if title not in shown] == []


def test_a_report_is_a_number_three_steps_and_what_to_have_ready(pack: Pack) -> None:
    """Penal Code 11166 by the pack's facts: at once by phone, in writing within 36 hours."""
    page = read(pack, Kiosk(counties=("Sacramento",)), "/en/adults/now")
    assert page.numbers[0] == "1-916-875-5437"
    for words in ("Call 911", "form SS 8572 within 36 hours", "Have ready", "is not a report"):
        assert words in page.main
    lost = read(pack, Kiosk(), "/en/adults/now")
    assert "does not know your county’s number" in lost.main
    assert "form SS 8572 within 36 hours" in lost.main
    assert "/en/adults/counties" in lost.links


def test_a_student_reads_of_a_partner_what_it_is_and_who_answers(
    outlines: Outlines, pack: Pack
) -> None:
    for partner in pack.partners:
        shown = outlines[f"/en/r/{partner.code}"]
        own = pack.resource(partner.resource)
        assert ("They do not take calls." in shown.main) == (partner.id != "ncmec")
        assert phone_numbers.display(own.channels[0].number) in shown.numbers, partner.id
        assert f"/en/r/{partner.code}" in outlines["/en/partners"].links


def test_a_slip_tells_the_number_and_nothing_else(outlines: Outlines, pack: Pack) -> None:
    for resource in pack.resources:
        if "student" in resource.audience:
            slip = outlines[f"/en/r/{resource.code}/print"]
            assert "INFO DESK" in slip.main
            assert resource.organization.isdigit() or resource.organization not in slip.main
            told = slip.main
            if {channel.kind for channel in resource.channels} == {"web"}:
                site = placeholders.bare(resource.channels[0].url)
                assert site in told, "a code alone needs a phone"
                assert set(slip.numbers) == {"988"}, "someone can call without a phone of their own"
                told = told.replace(site, "")
            assert HARM.search(told) is None, resource.id


def test_a_number_to_call_or_text_is_said_as_one_speaks(outlines: Outlines) -> None:
    for path, words in (
        ("/en/t/31", ("Call 911", "Text 911")),
        ("/es/t/31", ("Llama al 911", "Mensaje al 911")),
        ("/es/r/121/print", ("INFORMES", "Llama al 988")),
    ):
        assert [said for said in words if said not in outlines[path].main] == [], path


def test_a_topic_led_by_a_site_tells_what_the_site_does(outlines: Outlines) -> None:
    assert "helps get a private picture of you off many sites" in outlines["/en/t/36"].main
    assert "ayuda a quitar una foto privada tuya" in outlines["/es/t/36"].main


def test_who_asks_what_happens_is_promised_only_what_the_lines_can_keep(
    outlines: Outlines,
) -> None:
    told = outlines["/en/tell"].main
    assert "They may see the phone’s number." in told
    assert "do not know who you are" not in told


def test_search_says_that_english_helps_where_no_key_writes_the_language(pack: Pack) -> None:
    kiosk = Kiosk(languages=("en", "ko", "pa", "zh-Hant", "ar", "es"))
    hint = {
        tag: Wording(tag)("You can type in English, or tap one below.") for tag in kiosk.languages
    }
    shown = {
        tag for tag in kiosk.languages if hint[tag] in read(pack, kiosk, f"/{tag}/search").main
    }
    assert shown == {"zh-Hant"}  # the others have letters of their language


def test_a_language_that_nobody_checked_says_so_on_every_page(
    outlines: Outlines, pack: Pack
) -> None:
    assert set(pack.unchecked) == set(pack.languages) - {"en"}
    for path, outline in outlines.items():
        marked = not {"unchecked", "unsigned"}.isdisjoint(outline.classes)
        assert marked == (outline.language in pack.unchecked), path


def test_the_language_switch_keeps_the_place(outlines: Outlines) -> None:
    assert "/es/r/122" in outlines["/en/r/122"].links
    assert "/en/t/62" in outlines["/es/t/62"].links or "/en/t/32" in outlines["/es/t/62"].links


def test_the_school_s_name_is_escaped(book: dict[str, Page], outlines: Outlines) -> None:
    assert "Lincoln <Middle> School" in outlines["/en/"].words
    assert "<Middle>" not in book["/en/"].body


def test_no_page_has_style_attributes_handlers_or_other_hosts(
    book: dict[str, Page], outlines: Outlines
) -> None:
    for path, outline in outlines.items():
        for name, value in outline.attributes:
            assert name != "style", path
            assert not name.startswith("on"), path
            if name in {"href", "src", "action"}:
                assert value.startswith(("/", "#")), (path, value)
        assert "<script>" not in book[path].body


def test_the_crisis_lines_come_first_on_the_talk_page(outlines: Outlines) -> None:
    for tag, text, first in (("en", "741741", "HOME to 741741"), ("es", "988", "AYUDA al 988")):
        shown = outlines[f"/{tag}/now"]
        in_order = list(dict.fromkeys(shown.numbers))
        assert in_order[:2] == ["911", text]  # the bar with 911 stands before the page
        assert first in shown.main
        assert "741741" in shown.numbers
        assert {"911", "1-888-373-7888", "1-800-422-4453", "1-800-843-5678"} <= set(shown.numbers)


@pytest.mark.parametrize("tag", ["en", "es"])
@pytest.mark.slow
def test_the_pinned_set_alone_renders_every_template(pinned: Pack, tag: str) -> None:
    kinds = {page.kind for page in pages(pinned, Kiosk(), today=TODAY)}
    assert kinds == {
        "home",
        "now",
        "languages",
        "partners",
        "adults",
        "report",
        "card",
        "slip",
        "sheet",
        "search",
        "leave",
        "part",
        "tell",
        "hearing",
    }
    made = render(pinned, Kiosk())
    assert "988" in made[f"/{tag}/now"].numbers
    assert "988" in made[f"/{tag}/"].numbers


def test_hints_of_a_number_follow_the_sentence_before_them_as_a_sentence(
    outlines: Outlines,
) -> None:
    assert "بهدوء. لا أحد يسمعك. يجيبون" in outlines["/ar/now"].main
    assert "Open day and night · Español: press 2" in outlines["/en/now"].main


def test_who_does_not_hear_finds_text_videophone_and_relay(outlines: Outlines, pack: Pack) -> None:
    for tag in pack.languages:
        assert f"/{tag}/hearing" in outlines[f"/{tag}/now"].links
        shown = outlines[f"/{tag}/hearing"].main
        for number in ("988" if tag == "es" else "741741", "1-855-812-1001", "711"):
            assert number in shown, (tag, number)
        texts = [a for a in outlines[f"/{tag}/hearing"].attributes if a == ("class", "option")]
        assert "1-800-273-8255" in shown, tag  # 988 signs
        assert shown.count("1-855-812-1001") == 1, tag
        assert "988lifeline.org" in shown, tag  # by its ASL button
        assert re.search(r"\b988\b", shown), tag
        assert re.search(r"\b911\b", shown), tag
        # A student who cannot hear may need the emergency line at once: it comes first.
        assert shown.index("911") < min(shown.index(n) for n in ("988", "1-855-812-1001")), tag
        assert len(texts) == (6 if tag == "es" else 7), tag


LAWS = "No lawyer has read this part about the law yet."


@pytest.mark.parametrize(("code", "notes"), [("51", 1), ("52", 1), ("53", 0), ("54", 0)])
def test_read_more_about_the_law_ends_with_that_no_lawyer_has_read_it(
    outlines: Outlines, code: str, notes: int
) -> None:
    """It came first, before anything that helps."""
    _, _, read = outlines[f"/en/t/{code}"].main.partition("Read more")
    assert read.count(LAWS) == notes
    assert LAWS not in read[: len(read) // 2]


def test_no_page_doubles_a_quotation_mark(outlines: Outlines) -> None:
    for path, outline in outlines.items():
        assert "““" not in outline.main and "””" not in outline.main, path


def test_a_card_says_that_no_doctor_or_nurse_has_read_what_happens(
    outlines: Outlines, pack: Pack
) -> None:
    unread = "No doctor or nurse has read this part yet."
    for resource in pack.resources:
        marked = any(key.startswith(f"resource:{resource.id}:") for key in pack.unread_by)
        if resource.status == "live" and "student" in resource.audience:
            assert (unread in outlines[f"/en/r/{resource.code}"].main) == marked, resource.id


def test_the_page_about_someone_at_this_school_sends_nobody_to_the_school(pack: Pack) -> None:
    """They may be the one who is told."""
    for kiosk in (Kiosk(counties=("Sacramento",)), Kiosk()):
        shown = {page.path: page for page in pages(pack, kiosk, today=TODAY, tags=["en"])}
        page = Outline.of(shown["/en/t/54"].body)
        other = Outline.of(shown["/en/t/53"].body)
        county = kiosk.counties == ("Sacramento",)
        assert page.numbers[0] == ("1-916-875-5437" if county else "1-800-422-4453")
        assert ("child protection line" in page.main) == county
        for sends in ("see someone here", "office", "counselor", "nurse", "any adult at school"):
            assert sends not in page.words
        assert "see someone here" in other.words


class TestCountyLine:
    """The number a student of this school is shown."""

    def shown(self, pack: Pack, kiosk: Kiosk) -> Outline:
        return render(pack, kiosk)["/en/r/150"]

    @pytest.mark.slow
    def test_the_school_s_own_number_comes_before_any_other(self, pack: Pack) -> None:
        shown = self.shown(pack, Kiosk(counties=("Sacramento",), confirmed_line="+19165550123"))
        assert shown.numbers[0] == "1-916-555-0123"
        assert "Checked by the school" in shown.main

    def test_a_number_that_one_person_typed_is_on_no_page(self, pack: Pack) -> None:
        """In any language; the county's own is, or Childhelp and 911."""
        kiosk = Kiosk(counties=("Sacramento",), county_line="+19165550123", languages=("en", "es"))
        made = [page.make() for page in pages(pack, kiosk, today=TODAY)]
        assert not [body for body in made if "916-555-0123" in body or "9165550123" in body]
        assert any("916-875-5437" in body for body in made)

    @pytest.mark.slow
    def test_the_counties_of_the_settings_are_named(self, pack: Pack) -> None:
        shown = self.shown(pack, Kiosk(counties=("Sacramento",)))
        county = next(c for c in pack.counties if c.name == "Sacramento")
        assert phone_numbers.display(county.numbers[0].number) in shown.numbers
        assert "Sacramento County" in shown.main
        assert "Not yet checked by a person" in shown.main

    @pytest.mark.slow
    def test_without_a_county_it_says_how_to_find_the_number(self, pack: Pack) -> None:
        shown = self.shown(pack, Kiosk())
        assert shown.numbers == []
        assert "Ask an adult you trust" in shown.main

    @pytest.mark.slow
    def test_a_county_with_no_number_is_looked_up(self, pack: Pack) -> None:
        silent = next(c for c in pack.counties if not c.numbers)
        assert self.shown(pack, Kiosk(counties=(silent.name,))).numbers == []


def test_what_is_not_stated_is_not_said(outlines: Outlines) -> None:
    for shown in (outlines["/en/r/122"].main, outlines["/en/r/140"].main):
        assert "not listed" not in shown
        assert "not known" not in shown
    assert "Do not wait because of cost" in outlines["/en/r/120"].main


def test_an_entry_claims_only_where_it_was_read(outlines: Outlines) -> None:
    assert (
        "Read on an official page or in several lists. No person has checked it yet."
        in outlines["/en/r/121"].main
    )


def test_the_school_s_own_county_stands_first_in_the_list(outlines: Outlines) -> None:
    words = outlines["/en/adults/counties"].main
    assert words.index("Sacramento") < words.index("Alameda")
    assert "own" in outlines["/en/adults/counties"].classes


@pytest.mark.parametrize(("tag", "english"), [("en", False), ("es", False), ("zh-Hant", True)])
def test_a_staff_page_that_is_not_translated_says_so_before_it_is_opened_and_on_it(
    outlines: Outlines, tag: str, english: bool
) -> None:
    _ = Wording(tag)
    assert (f"({_('English')})" in outlines[f"/{tag}/adults"].main) == english
    for part in ("2", "lines", "laws", "partners"):
        assert (_("This page is in English.") in outlines[f"/{tag}/adults/{part}"].main) == english
    assert _("This page is in English.") not in outlines[f"/{tag}/adults/counties"].main


def test_of_a_website_no_page_asks_what_it_must_report_or_when_it_is_open(
    outlines: Outlines, pack: Pack
) -> None:
    for tag in pack.languages:
        _ = Wording(tag)
        for name in ("takeitdown", "agrights"):
            shown = outlines[f"/{tag}/r/{pack.resource(name).code}"].main
            assert _("Say: “What do you have to report?”") not in shown, (tag, name)
            assert _("Open day and night") not in shown, (tag, name)
            assert _("About this number") not in shown, (tag, name)


BLOCKS = frozenset({
    "warm", "steps", "help", "beside", "also", "nine-way", "tell", "option", "no-phone", "machine", "who", "site",
    "can-say", "pair", "notice", "report-now", "ready", "links",
})  # fmt: skip
# Their cards are translated whole: each stands first on a topic.
WHOLE = (
    "988",
    "911",
    "nhth",
    "childhelp",
    "ncmec",
    "ctl",
    "rainn",
    "nrs",
    "lir",
    "211",
    "takeitdown",
)


def test_the_same_blocks_stand_in_each_language(outlines: Outlines, pack: Pack) -> None:
    """The page for deaf students has one box less in Spanish: its text line is 988 itself."""
    codes = [resource.code for resource in pack.resources if resource.id in WHOLE]
    codes += [partner.code for partner in pack.partners]
    named = [
        "",
        "now",
        "tell",
        "partners",
        "adults",
        "adults/now",
        "search",
        *(f"r/{code}" for code in codes),
    ]
    for tag in pack.languages:
        for there, here in (
            *((name, name) for name in named),
            *((f"t/{t.codes['en']}", f"t/{t.codes.get(tag, t.codes['en'])}") for t in pack.topics),
        ):
            blocks, same = (
                Counter(name for name in outlines[path].classes if name in BLOCKS)
                for path in (f"/en/{there}", f"/{tag}/{here}")
            )
            assert same == blocks, f"/{tag}/{here}"


def test_a_partner_that_could_not_be_confirmed_says_so_in_the_list(
    outlines: Outlines, pack: Pack
) -> None:
    shown = outlines["/en/partners"].main
    for partner in pack.partners:
        told = shown.split(partner.organization)[1][:140]
        doubtful = partner.standing != "active"
        assert ("We could not confirm" in told.partition(".")[2][:30]) is doubtful, partner.id


def test_a_list_does_not_say_that_hours_are_not_known(book: dict[str, Page]) -> None:
    lists = [page for page in book.values() if page.kind in ("group", "topic", "now", "search")]
    assert lists
    assert [page.path for page in lists if "Hours not known" in page.body] == []


def test_programs_are_under_what_they_do(outlines: Outlines, pack: Pack) -> None:
    shown = outlines["/en/partners"].main
    help_, _, rest = shown.partition("They make lessons and posters")
    teach, _, state = rest.partition("Offices of the state")
    for partner in pack.partners:
        under = {"help": help_, "teach": teach, "state": state}[partner.work]
        assert partner.organization in under


def test_a_law_is_its_section_and_an_official_page_with_no_marks_for_editors(
    outlines: Outlines, pack: Pack
) -> None:
    shown = outlines["/en/adults/laws"].main
    for law in pack.laws:
        after = shown.split(law.citation, 1)[1].split()[0]
        assert after.endswith(".gov"), law.id
    for mark in ("campusidnews", "westcoastcc", "lcwlegal", "Source:", "lists made by", "compared"):
        assert mark not in shown, mark


def test_a_sheet_of_several_numbers_says_under_which_tile_each_is(
    outlines: Outlines, pack: Pack
) -> None:
    shown = outlines["/en/now/sheet"].main
    tiles = {pack.texts["en"][f"group:{group.id}:title"] for group in pack.groups}
    for number in ("988", "1-888-373-7888", "741741", "1-800-422-4453"):
        before = shown.split(number)[0]
        last = max(before.rfind(tile) for tile in tiles)
        assert last > len(before) - 60, number


def test_school_info_speaks_one_language_and_names_the_others(outlines: Outlines) -> None:
    cover = outlines["/leave"]
    assert "Ask at the front desk." in cover.main
    assert "Oficina" not in cover.words
    assert "Español" in cover.words
    assert {"/en/", "/es/", "/en/big/", "/en/contrast/", "/en/down/"} <= set(cover.links)


def test_school_info_asks_who_is_there_only_where_a_language_or_a_mode_was_chosen(
    book: dict[str, Page],
) -> None:
    assert "data-idle" not in book["/leave"].body
    assert 'id="idle"' not in book["/leave"].body
    assert "data-idle" in book["/es/t/1"].body
    assert 'href="/es/big/t/1"' in book["/es/t/1"].body


def test_a_local_hotline_stands_on_topics_only_where_it_serves(pack: Pack) -> None:
    local = pack.resource("reach")
    assert local.area.counties == ("06065",)  # Riverside
    topics = [topic for topic in pack.topics if local.id in topic.resources]
    assert topics
    for county, there in (("Riverside", True), ("Sacramento", False)):
        kiosk = Kiosk(counties=(county,), languages=("en",))
        made = {p.path: p for p in pages(pack, kiosk, today=TODAY, tags=["en"])}
        for topic in topics:
            shown = Outline.of(made[f"/en/t/{topic.codes['en']}"].body)
            assert (f"/en/r/{local.code}" in shown.links) == there, topic.id
        assert f"/en/r/{local.code}" in made  # a ZIP code of its county finds it
