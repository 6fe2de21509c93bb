"""school.toml: what of it is shown, and what is told to the office."""

import os
import re
from datetime import date, time
from pathlib import Path

import pytest

from content.model.pack import Pack
from kiosk.pages import school_file, sensitive_words
from kiosk.pages.build import pages
from kiosk.pages.school_file import School
from settings.load import load
from settings.schema import Kiosk
from tests.kiosk.conftest import TODAY
from tests.kiosk.outline import Outline

ROOT = Path(__file__).parents[3]
WHOLE = """
valid_until = 2027-06-11
lunch = "12:05, in the cafeteria"
notice = {en = "Picture day is Thursday.", es = "El jueves son las fotos."}
notice_until = 2026-12-03
[[bells]]
name = {en = "Period 1", es = "Hora 1"}
from = "8:30"
to = "9:25"
[[bells]]
name = {en = "Period 6", es = "Hora 6"}
from = "14:10"
to = "15:05"
[[places]]
name = {en = "Library", es = "Biblioteca"}
where = "Building B"
[[people]]
role = {en = "School counselor", es = "Consejera escolar"}
name = "Ms. Rivera"
place = "Room 12"
when = {en = "Until 3", es = "Hasta las 3"}
"""

BELLS = '[[bells]]\nname = "1"\nfrom = "{}"\nto = "{}"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "school.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_says_nothing_and_has_no_problem() -> None:
    assert school_file.read(ROOT / "school.toml") == (School(), [])


def test_the_examples_of_the_shipped_file_are_right(tmp_path: Path) -> None:
    lines = (ROOT / "school.toml").read_text("utf-8").splitlines()
    code = [line[2:] for line in lines if re.match(r"# (?:\[\[|\w+ = )", line)]
    found, problems = school_file.read(written(tmp_path, "\n".join(code)))
    assert problems == []
    assert found.bells
    assert found.places
    assert found.people


