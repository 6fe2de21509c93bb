"""What stands on a topic's page, and where: the hotline that knows this need, before anything."""

import re
from dataclasses import replace

import msgspec
import pytest

from content.model.pack import Pack
from kiosk.pages.build import pages
from kiosk.pages.topic_page import NO_MACHINE
from kiosk.pages.ui_strings import Wording
from settings.schema import Kiosk
from tests.kiosk.conftest import SCHOOL, TODAY
from tests.kiosk.outline import Outline

FIRST = {  # topic: what its panel shows
    "trafficking": "1-888-373-7888", "pictures": "takeitdown.ncmec.org", "suicide": "988", "basics": "211",
    "runaway": "1-800-786-2929", "abuse": "1-800-422-4453", "assault": "1-800-656-4673", "dating": "1-866-331-9474",
    "lgbtq": "1-866-488-7386", "schoolstaff": "1-916-875-5437", "report": "1-916-875-5437", "danger": "911",
    "immigration": "211", "health": "211",
}  # fmt: skip
LINE = msgspec.structs.replace(SCHOOL, text_line="+19165550100", languages=("en", "es", "ar"))


def made(pack: Pack, kiosk: Kiosk, tag: str) -> dict[str, str]:
    return {page.path: page.body for page in pages(pack, kiosk, today=TODAY, tags=[tag])}


def page(pack: Pack, kiosk: Kiosk, tag: str, name: str) -> str:
    codes = pack.topic(name).codes
    return made(pack, kiosk, tag)[f"/{tag}/t/{codes.get(tag, codes['en'])}"]


@pytest.fixture(scope="module")
def english(pack: Pack) -> dict[str, str]:
    bodies = made(pack, LINE, "en")
    return {topic.id: bodies[f"/en/t/{topic.codes['en']}"] for topic in pack.topics}


SEEN_AT_ONCE = [  # topic, what its steps say before "Read more" is opened
    ("online", "Do not go to meet them.<"),
    ("immigration", "Keep your door closed. Ask officers for a judge’s paper."),
    ("immigration", "Ask for a lawyer before you sign."),
    ("assault", "A free exam helps, best within five days."),
    ("health", "The morning-after pill works best now, within three days."),
    ("work", "The state’s pay line is on this page."),
]


@pytest.mark.parametrize(("name", "said"), SEEN_AT_ONCE)
def test_what_cannot_wait_is_a_step_that_is_seen_at_once(
    english: dict[str, str], name: str, said: str
) -> None:
    assert said in english[name].partition("<details")[0]


def test_in_no_language_a_student_is_told_not_to_meet_a_stranger_alone(pack: Pack) -> None:
    alone = (
        "alone",
        "solas",
        "بمفردك",
        "mag-isa",
        "ib leeg",
        "혼자",
        "ਇਕੱਲੇ",
        "одиночку",
        "một mình",
        "一個人",
    )
    for tag, texts in pack.texts.items():
        said = [
            text
            for key, text in texts.items()
            if key in ("topic:online:step.1", "topic:online:p.3")
        ]
        assert said, tag
        assert not [text for text in said if any(word in text for word in alone)], tag


def test_a_friend_s_page_leads_to_poison_control_and_to_the_page_about_pills(
    english: dict[str, str],
) -> None:
    assert "1-800-222-1222" in english["friend"]
    assert 'href="/en/t/40"' in english["friend"]


@pytest.mark.parametrize(
    ("group", "topics"),
    [("friends", {"assault", "health"}), ("phones", {"dating"}), ("feelings", {"health"})],
)
def test_the_tile_where_a_student_looks_leads_to_the_topic(
    pack: Pack, group: str, topics: set[str]
) -> None:
    assert topics <= set(next(one for one in pack.groups if one.id == group).topics)
    assert "Pregnant" in pack.texts["en"]["topic:health:lead"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        *(("assault", "health"), ("dating", "health"), ("dating", "assault")),
        *(("online", "bullying"), ("pictures", "trafficking"), ("pictures", "online")),
    ],
)
def test_related_topics_are_linked_both_ways(pack: Pack, here: str, there: str) -> None:
    assert there in pack.topic(here).also
    assert here in pack.topic(there).also


