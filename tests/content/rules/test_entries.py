"""Rules about ids, codes and entries: one row each, with the file and line that must be told."""

import pytest

from tests.content.conftest import TinyPack

TREVOR, SUICIDE, A21 = (
    "pack/resources/trevor.toml",
    "pack/topics/suicide.md",
    "pack/partners/a21.toml",
)
GROUPS, COUNTIES, PACK = "pack/groups.toml", "pack/counties.toml", "pack/pack.toml"
LAW, CTL = "pack/legal/ab1227.toml", "pinned/resources/ctl.toml"
P988 = "pinned/resources/988.toml"
BROKEN = {
    "an id with a capital letter": (GROUPS, 'id = "home"', 'id = "Home"', f"{GROUPS}:2", "may contain only a-z, 0-9 and single hyphens"),
    "a code with a letter": (TREVOR, '"130"', '"13a"', f"{TREVOR}:2", "one to four digits"),
    "a code as long as a ZIP code": (TREVOR, '"130"', '"94608"', f"{TREVOR}:2", "one to four digits"),
    "a code in Arabic digits": (TREVOR, '"130"', '"١٣٠"', f"{TREVOR}:2", "one to four digits"),
    "a code that is a hotline": (TREVOR, '"130"', '"211"', f"{TREVOR}:2", "is a public hotline"),
    "a resource with a topic's code": (TREVOR, '"130"', '"62"', f"{TREVOR}:2", 'belongs to the topic "suicide" (es)'),
    "a partner with a resource's code": (A21, '"176"', '"130"', f"{A21}:2", 'belongs to the resource "trevor"'),
    "a topic with a group's code": (SUICIDE, 'en = "32"', 'en = "2"', f"{SUICIDE}:3", 'belongs to the group "home"'),
    "two languages with one code": (SUICIDE, 'es = "62"', 'es = "32"', f"{SUICIDE}:3", 'the topic "suicide" (en)'),
    "the county line's code": (TREVOR, '"130"', '"150"', f"{TREVOR}:2", "belongs to the county line"),
    "a language without a code": (SUICIDE, ', es = "62"', "", f"{SUICIDE}:3", '"es" has no code'),
    "a code for another language": (SUICIDE, "codes = {", 'codes = { vi = "92",', f"{SUICIDE}:3", "not a language"),
    "a topic's resource that is not there": (SUICIDE, '"ctl"', '"clt"', f"{SUICIDE}:5", 'there is no resource "clt"'),
    "a group's topic that is not there": (GROUPS, '["abuse"]', '["abuses"]', f"{GROUPS}:6", 'no topic "abuses"'),
    "a group's resource that is not there": (GROUPS, '["trevor"]', '["tre"]', f"{GROUPS}:7", 'no resource "tre"'),
    "a partner's resource that is not there": (A21, '"nhth"', '"nht"', f"{A21}:6", 'no resource "nht"'),
    "a partner that leads to the county": (A21, '"nhth"', '"county"', f"{A21}:6", 'no resource "county"'),
    "a mark on a paragraph that is not there": (
        SUICIDE, 'icon = ', 'unread_by = { counsel = ["p.9"] }\nicon = ', f"{SUICIDE}:4", 'no text "p.9"'),
    "a mark for a reader that is none": (
        SUICIDE, 'icon = ', 'unread_by = { priest = ["p.1"] }\nicon = ', f"{SUICIDE}:4", '"priest"'),
    "a topic without a crisis line": (SUICIDE, '["988", "ctl"]', '["trevor"]', f"{SUICIDE}:5", "no crisis line"),
    "an audience of no one": (TREVOR, "maximum_age", "audience = []\nmaximum_age", f"{TREVOR}:9", "audience is empty"),
    "ages the wrong way round": (TREVOR, "maximum_age", "minimum_age = 30\nmaximum_age", f"{TREVOR}:9", "not a range"),
    "an area that is empty": (TREVOR, 'states = ["CA"]', "", f"{TREVOR}:11", "the area is empty"),
    "a state that is no postal code": (TREVOR, '["CA"]', '["Calif"]', f"{TREVOR}:12", "not a postal code"),
    "a county that is no FIPS code": (TREVOR, "states =", 'counties = ["Napa"]\nstates =', f"{TREVOR}:12", "FIPS code"),
    "a source without a kind": (TREVOR, '"official page"', '""', f"{TREVOR}:30", "the source has no kind; write its kind"),
    "a source's address that is none": (LAW, 'kind = "o', 'url = "page"\nkind = "o', f"{LAW}:6", "is not an address"),
    "a source's day that is none": (CTL, '"2026-09-14"', '"2026-09-31"', f"{CTL}:23", "is not a date"),
    "a source's date the wrong way round": (CTL, '"2026-09-14"', '"9/14/2026"', f"{CTL}:23", "is not a date"),
    "no sources at all": (COUNTIES, '[{ kind = "official county page", url = "https://example.org/alameda" }]', "[]",
                          f"{COUNTIES}:6", "there is no source"),
    "a county's FIPS code that is none": (COUNTIES, '"06001"', '"6001"', f"{COUNTIES}:3", "five-digit FIPS"),
    "numbers that are too unsure": (COUNTIES, '"high"', '"low"', f"{COUNTIES}:5", "a county with low confidence must not have numbers; write numbers = []"),
    "a law without its name": (LAW, '"AB 1227 (2017)"', '" "', f"{LAW}:2", "the citation is empty"),
    "a pinned line that is a draft": (CTL, "review", 'status = "draft"\nreview', f"{CTL}:1", 'has no "ctl"'),
    "988 withdrawn": (P988, "review", 'status = "withdrawn"\nreview', f"{P988}:1", 'has no "988"'),
    "a status of the screen's own": (
        CTL, "review", 'status = "reviewing"\nreview', f"{CTL}:8", 'reviewing" cannot be a file\'s status; write live, draft or withdrawn'
    ),
    "a language tag that is none": (PACK, '["en", "es"]', '["en", "es", "english"]', f"{PACK}:4", "language tag"),
    "a language that appears twice": (PACK, '["en", "es"]', '["en", "es", "es"]', f"{PACK}:4", "appears twice"),
    "an unchecked language that is none": (PACK, '["es"]', '["vi"]', f"{PACK}:6", "remove it from unchecked"),
    "a fact that is a phone number": (PACK, '"18"', '"(866) 311-9474"', f"{PACK}:9", "looks like a phone number"),
    "a fact that is empty": (PACK, '"18"', '""', f"{PACK}:9", 'the fact "age" is empty'),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_wrong_entry_is_told_with_its_line(tiny: TinyPack, case: tuple[str, ...]) -> None:
    file, old, new, place, message = case
    tiny.edit(file, old, new).complains(place, message)


def test_a_group_that_stands_twice_is_told(tiny: TinyPack) -> None:
    again = (tiny.folder / "groups.toml").read_text("utf-8").replace('"2"', '"3"')
    tiny.write("pack/groups.toml", (tiny.folder / "groups.toml").read_text("utf-8") + again)
    tiny.complains(f"{GROUPS}:13", 'the id "home" is taken')


def test_a_short_code_that_stands_twice_is_told(tiny: TinyPack) -> None:
    codes = (tiny.pinned / "shortcodes.toml").read_text("utf-8")
    tiny.write("pinned/shortcodes.toml", codes + codes)
    tiny.complains("pinned/shortcodes.toml:19", 'the short code "911" appears twice')


def test_a_topic_without_a_reply_is_told(tiny: TinyPack) -> None:
    (tiny.folder / "sms/abuse.toml").unlink()
    tiny.complains("pack/topics/abuse.md:1", "add sms/abuse.toml")


def test_a_reply_without_a_topic_is_told(tiny: TinyPack) -> None:
    (tiny.folder / "topics/abuse.md").unlink()
    tiny.complains("pack/sms/abuse.toml:1", 'there is no topic "abuse"')


def test_a_pinned_line_that_is_gone_is_told(tiny: TinyPack) -> None:
    (tiny.pinned / "resources/ncmec.toml").unlink()
    tiny.complains("pack/pack.toml:1", 'the pinned crisis set has no "ncmec"')


@pytest.mark.parametrize(
    "date", ["", "2026", "2026-09", "2026-09-14", "about 2020", "2019 (inferred)"]
)
def test_a_sources_date_may_be_a_day_a_month_a_year_or_words(tiny: TinyPack, date: str) -> None:
    assert tiny.edit(CTL, '"2026-09-14"', f'"{date}"').said() == []


def test_a_check_by_a_person_needs_both_day_and_person(tiny: TinyPack) -> None:
    tiny.edit(TREVOR, "maximum_age", 'checked_on = 2026-12-01\nchecked_by = "editor"\nmaximum_age')
    assert tiny.said() == []
    assert str(tiny.pack().resource("trevor").checked_on) == "2026-12-01"
