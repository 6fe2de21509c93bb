"""Cases 39 to 41 of docs/develop/cases-content.md: numbers, translations and replies that must never reach a
student.

The build (an author's folder) names file and line; the kiosk (a built pack that comes in) keeps
what it has.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from content.model.pack import Pack
from content.releases.admit import admit
from content.releases.candidate import Candidate, Check
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.releases.outcome import Outcome
from settings.schema import Sms
from sms.decide import problems as replies_fit
from tests.content.candidates import NOW, ONE, UNSIGNED, built, render
from tests.content.conftest import TinyPack

TREVOR, A21, COUNTIES = "pack/resources/trevor.toml", "pack/partners/a21.toml", "pack/counties.toml"
PO, LINE, SUICIDE = "pack/po/es.po", "pack/sms/line.toml", "pack/sms/suicide.toml"
NUMBERS = {
    "a premium number, 900": ("+19005550123", "premium"),
    "a premium number, 900, that is in use": ("+19002255288", "premium"),
    "a premium number, 976": ("+14159761234", "premium"),
    "a foreign number": ("+442079460018", "a foreign number"),
    "a foreign number that begins like ours": ("+18764567890", "a foreign number (JM)"),
    "an invented number, 555-01xx": (
        "+14155550123",
        "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one",
    ),
    "a ZIP code": ("94608", "and has five digits like a ZIP code"),
    "a ZIP code and four": ("94608-1234", "is not a phone number"),
    "a ZIP code with a country in front": ("+194608", "is not a phone number"),
    "letters": ("1-800-273-TALK", "contains letters; write +1 and ten digits, nothing else"),
    "two numbers in one": ("+18664887386, +18773327333", "is not a phone number"),
    "an extension": ("+18664887386x1", "contains letters; write +1 and ten digits, nothing else"),
    "Arabic-Indic digits": ("+١٨٦٦٤٨٨٧٣٨٦", "write its digits as 0-9"),
}
PLACES = {
    "of a line": (TREVOR, "+18664887386", f"{TREVOR}:16"),
    "of a partner": (A21, "+17146196200", f"{A21}:8"),
    "of a county": (COUNTIES, "+15102591800", f"{COUNTIES}:5"),
}


def taken_in(pack: Pack, folder: Path) -> tuple[Outcome, Releases]:
    """What a kiosk that serves the pinned set makes of the pack."""
    releases = Releases(folder / "data")
    fits: Check = lambda pack: replies_fit(pack, Sms())  # noqa: E731  as runtime/installation.py
    machine = Machine(releases=releases, checks=(fits,), prepare=render, now=NOW)
    for candidate in (built(ONE, folder / "one"), built(pack, folder / "two")):
        outcome = admit(Candidate(candidate, UNSIGNED), machine)
    return outcome, releases


def refused(pack: Pack, folder: Path, because: str) -> None:
    outcome, releases = taken_in(pack, folder)
    assert outcome.state == "refused"
    assert any(because in str(problem.message) for problem in outcome.problems), outcome.problems
    kept = releases.active(releases.state())
    assert kept is not None
    assert kept.pack() == ONE


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_case_39_the_build_refuses_a_premium_foreign_or_invented_number_or_a_zip_code(
    tiny: TinyPack, number: tuple[str, str], place: tuple[str, str, str]
) -> None:
    (wrong, because), (file, right, line) = number, place
    tiny.edit(file, right, wrong).complains(line, because)
    assert any(
        problem.kind == "wrong" and because in str(problem.message) for problem in tiny.read()[1]
    )


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_case_39_the_kiosk_refuses_such_a_number_and_keeps_what_it_has(
    tmp_path: Path, number: tuple[str, str]
) -> None:
    wrong, because = number
    line = ONE.resource("nhth")
    channels = tuple(
        replace(channel, number=wrong) if channel.number else channel for channel in line.channels
    )
    resources = tuple(
        replace(one, channels=channels) if one.id == "nhth" else one for one in ONE.resources
    )
    refused(replace(ONE, resources=resources), tmp_path, because)


FACTS = {
    "a fact of the pack": (
        "pack/pack.toml",
        'age = "18"',
        'age = "٨٦٦٤٨٨٧٣٨٦"',
        "pack/pack.toml:9",
    ),
    "a partner's name": (
        A21,
        'organization = "A21"',
        'organization = "A21 866-488-7386"',
        f"{A21}:3",
    ),
    "a partner's grades": (A21, 'grades = "6-12"', 'grades = "6-12, 866 488 7386"', f"{A21}:9"),
    "a line's name": (TREVOR, '"The Trevor Project"', '"Trevor 8664887386"', f"{TREVOR}:3"),
}


@pytest.mark.parametrize("case", FACTS.values(), ids=FACTS)
def test_case_39_a_number_cannot_hide_in_a_name(tiny: TinyPack, case: tuple[str, ...]) -> None:
    file, old, new, place = case
    tiny.edit(file, old, new).complains(place, "looks like a phone number")


HEARS = "Alguien escucha."
TRANSLATED = {
    "a number": ("Llama al 988.", "is a number in a text"),
    "a number with gaps": ("Llama al 9 8 8.", "is a number in a text"),
    "a number with dashes of another kind": ("Llama al 9\u20118\u20138.", "is a number in a text"),
    "a number with dots in the middle": ("Llama al 9·8·8.", "is a number in a text"),
    "a number in brackets": ("Llama al (9) (8) (8).", "is a number in a text"),
    "Arabic-Indic digits": ("Llama al ٩٨٨.", "is a number in a text"),
    "Persian digits": ("Llama al ۹۸۸.", "is a number in a text"),
    "Devanagari digits": ("Llama al ९८८.", "is a number in a text"),
    "Gurmukhi digits": ("Llama al ੯੮੮.", "is a number in a text"),
    "Thai digits": ("Llama al ๙๘๘.", "is a number in a text"),
    "full-width digits": ("Llama al ９８８.", "is a number in a text"),
    "Chinese numerals": ("Llama al 九八八.", "is a number in a text"),
    "raised digits": ("Llama al ⁹⁸⁸.", "is a number in a text"),
    "digits in circles": ("Llama al ⑨⑧⑧.", "is a number in a text"),
    "digits of mathematics": ("Llama al 𝟗𝟖𝟖.", "is a number in a text"),
    "digits as emoji": (
        "Llama al 9\ufe0f\u20e38\ufe0f\u20e38\ufe0f\u20e3.",
        "is a number in a text",
    ),
    "digits on both sides of a placeholder": (
        "Llama al 9{988.voice}8{988.voice}8.",
        "is a number in a text",
    ),
    "an address": ("Mira https://example.org/x.", "looks like an address"),
    "an address without its beginning": ("Mira ayuda.org hoy.", "looks like an address"),
    "an address in full-width letters": (
        "Mira ｗｗｗ．ayuda．ｏｒｇ hoy.",
        "looks like an address",
    ),
    "an address with an ideographic full stop": ("Mira ayuda。org hoy.", "looks like an address"),
    "an e-mail address": ("Escribe a yo@casa.", "looks like an address"),
    "a mark that turns text around": ("Alguien \u202eescucha.", "RIGHT-TO-LEFT OVERRIDE"),
    "a mark that isolates": ("Alguien \u2067escucha.", "RIGHT-TO-LEFT ISOLATE"),
    "a mark of direction": ("Alguien \u200eescucha.", "LEFT-TO-RIGHT MARK"),
    "an Arabic letter mark": ("Alguien \u061cescucha.", "U+061C"),
    "a space of no width": ("Alguien\u200b escucha.", "U+200B"),
    "a joiner of no width": ("Alguien\u200d escucha.", "U+200D"),
    "a hyphen that is not shown": ("Alguien escu\u00adcha.", "U+00AD"),
    "a mark that shows nothing": ("Alguien escu\u034fcha.", "U+034F"),
    "a variation of a letter": ("Alguien escu\ufe01cha.", "U+FE01"),
    "a tag that shows nothing": ("Alguien\U000e0041 escucha.", "U+E0041"),
}


@pytest.mark.parametrize("case", TRANSLATED.values(), ids=TRANSLATED)
def test_case_40_the_build_refuses_it_in_a_translation_with_file_and_line(
    tiny: TinyPack, case: tuple[str, str]
) -> None:
    wrong, because = case
    tiny.edit(PO, HEARS, wrong).complains(f"{PO}:18", because)
    assert any(
        problem.kind == "wrong" and because in str(problem.message) for problem in tiny.read()[1]
    )


@pytest.mark.parametrize("case", TRANSLATED.values(), ids=TRANSLATED)
def test_case_40_the_kiosk_refuses_it_in_a_translation_too(
    tmp_path: Path, case: tuple[str, str]
) -> None:
    wrong, because = case
    refused(with_spanish({"resource:988:happens.1": wrong}), tmp_path, because)


def with_spanish(texts: Mapping[str, str]) -> Pack:
    return replace(ONE, texts={**ONE.texts, "es": {**ONE.texts["es"], **texts}})


DROPPED = {
    "a placeholder dropped": ("Llama o lee {web}.", "lacks {voice}"),
    "both dropped": ("Llama.", "lacks {voice} {web}"),
    "another line's in its place": (
        "Llama al {988.voice} o lee {web}.",
        "lacks {voice} and has {988.voice}",
    ),
    "a placeholder translated": ("Llama al {voz} o lee {web}.", "lacks {voice} and has {voz}"),
    "a bracket lost": (
        "Llama al {voice o lee {web}.",
        "a curly bracket has no partner; write placeholders like",
    ),
    "a bracket of another script": ("Llama al ｛voice｝ o lee {web}.", "lacks {voice}"),
}


@pytest.mark.parametrize("case", DROPPED.values(), ids=DROPPED)
def test_case_40_the_build_refuses_a_translation_whose_placeholders_differ(
    tiny: TinyPack, case: tuple[str, str]
) -> None:
    wrong, because = case
    tiny.edit(PO, "Llama al {voice} o lee {web}.", wrong).complains(f"{PO}:10", because)


def test_case_40_the_kiosk_refuses_a_translation_whose_placeholders_differ(tmp_path: Path) -> None:
    refused(
        with_spanish({"resource:988:blurb": "Llama."}),
        tmp_path,
        "use the same placeholders as the English",
    )


FIRST = "You matter. Call {988.voice} or text {ctl.sms}. More: text {code}"
FIRST_ES = "Tú importas. Llama al {988.voice} o manda un texto al {ctl.sms}. Más: envía {code}"
LONG = "Say it. " * 20  # 160 characters
REPLIES = {
    "one letter more than a part holds": (SUICIDE, FIRST, f"{LONG}x", f"{SUICIDE}:6", "needs 2 parts in GSM-7, but the limit is 1"),
    "too long once the number is in it": (SUICIDE, FIRST, f"{LONG[:142]} {{nhth.voice}} {{code}}.x", f"{SUICIDE}:6",
        "needs 2 parts"),
    "too long once the longest contact is in it": (LINE, "[reply]",
        f'[reply]\nhelp = "{LONG}{LONG[:88]} {{contact}} {{program}} {{911.voice}} {{988.voice}}"', f"{LINE}:2",
        "needs 3 parts"),
    "too long once the longest county is in it": (LINE, "{county}:", f"{{county}}: {LONG}{LONG[:100]}", f"{LINE}:2",
        "needs 3 parts"),
    "one sign that makes every letter cost double": (SUICIDE, FIRST, f"{LONG[:69]}中x", f"{SUICIDE}:6",
        'needs 2 parts in UCS-2 because of "中"'),
    "an emoji": (SUICIDE, FIRST, f"{LONG[:69]}\N{PURPLE HEART}x", f"{SUICIDE}:6", 'because of "\N{PURPLE HEART}"'),
    "signs of the second alphabet, which cost two": (SUICIDE, FIRST, f"{LONG[:150]}[]€~^|", f"{SUICIDE}:6",
        "needs 2 parts in GSM-7"),
    "a translation of three parts": (PO, FIRST_ES, f"{LONG}{LONG}", f"{PO}:", "needs 3 parts in GSM-7, but the limit is 2"),
    "a translation with a letter of no folding": (PO, FIRST_ES, f"{LONG[:140]}ж", f"{PO}:", 'in UCS-2 because of "ж"'),
    "a partner's reply": (A21, "For help from a person, by day or by night: call", f"{LONG}{LONG}", f"{A21}:20", "the limit is 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLIES.values(), ids=REPLIES)
def test_case_41_the_build_refuses_a_reply_over_its_parts_as_it_will_be_sent(
    tiny: TinyPack, case: tuple[str, ...]
) -> None:
    file, old, new, place, because = case
    tiny.edit(file, old, new)
    found = [
        problem
        for problem in tiny.read()[1]
        if because in str(problem.message) and problem.kind == "wrong"
    ]
    assert found, "\n".join(tiny.said())
    assert any(
        str(problem).removeprefix(f"{tiny.root.as_posix()}/").startswith(place) for problem in found
    )


def test_case_41_a_reply_that_fits_once_its_accents_are_folded_is_let_be(tiny: TinyPack) -> None:
    tiny.edit(PO, FIRST_ES, f"{LONG[:120]} Tú {{988.voice}} {{code}}")
    assert [row for row in tiny.said() if "parts in" in row] == []


def test_case_41_the_kiosk_refuses_a_reply_over_its_parts(tmp_path: Path) -> None:
    numbers = "{911.voice} {988.voice} {nhth.voice}"
    refused(
        with_spanish({"sms:line:limited": f"{LONG}{LONG}{numbers}"}), tmp_path, "needs 3 segments"
    )
    texts = {"sms:line:limited": f"{LONG[:100]}ж {numbers}"}
    refused(with_spanish(texts), tmp_path / "again", "needs 2 segments")
