"""A topic's offers to a student without a phone, by what the school has filled in."""

from collections.abc import Mapping

import msgspec
import pytest

from content.model.pack import Pack
from kiosk.pages.build import pages
from kiosk.pages.school_file import School
from tests.kiosk.conftest import SCHOOL, TODAY

PHONE, TELL = "/en/phone", "/en/tell"
ROOM = {"": "Room 4"}
NURSE = {"role": {"": "Nurse"}, "name": {}, "place": {"": "Room 12"}, "when": {}}
SAME = {"role": {"": "Nurse"}, "name": {}, "place": ROOM, "when": {}}


def links(body: str) -> list[str]:
    """Where the boxes of "No phone?" lead."""
    _, _, section = body.partition('class="without"')
    return [
        part.partition('"')[0] for part in section.partition("</section>")[0].split('href="')[1:]
    ]


def made(pack: Pack, school: School, printer: str = "browser") -> Mapping[str, str]:
    kiosk = msgspec.structs.replace(SCHOOL, printer=printer)
    return {
        page.path: page.body for page in pages(pack, kiosk, today=TODAY, tags=["en"], school=school)
    }


SCHOOLS = [  # what the school filled in, where the boxes lead besides the slip
    (School(), [TELL]),
    (School(phone=ROOM), [TELL]),
    (School(phone=ROOM, phone_is_private=True), [PHONE, TELL]),
    (School(phone=ROOM, phone_is_private=True, people=(NURSE,)), [PHONE, TELL]),
    (School(phone=ROOM, phone_is_private=True, people=(SAME,)), [TELL]),
    (School(people=(NURSE,)), [TELL]),
]


@pytest.mark.parametrize(("school", "ways"), SCHOOLS)
def test_each_box_leads_to_a_page_and_a_school_that_filled_in_nothing_has_some(
    pack: Pack, school: School, ways: list[str]
) -> None:
    bodies = made(pack, school)
    for topic in pack.topics:
        body = bodies[f"/en/t/{topic.codes['en']}"]
        if 'class="without"' in body:
            found = links(body)
            assert set(found) <= bodies.keys(), topic.id
            wanted = [] if topic.id == "schoolstaff" else ways
            assert [link for link in found if not link.endswith("/print")] == wanted, topic.id


def test_every_topic_but_danger_says_what_to_do_without_a_phone(pack: Pack) -> None:
    bodies = made(pack, School())
    without = {
        topic.id
        for topic in pack.topics
        if 'class="without"' not in bodies[f"/en/t/{topic.codes['en']}"]
    }
    assert without == {"danger"}


@pytest.mark.parametrize(
    ("printer", "said"), [("browser", "Take a slip"), ("off", "Write down the number")]
)
def test_a_student_takes_a_slip_or_writes_the_number_down(
    pack: Pack, printer: str, said: str
) -> None:
    bodies = made(pack, School(), printer)
    body = bodies[f"/en/t/{pack.topic('assault').codes['en']}"]
    assert said in body
    [slip] = [link for link in links(body) if link.endswith("/print")]
    assert "Does someone look through your things?" in bodies[slip]


@pytest.mark.parametrize(
    ("school", "who"), [(School(people=(NURSE,)), "Room 12"), (School(), "an adult in this")]
)
def test_the_page_about_a_person_says_who_after_what_adults_must_report(
    pack: Pack, school: School, who: str
) -> None:
    """The person was last, after all that adults must report."""
    before, _, after = made(pack, school)[TELL].partition("</h1>")[2].partition(who)
    assert before.count(". ") == 1
    assert "must report child abuse" in before
    assert "What happens if I tell someone here?" in after


def test_the_page_with_the_phone_begins_with_what_adults_must_report(pack: Pack) -> None:
    body = made(pack, School(phone=ROOM, phone_is_private=True))[PHONE]
    assert body.index("must report child abuse") < body.index("Room 4")
