"""The nightly check: the shipped pack passes, and each fault that is planted is found."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest

from content.model.pack import Pack
from kiosk import search
from kiosk.pages import build
from kiosk.pages.build import Page
from messages.message import message
from runtime.alarms import nightly, nightly_run
from runtime.alarms.nightly import KnownAnswers
from runtime.health.observation import NIGHTLY, NightlyRecord
from settings.schema import Content, Kiosk, Settings, Sms
from sms.script import Script
from sms.understanding import examples
from sms.understanding.examples import Example
from system import files
from tests.running import command, environment, prepared
from tests.shipped import pack, script

KIOSK = Kiosk(counties=("Sacramento",), languages=("en", "ko"))


def line(asked: Pack, told: Script) -> list[str]:
    tally = KnownAnswers()
    nightly.of_line(asked, Sms(), told, tally)
    assert tally.asked > 900
    return [*map(str, tally.problems)]


@cache
def made() -> list[tuple[str, str, str]]:
    pages = build.pages(pack(), KIOSK, today=date(2026, 11, 27))
    return [(page.path, page.kind, page.make()) for page in pages]


def pages(changed: dict[str, str] | None = None) -> list[str]:
    tally = KnownAnswers()

    def each() -> Iterator[Page]:
        for path, kind, html in made():
            yield Page(path, kind, partial(str, (changed or {}).get(path, html)))

    nightly.of_pages(pack(), each(), tally)
    assert tally.asked > 400
    return [*map(str, tally.problems)]


def test_the_shipped_pack_answers_all_it_promises_by_text() -> None:
    assert line(pack(), script()) == []


def test_a_keyword_that_leads_elsewhere_is_found() -> None:
    """The words of two topics are swapped in what is served: "ice" then asks about work."""
    words = {one.topic: one.words for one in pack().keywords}
    words["work"], words["immigration"] = words["immigration"], words["work"]
    swapped = tuple(replace(one, words=words[one.topic]) for one in pack().keywords)
    broken = Script(replace(pack(), keywords=swapped), Sms())
    said = 'Text line: "ice" (en) should lead to immigration, but leads to work.'
    assert said in line(pack(), broken)


def test_a_reply_without_the_number_that_its_text_names_is_found() -> None:
    texts = {tag: dict(own) for tag, own in pack().texts.items()}
    texts["en"]["sms:suicide:first"] = "You matter. Call someone you trust."
    problems = line(pack(), Script(replace(pack(), texts=texts), Sms()))
    assert any("t:suicide:en:first lacks" in said and "988" in said for said in problems)


def test_a_name_that_brings_nobody_is_found() -> None:
    away = tuple(
        replace(one, status="reviewing") if one.id == "trevor" else one for one in pack().resources
    )
    problems = line(pack(), Script(replace(pack(), resources=away), Sms()))
    assert any("should lead to hotline:trevor" in said for said in problems)


def test_every_page_of_the_shipped_pack_holds_its_number() -> None:
    assert pages() == []


@pytest.mark.parametrize("language", KIOSK.languages)
@pytest.mark.parametrize("page", ["r/{}", "r/{}/print", "now", "missing"])
def test_a_page_that_lost_its_number_is_found(language: str, page: str) -> None:
    hotline = pack().resource("childhelp")
    address = f"/{language}/{page.format(hotline.code)}"
    path = f"missing/{language}" if page == "missing" else address
    number = "988" if page in {"now", "missing"} else "1-800-422-4453"
    (html,) = (html for named, _, html in made() if named == path)
    (said,) = pages({path: html.replace(number, "…")})
    assert (path in said, number in said) == (True, True)


def test_a_topic_without_any_of_its_hotlines_is_found() -> None:
    topic = pack().topic("suicide")
    path = f"/en/t/{topic.codes['en']}"
    (said,) = pages({path: "<p>Nothing to call.</p>"})
    assert (path in said, "988" in said) == (True, True)


def test_a_page_that_cannot_be_made_is_found() -> None:
    def fails() -> str:
        raise KeyError("x")

    tally = KnownAnswers()
    nightly.of_pages(pack(), [Page("/en/now", "now", fails)], tally)
    assert tally.problems == [message("answer.page-unmade", path="/en/now", error="KeyError")]


def test_every_hotline_is_found_on_the_screen_by_its_name_and_a_lost_one_is_told() -> None:
    tally = KnownAnswers()
    nightly.of_search(pack(), search.indexes(pack(), KIOSK.languages), tally)
    assert tally.problems == []
    less = replace(pack(), resources=tuple(r for r in pack().resources if r.id != "childhelp"))
    nightly.of_search(pack(), search.indexes(less, KIOSK.languages), tally)
    code = pack().resource("childhelp").code
    assert {f"/{tag}/r/{code}." for tag in KIOSK.languages} == {
        f"{said.args['href']}." for said in tally.problems if "Childhelp" in str(said)
    }


def test_a_model_that_forgot_a_topic_is_found() -> None:
    tally = KnownAnswers()
    lost = [Example(f"what is {number} times two", "immigration", "en") for number in range(30)]
    known = [Example("im going to kill myself", "suicide", "en")] * 30
    nightly.of_examples([*lost, *known], script(), tally)
    (said,) = tally.problems
    assert said == message("answer.examples", count=30, topic="immigration", right=0)
    assert tally.asked == 60


@pytest.mark.slow
def test_the_command_asks_the_served_pack_and_keeps_what_it_found(tmp_path: Path) -> None:
    # Without the source beside it there are no examples, which take half a minute.
    none = tmp_path / "none"
    none.mkdir()
    environ = environment(tmp_path, PORCHLIGHT_CONTENT__PACK=str(none))
    done = command("nightly", environ=prepared(environ))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all answers were correct" in done.stdout
    assert "example messages are not on this computer" in done.stdout
    record = files.read_record(tmp_path / NIGHTLY, NightlyRecord)
    assert record is not None
    assert record.problems == ()


def test_a_row_that_only_teaches_what_an_emergency_is_is_no_question(tmp_path: Path) -> None:
    rows = (
        "text,topic,about,language,writer,note\n" + "he hits me,abuse,,en,,\nhelp,now.body,,en,,\n"
    )
    (tmp_path / "sms").mkdir()
    (tmp_path / examples.FILE).write_text(rows, "utf-8")
    head = {"examples": examples.fingerprint(rows.encode())}
    learnt = replace(pack(), model=gzip.compress(json.dumps(head).encode() + b"\n"))
    settings = Settings(content=Content(pack=tmp_path))
    assert nightly_run.own_examples(settings, learnt) == [Example("he hits me", "abuse", "en")]
