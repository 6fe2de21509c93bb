"""A line that is hidden is gone from everything that is shown or sent, and nobody is left without a
number."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from content.model import phone_numbers, placeholders
from content.model.pack import CLAUSES, Pack, Phrase
from content.review.withdraw import hidden
from content.rules import check_pack
from content.rules.locations import Where
from settings.schema import Sms
from sms.decide import decide
from sms.replies import drafts, ready
from sms.script import Script
from tests import shipped
from tests.shipped import pack as california

ORDINARY = sorted(
    resource.id for resource in california().resources if resource.id not in {"911", "988"}
)


def ways(pack: Pack, name: str) -> set[str]:
    """The numbers of a line that no other line has, as they would be printed."""
    own = {
        phone_numbers.display(channel.number)
        for channel in pack.resource(name).channels
        if channel.number
    }
    others = {
        phone_numbers.display(c.number)
        for r in pack.resources
        if r.id != name
        for c in r.channels
        if c.number
    }
    return own - others


def said(pack: Pack) -> Iterator[tuple[str, str]]:
    """Every text that can be shown, filled in, but for those of entries that are not live."""
    gone = {f"resource:{r.id}:" for r in pack.resources if r.status != "live"}
    for language, texts in pack.texts.items():
        for key, text in texts.items():
            if not any(key.startswith(prefix) for prefix in gone):
                yield f"{language} {key}", _filled(pack, language, key, text)


def _filled(pack: Pack, language: str, key: str, text: str) -> str:
    own = {name for name in placeholders.names(text) if "." not in name or name.startswith("code.")}
    extra = dict.fromkeys(own if key.startswith("sms:") else (), "x")
    return placeholders.fill(Phrase(text, language), pack, owner=key, extra=extra)


def test_without_anything_to_hide_the_pack_stays_the_same_object() -> None:
    pack = california()

    assert hidden(pack, frozenset()) is pack
    assert hidden(pack, {"no-such-line"}) is pack


@pytest.mark.parametrize("name", ORDINARY)
def test_no_text_gives_the_number_of_a_hidden_line(name: str) -> None:
    pack = california()
    own = ways(pack, name)
    shown = hidden(pack, {name})

    assert shown.resource(name).status == "withdrawn"
    for key, text in said(shown):
        assert not [
            number for number in own if re.search(rf"(?<!\d){re.escape(number)}(?!\d)", text)
        ], key


@pytest.mark.parametrize("name", ORDINARY)
def test_no_text_message_gives_the_number_of_a_hidden_line_and_each_gives_one_to_talk_to(
    name: str,
) -> None:
    pack = california()
    own, sms = ways(pack, name), Sms()
    before = {draft.code: draft.text for draft in drafts(pack, sms)}
    for draft in drafts(hidden(pack, {name}), sms):
        assert not [number for number in own if number in re.findall(r"[\d-]+", draft.text)], (
            draft.code
        )
        if draft.text != before[draft.code]:
            assert re.search(r"988|741741|1-8\d\d-", draft.text), draft.code


def in_replies(*recalled: str) -> list[str]:
    """Return each reply that the recall of these hotlines leaves wrong."""
    pack, wrong = california(), []
    own = set[str]().union(*(ways(pack, name) for name in recalled))
    before = {draft.code: draft.text for draft in drafts(pack, Sms())}
    for draft in drafts(hidden(pack, frozenset(recalled)), Sms()):
        if draft.text == before[draft.code]:
            continue
        reply = ready(draft.text, budget=draft.budget)
        sentences = re.split(r"(?<=[.!?])\s+", reply.text)
        numbers = set(re.findall(r"[\d-]+", reply.text))
        if (
            numbers & own
            or not re.search(r"911|988|741741|1-8\d\d-", reply.text)
            or len(sentences) > len(set(sentences))
            or reply.segments > draft.budget
        ):
            wrong.append(f"{draft.code}: {reply.text}")
    return wrong


@pytest.mark.parametrize("name", ORDINARY)
def test_no_reply_begins_in_the_middle_or_asks_what_nothing_answers_after_a_recall(
    name: str,
) -> None:
    pack = california()
    before = {draft.code: draft.text for draft in drafts(pack, Sms())}
    dangling = re.compile(
        r"^(or|also|then|and|o|y|tambi[eé]n|luego)\b|\b(alone|bed) tonight\?", re.IGNORECASE
    )
    changed = [
        draft.text
        for draft in drafts(hidden(pack, {name}), Sms())
        if draft.text != before[draft.code]
    ]
    assert [text for text in changed if dangling.search(text)] == []


@pytest.mark.parametrize("name", ORDINARY)
def test_a_recall_leaves_whole_replies_that_say_nothing_twice(name: str) -> None:
    assert in_replies(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ORDINARY)
def test_two_recalls_leave_whole_replies_that_say_nothing_twice(name: str) -> None:
    pairs = [(name, other) for other in ORDINARY if other > name]
    assert [wrong for pair in pairs for wrong in in_replies(*pair)] == []


def test_the_general_reply_keeps_the_rest_of_a_recalled_clause_or_leaves_it_out() -> None:
    shown = hidden(california(), {"wages", "trevor"})
    left = {draft.code: draft.text for draft in drafts(shown, Sms())}
    assert (
        "988. If you can't leave: 1-888-373-7888. More: text M47." in left["line:general:en+work"]
    )
    assert "line:general:en+lgbtq" not in left


@pytest.mark.parametrize("name", ORDINARY)
def test_every_topic_still_leads_to_a_crisis_line_and_no_paragraph_is_empty(name: str) -> None:
    shown = hidden(california(), {name})
    crisis = {r.id for r in shown.resources if r.status == "live" and r.urgency == "crisis"}
    for topic in shown.topics:
        assert crisis.intersection(topic.resources), topic.id
        assert topic.paragraphs == len(list(shown.series(shown.default, f"topic:{topic.id}:p")))
    for section in shown.staff:
        assert len(section.blocks) == len(
            list(shown.series(shown.default, f"staff:{section.id}:b"))
        )
    for partner in shown.partners:
        assert shown.resource(partner.resource).status == "live"
    empty = [
        key for texts in shown.texts.values() for key, text in texts.items() if not text.strip()
    ]
    assert [
        key
        for key in empty
        if re.search(r":(p|b|happens)\.\d+$|:sms$|^sms:|:title$|:name$", key)
        and not key.endswith(tuple(CLAUSES))  # a reply is whole without them
    ] == []


def test_all_but_the_two_that_stay_can_be_hidden_at_once() -> None:
    shown = hidden(california(), frozenset(ORDINARY))

    assert {r.id for r in shown.resources if r.status == "live"} == {"911", "988"}
    assert "988" in decide(Script(shown, Sms()), "suicide").reply.text
    for topic in shown.topics:
        assert "988" in topic.resources


def test_the_text_line_answers_from_the_pack_without_the_line() -> None:
    pack = california()
    assert "1-866-488-7386" in decide(shipped.script(), "im gay and scared").reply.text
    told = decide(Script(hidden(pack, {"trevor"}), Sms()), "im gay and scared").reply.text

    assert "1-866-488-7386" not in told
    assert "988" in told


def test_a_line_whose_number_is_looked_at_keeps_its_place() -> None:
    shown = hidden(california(), {"lir"}, reviewing={"lir"})

    assert shown.resource("lir").status == "reviewing"
    assert "lir" in shown.topic("dating").resources


def test_a_partner_can_be_hidden() -> None:
    shown = hidden(california(), {"partner:a21"})

    assert "a21" not in {partner.id for partner in shown.live_partners}
    assert shown.resources == california().resources


def test_a_draft_s_number_stands_in_no_text() -> None:
    pack = california()
    drafted = replace(
        pack,
        resources=tuple(
            replace(r, status="draft") if r.id == "trevor" else r for r in pack.resources
        ),
    )
    assert not [key for key, text in said(hidden(drafted, frozenset())) if "1-866-488-7386" in text]


def test_a_pack_that_withdraws_a_line_itself_passes_the_rules() -> None:
    pack = california()
    withdrawn = replace(
        pack,
        resources=tuple(
            replace(r, status="withdrawn") if r.id == "nhth" else r for r in pack.resources
        ),
    )
    errors = [
        problem
        for problem in check_pack.problems(withdrawn, where=Where())
        if problem.kind == "wrong"
    ]
    assert [str(problem) for problem in errors if "nhth" in str(problem)] == []