def test_no_file_is_an_empty_school(tmp_path: Path) -> None:
    assert school_file.read(tmp_path / "none.toml") == (School(), [])
    assert school_file.raw(tmp_path / "none.toml") is None


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    found, problems = school_file.read(written(tmp_path, WHOLE))
    assert problems == []
    assert found.people[0]["role"] == {"en": "School counselor", "es": "Consejera escolar"}
    assert (found.bells[0].opens, found.bells[0].closes) == (time(8, 30), time(9, 25))
    assert found.notice == {"en": "Picture day is Thursday.", "es": "El jueves son las fotos."}
    assert not found.wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[people", "The screen shows nothing from this file"),
        ("\udcff", "The screen shows nothing from this file"),
        ('telephone = "1"', "telephone: Porchlight does not know this"),
        ('[[people]]\nplace = "Room 1"', "[[people]] number 1, role: This is missing"),
        (
            '[[people]]\nrole = "Coach"\nplace = "Gym"\nphone = "1"',
            "number 1, phone: Porchlight does not know this",
        ),
        (
            '[[people]]\nrole = "Coach"\nplace = "Gym"\nphoto = "x.jpg"',
            "number 1, photo: Porchlight does not know this",
        ),
        ('[[people]]\nrole = "Abuse counselor"\nplace = "Room 1"', "role: This says “Abuse”"),
        ('[[people]]\nrole = 7\nplace = "Room 1"', "must be a text"),
        ('[[places]]\nname = {en = 1}\nwhere = "x"', "must be a text"),
        (
            f'[[places]]\nname = "{"x" * 200}"\nwhere = "y"',
            "number 1, name: This has 200 characters",
        ),
        ('[[places]]\nname = "a\\nb"\nwhere = "y"', "This contains a line break"),
        ('people = "Ms. Rivera"', "[[people]]: Write this as [[people]]"),
        ('lunch = "noon"', "valid_until: Enter the last day"),
        ('valid_until = "2027-06-11"', "must be a date, such as 2027-06-11"),
        ('[[bells]]\nname = "1"\nfrom = {en = "8"}\nto = "9"', "must be a time, such as"),
        ('[[bells]]\nname = "1"\nfrom = "8:30 AM"\nto = "9:25"', "must be a time, such as"),
        ('[[bells]]\nname = "1"\nfrom = "8:30"\nto = "25:10"', "must be a time, such as"),
        ('[[bells]]\nname = "5"\nfrom = "1:10"\nto = "2:05"', "from: This is before six"),
        (
            '[[bells]]\nname = "4"\nfrom = "12:10"\nto = "1:05"',
            "to: It must end after it begins",
        ),
        (
            BELLS.format("8:30", "9:25") + BELLS.format("9:20", "10:15"),
            "[[bells]] number 2, from: This begins before “1” ends",
        ),
        (f'notice = "{"x" * 200}"', "notice: This has 200 characters"),
        ('notice = "Ask about abuse."', "notice: This says “abuse”"),
        ('notice_until = "Friday"', "notice_until: This must be a date"),
        ("notice_until = 2026-12-03T08:00:00", "notice_until: This must be a date"),
        ('[[places]]\nname = "x"\nwhere = "y"\n' * 9, "[[places]]: There are 9"),
        (f"# {'x' * school_file.MOST_BYTES}", "is larger than"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_and_left_out(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "school.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found, problems = school_file.read(path)
    assert found.wrong
    assert any(
        told in problem and str(path) in problem and problem.endswith(".")
        for problem in map(str, problems)
    ), problems


def test_an_accented_role_is_not_taken_for_a_word_of_harm(tmp_path: Path) -> None:
    text = '[[people]]\nrole = "Terapeuta, syllabus, grapes"\nplace = "1"'
    assert school_file.read(written(tmp_path, text))[1] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Talk about Abuse here.", "Abuse"),
        ("Grupo por violaciones", "violaciones"),
        ("Suicide help", "Suicide"),
        ("Si te pegan en casa", "te pegan"),
        ("Alumnas embarazadas: salón 4", "embarazadas"),
        ("Drogas: grupo de apoyo", "Drogas"),
        ("Pregnant? Room 4", "Pregnant"),
        ("Drugs: a group", "Drugs"),
        ("If somebody hurts you", "hurts you"),
        ("在學校談暴力問題", "暴力"),
        ("Насилие дома", "Насилие"),
    ],
)
def test_a_word_of_harm_is_told_whole_as_it_was_typed(text: str, word: str) -> None:
    assert sensitive_words.named(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "Drug-free school zone",
        "Picture retakes are Thursday in the library.",
        "The drama club meets in Room 12; the band beats the drums at 3.",
        "Hit the books: homework help after school",
        "Los alumnos pegan carteles en el gimnasio.",
        "Le pegamos una etiqueta a cada libro.",
        "El golpe de campana es a las 8.",
        "La Gran Depresión: clase de historia, salón 4",
        "Ayuda con la tarea; te esperan en la biblioteca",
        "Vacunas: la enfermera está los martes",
        "Food pantry, showers, a quiet room, a counselor",
        "Họp phụ huynh lúc 6 giờ",
        "家長會在星期二",
    ],
)
def test_what_a_school_says_every_day_passes(text: str) -> None:
    assert sensitive_words.named(text) == ""


PHONE = 'phone = {phone}\nphone_is_private = {private}\n[[people]]\nrole = "Nurse"\nplace = {place}'
PHONES = [  # where the phone is, what the office confirmed, where a person is: whether it is offered
    ('"Room 4"', "true", '"Room 12"', True),
    ('"Room 4"', "false", '"Room 12"', False),
    ('"Room 12, next to the office"', "true", '"room  12"', False),
    (
        '{en = "Room 12", es = "Salón 12"}',
        "true",
        '{en = "Upstairs", es = "salón 12, arriba"}',
        False,
    ),
    ('"Health office"', "true", '"health office"', False),
    ('"Room 1"', "true", '"Room 12"', True),
    ('"Next to the library"', "true", '"The library"', True),
]


