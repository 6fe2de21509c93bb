"""Rules about the text line: words that find a topic, and replies that fit."""

import pytest

from content.model import built_pack
from content.rules.locations import Where
from editor.rules import check_source
from tests.content.conftest import TinyPack

SUICIDE, LINE, PO = "pack/sms/suicide.toml", "pack/sms/line.toml", "pack/po/es.po"
PINNED_LINE, A21 = "pinned/sms/line.toml", "pack/partners/a21.toml"
FIRST, FIRST_ES = (
    "You matter. Call {988.voice} or text {ctl.sms}. More: text {code}",
    "Tú importas. Llama al {988.voice} o manda un texto al {ctl.sms}. Más: envía {code}",
)
LONG = "Say it. " * 20  # 160 characters
BROKEN = {
    "a carrier's word as a phrase": (SUICIDE, '"want to die"', '"help"', f"{SUICIDE}:10", "is a word that carriers answer themselves, so it never reaches the line; use another"),
    "a carrier's word alone": (SUICIDE, '"die"', '"YES"', f"{SUICIDE}:11", "is a word that carriers answer themselves, so it never reaches the line; use another"),
    "a carrier's word as a partner's name": (A21, '"a 21"', '"info"', f"{A21}:5", "is a word that carriers answer themselves, so it never reaches the line; use another"),
    "a phrase of no word": (SUICIDE, '"want to die"', '"?!"', f"{SUICIDE}:10", "does not contain a word; remove it"),
    "a word of digits": (SUICIDE, '"die"', '"42"', f"{SUICIDE}:11", "only digits"),
    "words of a kind that the line learns now": (SUICIDE, "alone =", "aliases =", f"{SUICIDE}:11",
        '"aliases" is not a name'),
    "words in another language": (SUICIDE, "[words.es]", "[words.vi]", f"{SUICIDE}:13", '"vi" is not a language'),
    "a language without a budget": (SUICIDE, ", es = 2", "", f"{SUICIDE}:3", 'max_segments has no "es"'),
    "a budget of three parts": (SUICIDE, "es = 2", "es = 3", f"{SUICIDE}:3", "write 1 or 2"),
    "a reply of the line that is gone": (PINNED_LINE, 'limited = "Call {911.voice}."', "", f"{LINE}:1",
        'no reply "limited"'),
    "a budget of no reply": (LINE, "[reply]", "[max_segments]\nplaces = { en = 1 }\n[reply]", f"{LINE}:2",
        "use the name of a reply in this file, and at most"),
    "no county reply": (LINE, "place =", "place_unknown =", f"{LINE}:1", 'no reply "place"'),
    "a general answer without 988": (LINE, "[reply]", '[reply]\ngeneral = "Call {911.voice}."', f"{LINE}:2",
        "{988.voice}"),
    "a reply of 161 characters": (SUICIDE, FIRST, f"{LONG}x", f"{SUICIDE}:6", "needs 2 parts in GSM-7, but the limit is 1"),
    "a reply about a friend that takes three parts": (SUICIDE, "[reply]", f'[reply]\nfriend = "{LONG}{LONG}"',
        f"{SUICIDE}:6", "needs 3 parts in GSM-7, but the limit is 2"),
    "a reply about nobody known": (SUICIDE, "[reply]", '[reply]\nneighbor = "Call."', f"{SUICIDE}:6",
        '"neighbor" is not a name'),
    "a reply of the line about staff that is not translated": (LINE, "[reply]",
        '[reply]\nstaff = "Call {911.voice}."', f"{PO}:", '"sms:line:staff" has no translation'),
    "a reply too long with its number": (SUICIDE, FIRST, f"{LONG[:142]} {{nhth.voice}} {{code}}.x", f"{SUICIDE}:6",
        "needs 2"),
    "a reply that one sign makes too long": (SUICIDE, FIRST, f"{LONG[:69]}中x", f"{SUICIDE}:6",
        'in UCS-2 because of "中"'),
    "a translation too long": (PO, FIRST_ES, f"{LONG}{LONG}", f"{PO}:", "needs 3 parts in GSM-7, but the limit is 2"),
    "a partner's reply too long": (A21, "For help from a person, by day or by night: call", f"{LONG}{LONG}", f"{A21}:20", "the limit is 2"),
    "a help reply too long with the contact": (LINE, "[reply]",
        f'[reply]\nhelp = "{LONG}{LONG[:88]} {{contact}} {{program}}"',
                                               f"{LINE}:2", "needs 3 parts"),
    "a first reply without a way by text": (SUICIDE, " or text {ctl.sms}", "", f"{SUICIDE}:6",
        'gives no way to text; add one, such as "call or text'),
    "a second need without a number": (SUICIDE, "[reply]", '[reply]\nsecond = "to talk now"', f"{SUICIDE}:6",
        "must contain one number or address, the one for this need, such as"),
    "a second need with two numbers": (SUICIDE, "[reply]", '[reply]\nsecond = "to talk: {988.voice}, {988.sms}"',
        f"{SUICIDE}:6", "must contain one number or address, the one for this need, such as"),
    "a second need with the number of another": (SUICIDE, "[reply]", '[reply]\nsecond = "to talk: {childhelp.voice}"',
        f"{SUICIDE}:6", "but neither this topic's replies nor its page do; use the line for this need"),
    "a second need that is not translated": (SUICIDE, "[reply]", '[reply]\nsecond = "to talk: {988.voice}"', f"{PO}:",
        '"sms:suicide:second" has no translation'),
    "a county reply too long with its name": (LINE, "{county}:", f"{{county}}: {LONG}{LONG[:100]}", f"{LINE}:2",
        "needs 3"),
}  # fmt: skip