@pytest.mark.parametrize(("name", "number"), FIRST.items())
def test_the_first_number_is_that_of_the_line_that_knows_this_need(
    english: dict[str, str], name: str, number: str
) -> None:
    panel = english[name].split("help-number" if name != "danger" else "nine-number")[1]
    assert panel.split("<bdi")[1].partition("</bdi>")[0].replace("<wbr>", "").endswith(number)


@pytest.mark.parametrize(
    ("name", "address"),
    [("immigration", "cdss.ca.gov/immigration-services"), ("health", "familypact.org")],
)
def test_a_topic_without_another_number_shows_its_page_to_read_below_the_first(
    english: dict[str, str], name: str, address: str
) -> None:
    first_screen = english[name].split('<details class="read">')[0]
    beside = first_screen.split('<ul class="beside">')[1].partition("</ul>")[0]
    assert address in beside.replace("<wbr>", "")


def test_who_is_bullied_in_a_chat_finds_the_topic_from_phones(
    pack: Pack, english: dict[str, str]
) -> None:
    bullying = f'"/en/t/{pack.topic("bullying").codes["en"]}"'
    phones = next(group for group in pack.groups if group.id == "phones")
    assert bullying in made(pack, LINE, "en")[f"/en/t/{phones.code}"]
    assert bullying in english["online"]


def test_each_need_of_the_text_line_is_on_a_tile(pack: Pack) -> None:
    on_tiles = {topic for group in pack.groups for topic in group.topics}
    asked = {keyword.topic for keyword in pack.keywords}
    assert asked - on_tiles == {"adults", "partners"}  # they have separate pages


def test_pregnancy_is_a_word_of_two_tiles_first_rows(pack: Pack) -> None:
    pages = made(pack, LINE, "en")
    for name in ("feelings", "friends"):
        code = next(group.code for group in pack.groups if group.id == name)
        rows = pages[f"/en/t/{code}"].split('<a class="row')[1:4]
        assert any("Pregnancy" in row for row in rows), name


@pytest.mark.parametrize(
    "name", ["abuse", "assault", "dating", "substance", "friend", "report", "adults"]
)
def test_a_first_step_that_calls_911_is_above_the_line_and_leads_to_danger(
    pack: Pack, english: dict[str, str], name: str
) -> None:
    before = english[name].split('<section class="help')[0].split('class="at-once"')[1]
    assert f'href="/en/t/{pack.topic("danger").codes["en"]}"' in before
    assert '<bdi class="number">911</bdi>' in before
    assert english[name].count("<i aria-hidden") == 2  # the two steps that are left


def test_every_topic_leads_to_its_neighbours_and_all_to_danger(
    pack: Pack, english: dict[str, str]
) -> None:
    danger = f'"/en/t/{pack.topic("danger").codes["en"]}"'
    for topic in pack.topics:
        if topic.id == "danger":
            continue
        assert danger in english[topic.id], topic.id
        for other in topic.also:
            assert f'"/en/t/{pack.topic(other).codes["en"]}"' in english[topic.id], topic.id


def test_nobody_in_danger_or_hurt_is_sent_to_a_machine(english: dict[str, str]) -> None:
    shown = {name for name, body in english.items() if "916-555-0100" in body}
    assert {"danger", "suicide", "assault", "abuse"} <= NO_MACHINE
    assert shown == set(english) - NO_MACHINE