@pytest.mark.parametrize(("phone", "private", "place", "offered"), PHONES)
def test_a_phone_is_offered_if_the_office_confirmed_it_and_nobody_who_reports_sits_there(
    tmp_path: Path, phone: str, private: str, place: str, *, offered: bool
) -> None:
    text = PHONE.format(phone=phone, private=private, place=place)
    found, problems = school_file.read(written(tmp_path, text))
    assert problems == []
    assert (found.private_phone is not None) == offered


def test_whether_a_phone_is_private_is_said_by_yes_or_no(tmp_path: Path) -> None:
    path = written(tmp_path, 'phone = "Room 4"\nphone_is_private = "yes"\n')
    found, [problem] = school_file.read(path)
    assert "phone_is_private" in str(problem)
    assert found.private_phone is None


def test_bells_and_lunch_are_gone_after_their_last_day(tmp_path: Path) -> None:
    found, _problems = school_file.read(written(tmp_path, WHOLE))
    assert found.on(date(2027, 6, 11)).bells
    later = found.on(date(2027, 6, 12))
    assert (later.bells, later.lunch) == ((), None)
    assert later.people
    assert later.wrong  # the office should write the new ones


def test_bells_are_in_the_order_of_the_day_and_those_that_only_meet_are_right(
    tmp_path: Path,
) -> None:
    text = BELLS.format("9:25", "10:15") + BELLS.format("8:30", "9:25")
    found, problems = school_file.read(written(tmp_path, f"valid_until = 2027-06-11\n{text}"))
    assert problems == []
    assert [bell.opens for bell in found.bells] == [time(8, 30), time(9, 25)]


def test_days_are_counted_to_the_last_day_of_bells_and_lunch(tmp_path: Path) -> None:
    found, _problems = school_file.read(written(tmp_path, WHOLE))
    assert school_file.days_left(found, date(2027, 6, 4)) == 7
    assert school_file.days_left(found, date(2027, 6, 12)) == -1
    no_plan, _problems = school_file.read(written(tmp_path, "valid_until = 2027-06-11"))
    assert school_file.days_left(no_plan, date(2027, 6, 4)) is None


