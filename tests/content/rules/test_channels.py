"""Rules about channels: one row each. Numbers themselves are the subject of test_numbers.py."""

import pytest

from content.rules.channels import address_problem
from tests.content.conftest import TinyPack

TREVOR, CTL, A21 = (
    "pack/resources/trevor.toml",
    "pinned/resources/ctl.toml",
    "pack/partners/a21.toml",
)
COUNTIES, NEVER = "pack/counties.toml", "pack/never-print.toml"
BROKEN = {
    "a premium number": (TREVOR, "+18664887386", "+19005550123", f"{TREVOR}:16", "premium"),
    "a ZIP code for a number": (TREVOR, "+18664887386", "94608", f"{TREVOR}:16", "and has five digits like a ZIP code"),
    "a short code for another kind": (CTL, 'kind = "sms"', 'kind = "voice"', f"{CTL}:15", "not for voice"),
    "a county's number that is none": (COUNTIES, "+15102591800", "+15105550101", f"{COUNTIES}:5", "is a made-up number (555-0100 to 555-0199 are reserved for films); write the real one"),
    "a partner's number that is none": (A21, "+17146196200", "988", f"{A21}:8", "not one of the short codes"),
    "no number": (TREVOR, 'number = "+18664887386"', "", f"{TREVOR}:14", "a voice channel needs a number"),
    "a number on a web channel": (TREVOR, "url =", 'number = "988"\nurl =', f"{TREVOR}:27", "has a url, not a number"),
    "an address on a voice channel": (TREVOR, "number =", 'url = "x"\nnumber =', f"{TREVOR}:16",
        "has a number, not a url"),
    "no address": (TREVOR, 'url = "https://www.thetrevorproject.org/get-help/"', "", f"{TREVOR}:25", "needs a url"),
    "an address without encryption": (TREVOR, "https://www", "http://www", f"{TREVOR}:27", "begin with https://"),
    "a partner's address without encryption": (A21, "https://www", "http://www", f"{A21}:7", "begin with https://"),
    "a keyword on a voice channel": (TREVOR, "press =", "keyword =", f"{TREVOR}:23", "only an sms channel"),
    "keys to press on a text channel": (CTL, "keyword =", "press =", f"{CTL}:16", "only a voice channel"),
    "a keyword in small letters": (CTL, '"HOME"', '"home"', f"{CTL}:16", "in capital letters"),
    "a keyword of two words": (CTL, '"HOME"', '"HELP ME"', f"{CTL}:16", "one word in capital letters"),
    "a key that no phone has": (TREVOR, '"2"', '"two"', f"{TREVOR}:23", "is not a key on a phone"),
    "hours listed but absent": (CTL, '"24/7"', '"listed"', f"{CTL}:17", 'hours = "listed" needs "open", which is missing; add it or write hours = "unknown'),
    "hours present but not listed": (TREVOR, '"listed"', '"24/7"', f"{TREVOR}:18", 'write hours = "listed"'),
    "a time that is none": (TREVOR, '"18:00"', '"6pm"', f"{TREVOR}:19", '"6pm" is not a time'),
    "a time past midnight": (TREVOR, '"22:00"', '"25:00"', f"{TREVOR}:19", '"25:00" is not a time'),
    "closed before it opens": (TREVOR, '"22:00"', '"02:00"', f"{TREVOR}:19", "split hours that go past midnight in two"),
    "no days": (TREVOR, '["fr"]', "[]", f"{TREVOR}:20", 'the list of days is empty or repeats a day; write days = ["mo", "tu"]'),
    "a day that appears twice": (TREVOR, '["fr"]', '["fr", "fr"]', f"{TREVOR}:20", 'the list of days is empty or repeats a day; write days = ["mo", "tu"]'),
    "a time zone that is none": (TREVOR, "press =", 'timezone = "PST8"\npress =', f"{TREVOR}:23", "is not a time zone"),
    "no way to reach it": (CTL, 'kind = "sms"', 'kind = "tty"', f"{CTL}:13", "students cannot reach this; add a voice, sms, chat or web channel, or make it a draft"),
    "a number never to be printed": (NEVER, "866-311-9474", "(866) 488-7386", f"{TREVOR}:16", "must never be printed"),
    "its last digits": (NEVER, "866-311-9474", "488-7386", f"{TREVOR}:16", "A misprint."),
    "a partner's number never to be printed": (NEVER, "866-311-9474", "1-714-619-6200", f"{A21}:8", "never be printed"),
    "a county's number never to be printed": (NEVER, "866-311-9474", "510 259 1800", f"{COUNTIES}:5",
        "never be printed"),
    "a word that must not be sent there": (NEVER, "PRIDE to", "home to", f"{CTL}:15", "The word does not work."),
    "a number not to be texted": (NEVER, "PRIDE to 741741", "741741 by text", f"{CTL}:15", "must never be printed"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_wrong_channel_is_told_with_its_line(tiny: TinyPack, case: tuple[str, ...]) -> None:
    file, old, new, place, message = case
    tiny.edit(file, old, new).complains(place, message)


def test_a_number_that_may_be_called_but_not_texted_is_let_be(tiny: TinyPack) -> None:
    assert tiny.edit(NEVER, "866-311-9474", "1-866-488-7386 by text").said() == []


def test_a_keyword_may_be_the_senders_zip_code(tiny: TinyPack) -> None:
    said = tiny.edit(CTL, 'en = "HOME"', 'en = "{zip}"').said()
    assert [row for row in said if row.startswith(f"{CTL}:16")] == []


REFUSED = [
    "http://example.org",
    "javascript:alert(1)",
    "https://user@example.org/",
    "https://example.org:8443/",
    "https://192.168.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://Example.org/",
    "https://exámple.org/",
    "https://example.org/a b",
    'https://example.org/"x',
    "https://example.org/\u202efdp",
    "https://exa_mple.org/",
    "https://[bad/",
    "https://",
    "example.org",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_plainly_a_public_page_is_refused(url: str) -> None:
    assert address_problem(url) != ""


@pytest.mark.parametrize(
    "url", ["https://988lifeline.org", "https://www.humantraffickinghotline.org/en/chat?x=1#top"]
)
def test_a_public_page_is_fine(url: str) -> None:
    assert address_problem(url) == ""