def test_a_card_its_slip_and_its_sheet_have_the_code_of_what_the_hotline_is_for(pack: Pack) -> None:
    """On paper no word: others find it."""
    bodies, codes = made(pack, LINE, "en"), {line.id: line.code for line in pack.resources}
    for line, word, code in [("nhth", "M35", "M35"), ("211", "FOOD", "M46"), ("nrs", "M37", "M37")]:
        card = f"/en/r/{codes[line]}"
        assert f">{word}<" in bodies[card].partition('class="machine"')[2]
        for paper in (
            bodies[f"{card}/print"],
            bodies[f"{card}/sheet"],
            bodies[f"slip/en/{codes[line]}"],
        ):
            assert code in paper
            assert "A machine answers" in paper
            assert "FOOD" not in paper
    assert "A machine answers" in bodies["/en/now/sheet"]


@pytest.mark.parametrize("line", ["911", "988", "ctl", "childhelp", "rainn", "cycl", "150"])
def test_no_card_of_a_line_for_who_is_hurt_sends_to_a_machine(pack: Pack, line: str) -> None:
    code = next((one.code for one in pack.resources if one.id == line), line)
    bodies = made(pack, LINE, "en")
    for name in (f"/en/r/{code}", f"/en/r/{code}/print", f"/en/r/{code}/sheet"):
        assert "A machine answers" not in bodies[name], name


def test_without_a_number_of_its_own_the_screen_names_no_text_line(pack: Pack) -> None:
    assert "A machine answers" not in page(pack, SCHOOL, "en", "work")


def test_a_word_stands_for_food_and_work_and_a_code_for_the_rest(english: dict[str, str]) -> None:
    assert ">FOOD<" in english["basics"]
    assert ">WORK<" in english["work"]
    assert ">M35<" in english["trafficking"]


def test_a_county_card_without_a_number_is_no_help(pack: Pack) -> None:
    alone = msgspec.structs.replace(SCHOOL, counties=())
    shown = Outline.of(page(pack, alone, "en", "schoolstaff")).words
    assert "child protection line" not in shown
    assert "1-800-422-4453" in shown


def test_a_pack_of_before_shows_its_lead_and_no_steps(pack: Pack) -> None:
    gone = (":warm", *(f":step.{number}" for number in (1, 2, 3)))
    older = replace(
        pack,
        topics=tuple(replace(topic, steps=0, also=()) for topic in pack.topics),
        texts={
            tag: {key: text for key, text in texts.items() if not key.endswith(gone)}
            for tag, texts in pack.texts.items()
        },
    )
    shown = Outline.of(page(older, SCHOOL, "en", "work")).words
    assert pack.texts["en"]["topic:work:lead"] in shown
    assert "1-888-373-7888" in shown
    assert "1-888-373-7888" in page(older, LINE, "ar", "work")  # a language in part has it, too


def test_where_no_reader_has_signed_suicide_and_danger_are_numbers_and_few_words(
    pack: Pack,
) -> None:
    for name, few in (
        ("suicide", "A person asks how they can help."),
        ("danger", "They ask where you are. Say that first."),
    ):
        shown = Outline.of(page(pack, LINE, "ar", name))
        assert pack.texts["ar"][f"topic:{name}:step.1"] not in shown.main
        assert Wording("ar")(few) in shown.main  # what the screen says of any hotline
    signed = replace(pack, unchecked=())
    assert pack.texts["ar"]["topic:suicide:step.1"] in page(signed, LINE, "ar", "suicide")


def test_a_language_in_part_offers_no_page_whose_steps_it_cannot_say(pack: Pack) -> None:
    texts = {key: text for key, text in pack.texts["ar"].items() if key != "topic:work:step.2"}
    poorer = replace(pack, texts={**pack.texts, "ar": texts})
    offered = made(poorer, LINE, "ar")
    address = f"/ar/t/{pack.topic('work').codes['en']}"
    assert address not in offered
    assert not any(f'"{address}"' in body for body in offered.values())


def test_a_student_who_cares_for_family_reads_at_most_25_words_before_the_number(
    english: dict[str, str],
) -> None:
    read = english["carer"].partition("<main")[2].partition("help-number")[0].partition(">")[2]
    words = re.findall(r"[\w’-]+", re.sub(r"<[^>]*>?", " ", read))
    assert len(words) <= 25, words