def test_a_bell_plan_of_last_year_is_told_to_the_office(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    found, _problems = school_file.read(path)
    assert school_file.outdated(path, found, date(2027, 6, 11)) == []
    (told,) = school_file.outdated(path, found, date(2027, 6, 12))
    assert str(told).startswith(f"{path}: valid_until was 2027-06-11")
    assert school_file.outdated(path, School(), date(2027, 6, 12)) == []


def test_a_notice_is_gone_after_its_day_and_nobody_is_bothered(tmp_path: Path) -> None:
    found, _problems = school_file.read(written(tmp_path, WHOLE))
    assert found.on(date(2026, 12, 3)).notice
    later = found.on(date(2026, 12, 4))
    assert later.notice is None
    assert later.bells
    assert not later.wrong
    for_ever, _problems = school_file.read(written(tmp_path, 'notice = "Library closed"'))
    assert for_ever.on(date(2036, 1, 1)).notice == {"": "Library closed"}


def test_a_pipe_a_device_or_a_loop_of_links_in_its_place_is_a_sentence_and_nothing_waits_for_it(
    tmp_path: Path,
) -> None:
    pipe, loop = tmp_path / "school.toml", tmp_path / "loop.toml"
    os.mkfifo(pipe)
    loop.symlink_to(loop.name)
    for path in (pipe, Path("/dev/zero"), loop):
        found, problems = school_file.read(path)
        assert (found, len(problems)) == (School(wrong=True), 1)
        assert "cannot be read" in str(problems[0])


def test_a_text_is_said_once_in_each_language_that_shares_the_page() -> None:
    assert school_file.say({"": "Room 12"}, ["en", "es"]) == [("", "Room 12")]
    assert school_file.say({"en": "Library", "es": "Biblioteca"}, ["es", "en"]) == [
        ("es", "Biblioteca"),
        ("en", "Library"),
    ]
    assert school_file.say({"en": "Library"}, ["ar"]) == [("en", "Library")]
    assert school_file.say({}, ["en"]) == []


def test_a_file_nested_without_end_is_told_to_the_office(tmp_path: Path) -> None:
    for text in (f"lunch = {'[' * 9000}{']' * 9000}", f"lunch{'.a' * 9000} = 1"):
        found, problems = school_file.read(written(tmp_path, text))
        assert found.wrong
        assert ["nested more than" in str(problem) for problem in problems] == [True]


def test_the_cover_tells_the_office_when_nobody_signs_what_is_shown(
    pinned: Pack, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    for text, said in (("", False), ("[content]\nunsigned = true\n", True)):
        file.write_text(text, encoding="utf-8")
        kiosk = load({"PORCHLIGHT_SETTINGS": str(file)}).kiosk
        book = {p.path: p.body for p in pages(pinned, kiosk, today=TODAY)}
        cover = Outline.of(book["/leave"]).main
        assert ("this screen takes content that nobody signed" in cover) is said
        others = "".join(body for path, body in book.items() if path != "/leave")
        assert "nobody signed" not in others


def test_school_info_and_the_talk_page_show_who_is_here(pinned: Pack, tmp_path: Path) -> None:
    found, _problems = school_file.read(written(tmp_path, WHOLE))
    book = {p.path: p.body for p in pages(pinned, Kiosk(), today=TODAY, school=found)}
    cover = Outline.of(book["/leave"]).main
    shown = ("Period 1", "8:30", "2:10", "12:05", "Picture day", "Library", "School counselor")
    assert [word for word in shown if word not in cover] == []
    assert "Hora 1" not in cover
    for tag, role, when in (
        ("en", "School counselor", "Until 3"),
        ("es", "Consejera escolar", "Hasta las 3"),
    ):
        talk = Outline.of(book[f"/{tag}/now"]).main
        assert talk.index("abus" if tag == "en" else "maltrato") < talk.index("Room 12")
        assert talk.index("Room 12") < talk.index(role) < talk.index(when)


def test_what_the_office_writes_is_escaped(pinned: Pack, tmp_path: Path) -> None:
    text = '[[people]]\nrole = "<script>alert(1)</script>"\nplace = "{{ 7 * 7 }}"'
    found, _problems = school_file.read(written(tmp_path, text))
    for page in pages(pinned, Kiosk(), today=TODAY, school=found):
        assert "<script>alert" not in page.body
        assert "49" not in Outline.of(page.body).main or page.path.startswith("/en/r/")


def test_a_broken_file_leaves_the_page_and_a_line_for_the_office(
    pinned: Pack, tmp_path: Path
) -> None:
    found, problems = school_file.read(written(tmp_path, "[[people"))
    book = {p.path: p.body for p in pages(pinned, Kiosk(), today=TODAY, school=found)}
    assert problems
    assert "For the office" in Outline.of(book["/leave"]).main
    assert "For the office" not in Outline.of(book["/en/"]).main


@pytest.mark.parametrize(("tag", "shown"), [("en", "2:10 – 3:05"), ("ru", "14:10 – 15:05")])
def test_bells_are_written_as_clocks_of_the_language_run(
    pinned: Pack, tmp_path: Path, tag: str, shown: str
) -> None:
    found, _problems = school_file.read(written(tmp_path, WHOLE))
    kiosk = Kiosk(languages=(tag, "es"))
    book = {p.path: p.body for p in pages(pinned, kiosk, today=TODAY, school=found)}
    assert shown in Outline.of(book["/leave"]).main
    assert '<time datetime="14:10">' in book["/leave"]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ('[[people]]\nrole = "Coach"\nplace = "Gym"', "People"),
        ('[[places]]\nname = "Library"\nwhere = "Room 1"', "Places"),
        (WHOLE, "Places and people"),
    ],
)
def test_the_cover_tells_of_people_and_not_of_help(
    pinned: Pack, tmp_path: Path, text: str, heading: str
) -> None:
    found, _problems = school_file.read(written(tmp_path, text))
    book = {p.path: p.body for p in pages(pinned, Kiosk(), today=TODAY, school=found)}
    assert f"<span>{heading}</span></h2>" in book["/leave"]
    assert "talk to" not in Outline.of(book["/leave"]).main.casefold()
