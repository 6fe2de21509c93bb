"""Texts that a clinician or counsel must read: the mark in the file, who signs it, when it returns."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from content.model.built_pack import MANIFEST, build, load
from content.model.pack import Pack, Reader
from content.review import worklist
from content.review.withdraw import hidden
from editor.authoring import readings
from editor.authoring.readings import FILE, SignedReading, digest, outstanding
from editor.authoring.signoff import EntryError
from settings.schema import Sms
from sms.replies import drafts
from tests import shipped
from tests.content.conftest import TinyPack

SUICIDE, REPLIES = "pack/topics/suicide.md", "pack/sms/suicide.toml"
PARAGRAPH, FIRST = "topic:suicide:p.1", "sms:suicide:first"
TODAY = date(2026, 12, 1)


def marked(tiny: TinyPack) -> TinyPack:
    tiny.edit(SUICIDE, "icon = ", 'unread_by = { clinician = ["p.1"] }\nicon = ')
    return tiny.edit(REPLIES, "priority", 'unread_by = { counsel = ["first"] }\npriority')


def sign(tiny: TinyPack, key: str, role: str, day: date = TODAY) -> str:
    return readings.sign(tiny.folder, tiny.pack(), key, role=role, day=day, today=TODAY)


def test_a_topic_and_a_reply_carry_the_mark_in_their_own_file(tiny: TinyPack) -> None:
    pack = marked(tiny).pack()
    assert pack.unread_by == {PARAGRAPH: "clinician", FIRST: "counsel"}
    assert load(build(pack)).unread_by == pack.unread_by
    assert [(one.key, one.reader) for one in worklist.unread(pack)] == [
        (PARAGRAPH, "clinician"),
        (FIRST, "counsel"),
    ]


def test_a_mark_goes_when_it_is_signed_and_returns_when_the_words_change(tiny: TinyPack) -> None:
    said = sign(marked(tiny), PARAGRAPH, "school nurse")
    assert said.startswith(f"{PARAGRAPH}: read by school nurse on 2026-12-01.")
    assert tiny.pack().unread_by == {FIRST: "counsel"}
    sign(tiny, FIRST, "District Counsel")
    assert tiny.pack().unread_by == {}
    tiny.edit(SUICIDE, tiny.pack().texts["en"][PARAGRAPH][:12], "Some new words ")
    assert set(tiny.pack().unread_by) == {PARAGRAPH}
    sign(tiny, PARAGRAPH, "clinician")
    assert tiny.pack().unread_by == {}
    assert (tiny.folder / FILE).read_text("utf-8").count("[[reading]]") == 3


@pytest.mark.parametrize(
    ("role", "day", "says"),
    [
        ("content editor", TODAY, "must be read by counsel"),
        ("school counselor", TODAY, "must be read by counsel"),
        ("clinician", TODAY, "must be read by counsel"),
        ("counsel, 555 1234", TODAY, "is not a role"),
        ("counsel", date(2026, 12, 2), "is in the future; write the day on which you checked it"),
    ],
)
def test_only_a_reader_of_the_trade_signs(tiny: TinyPack, role: str, day: date, says: str) -> None:
    marked(tiny)
    with pytest.raises(EntryError, match=says):
        sign(tiny, FIRST, role, day)
    assert not (tiny.folder / FILE).exists()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Call now.", {}),
        ("Call.", {"sms:a:first": "clinician"}),
        ("", {"sms:a:first": "clinician"}),
    ],
)
def test_a_reading_counts_for_the_words_that_were_read(words: str, left: Mapping[str, str]) -> None:
    done = [SignedReading(text="sms:a:first", by="nurse", on=TODAY, words=digest("Call now."))]
    assert outstanding({"sms:a:first": "clinician"}, done, {"sms:a:first": words}) == left


def test_a_pack_of_before_keeps_its_marks(tiny: TinyPack) -> None:
    """Its source has law_unread in a topic, its built form in core.json."""
    tiny.edit(SUICIDE, "icon = ", "law_unread = [1]\nicon = ")
    assert tiny.pack().unread_by == {PARAGRAPH: "counsel"}
    files = build(tiny.pack())
    core = json.loads(files["core.json"])
    del core["unread_by"]
    next(topic for topic in core["topics"] if topic["id"] == "suicide")["law_unread"] = [1]
    assert load(rebuilt(files, "core.json", core)).unread_by == {PARAGRAPH: "counsel"}


def rebuilt(files: dict[str, bytes], name: str, value: object) -> dict[str, bytes]:
    data = json.dumps(value).encode()
    manifest = json.loads(files[MANIFEST])
    manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "length": len(data)}
    return {**files, name: data, MANIFEST: json.dumps(manifest).encode()}


def test_a_mark_moves_with_its_paragraph_when_one_before_it_goes() -> None:
    """Without the line that paragraph 2 gives, paragraph 3 is the second."""
    pack = with_text(shipped.pack(), "topic:health:p.2", "{familypact.web}")
    assert pack.unread_by["topic:health:p.3"] == "counsel"
    left = hidden(pack, {"familypact"})
    assert left.unread_by["topic:health:p.2"] == "counsel"
    assert "topic:health:p.3" not in left.unread_by


def with_text(pack: Pack, key: str, text: str) -> Pack:
    texts = {tag: {**one, key: text} if key in one else one for tag, one in pack.texts.items()}
    return replace(pack, texts=texts)


def test_no_text_message_holds_the_mark() -> None:
    """It is for the desk, the worklist and the screen."""
    pack, sms = shipped.pack(), Sms()
    sent = (key for key in pack.texts["en"] if key.startswith("sms:"))
    everything: dict[str, Reader] = dict.fromkeys(sent, "clinician")
    assert [*drafts(replace(pack, unread_by=everything), sms)] == [*drafts(pack, sms)]