CASE = """

[classes.en]
took = ["took", "swallowed"]

[case.pills]
priority = 1
[case.pills.reply]
first = "Call {988.voice} now."
friend = "Call {988.voice} for them."
[case.pills.words.en]
phrases = ["{took} {10+} {any} pills"]
[case.pills.friend.en]
phrases = ["she {took} {10+} pills"]
[case.pills.unless]
en = ["in a {took} game"]
"""
IN_SPANISH = """
msgctxt "sms:suicide:pills"
msgid "Call {988.voice} now."
msgstr "Llama ya al {988.voice}."

msgctxt "sms:suicide:pills.friend"
msgid "Call {988.voice} for them."
msgstr "Llama al {988.voice} por tu amigo o amiga."
"""
BROKEN_CASES = {
    "a class that is not there": ("{took} {10+} {any}", "{ate} {10+} {any}", 27, '"{ate}" is not defined'),
    "a class of nothing": ('["took", "swallowed"]', "[]", 19, '"{took}" is not defined'),
    "a class that names itself": ('"swallowed"', '"so {took}"', 19, '"{took}" is not defined'),
    "any words at the end": ("{any} pills", "pills {any}", 27, "begins or ends with {any}"),
    "an unless of no class": ("in a {took} game", "in a {big} game", 31, '"{big}" is not defined'),
    "a whole message of no class": ("phrases = [\"she {took}", "alone = [\"she {ate}", 29, '= ["..."] to [classes.<language>] in this file; a class cannot contain itself'),
    "a reply's name": ("pills", "friend", 21, "cannot be a case's name; use 3 to 20 lowercase letters, but not a reply's name"),
    "no priority": ("priority = 1", "", 21, '"priority" is missing'),
    "no reply": ('first = "Call {988.voice} now."', "", 23, 'the text "first" is missing'),
    "a text that cases have not": ("friend = ", "more = ", 25, '"more" is not a name'),
    "a reply of three parts": ("Call {988.voice} now.", LONG * 2, 24, "needs 3 parts in GSM-7, but the limit is 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_CASES.values(), ids=BROKEN_CASES)
def test_a_wrong_case_is_told_with_its_line(
    tiny: TinyPack, case: tuple[str, str, int, str]
) -> None:
    old, new, line, message = case
    text = (tiny.root / SUICIDE).read_text("utf-8") + CASE.replace(old, new)
    tiny.write(SUICIDE, text)
    tiny.complains(f"{SUICIDE}:{line}", message)


def test_a_case_and_its_replies_reach_the_built_pack(tiny: TinyPack) -> None:
    tiny.write(SUICIDE, (tiny.root / SUICIDE).read_text("utf-8") + CASE)
    tiny.write(PO, (tiny.root / PO).read_text("utf-8") + IN_SPANISH)
    pack = built_pack.load(built_pack.build(tiny.pack()))
    (keyword,) = (one for one in pack.keywords if one.topic == "suicide")
    assert keyword == next(one for one in tiny.pack().keywords if one.topic == "suicide")
    assert keyword.classes["en"]["took"] == ("took", "swallowed")
    assert keyword.case["pills"].friend["en"].phrases == ("she {took} {10+} pills",)
    assert pack.texts["en"]["sms:suicide:pills"] == "Call {988.voice} now."
    assert pack.texts["es"]["sms:suicide:pills.friend"].startswith("Llama al")


def test_an_untranslated_case_is_told(tiny: TinyPack) -> None:
    tiny.write(SUICIDE, (tiny.root / SUICIDE).read_text("utf-8") + CASE)
    tiny.complains(f"{PO}:1", '"sms:suicide:pills" has no translation')


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_wrong_reply_or_word_is_told_with_its_line(tiny: TinyPack, case: tuple[str, ...]) -> None:
    tiny.broken(case)


def test_a_spanish_reply_counts_as_it_will_be_sent_without_its_accents(tiny: TinyPack) -> None:
    """á í ó ú are not GSM-7; the line folds a reply where only that fits."""
    tiny.edit(PO, FIRST_ES, f"{'Así es. ' * 30}{{988.voice}} {{code}}")
    assert [row for row in tiny.said() if "parts in" in row] == []


@pytest.mark.parametrize("about", ["friend", "actor", "parent", "staff", "watched"])
def test_a_reply_by_whom_it_is_about_takes_two_parts_where_the_first_takes_one(
    tiny: TinyPack, about: str
) -> None:
    tiny.edit(SUICIDE, "[reply]", f'[reply]\n{about} = "{LONG}{LONG[:100]} {{988.voice}}"')
    assert [row for row in tiny.said() if "parts in" in row or "belongs" in row] == []


def test_the_same_word_under_two_topics_is_a_warning_at_the_less_urgent(tiny: TinyPack) -> None:
    tiny.edit("pack/sms/abuse.toml", '["hits me"]', '["hits me", "Want to die"]')
    problems = tiny.read()[1]
    assert [(problem.line, problem.kind) for problem in problems] == [(10, "note")]
    tiny.complains("pack/sms/abuse.toml:10", 'already leads to "suicide"')


def test_the_frame_around_a_second_need_holds_no_number(tiny: TinyPack) -> None:
    tiny.edit(SUICIDE, "[reply]", '[reply]\nsecond = "to talk: {988.voice}"')
    tiny.edit(LINE, "[reply]", '[reply]\nalso = "Also, {need}: {number}, or text {code}"')
    tiny.complains(f"{LINE}:2", 'and no others: each topic\'s "second" contains its own number')


def test_a_pack_that_was_built_before_a_way_by_text_was_a_rule_is_warned_of_and_served(
    tiny: TinyPack,
) -> None:
    tiny.edit(SUICIDE, " or text {ctl.sms}", "")
    tiny.edit(PO, " or text {ctl.sms}. More", ". More")
    tiny.edit(PO, " o manda un texto al {ctl.sms}. Más", ". Más")
    built = tiny.read()[0]
    assert built is not None
    found = check_source.problems(built, where=Where())
    assert [(one.kind, "no way to text" in str(one.message)) for one in found] == [
        ("note", True)
    ] * 2


def test_a_hotlines_own_number_may_be_a_word(tiny: TinyPack) -> None:
    assert tiny.edit(SUICIDE, '"die"', '"die", "988"').said() == []


def test_a_reply_that_a_pack_without_a_line_file_lacks_is_told_at_the_pack(tiny: TinyPack) -> None:
    """The pinned set's file has replies, too; nobody may change that one."""
    (tiny.folder / "sms/line.toml").unlink()
    tiny.complains("pack/pack.toml:1", 'no reply "place"')
