"""The parts of every reply, counted a second time: with the alphabet of another program, octet by
octet as a phone company fills them."""

from collections.abc import Iterator

import gsm0338
import pytest

from content.model.sms_segments import measure
from sms.script import Script
from tests.sms.test_real_pack import script

_ESCAPE = 0x1B  # before the second octet of a character of the extension table
_ALPHABET = gsm0338.Codec()
_ONE, _EACH = 160, 153  # septets of a message of one part, and of each of several
_WIDE_ONE, _WIDE_EACH = 140, 134  # octets of UTF-16


def units(text: str) -> tuple[list[bytes], int, int]:
    """Return the units that may not be cut, and the size of one message and of each of several."""
    try:
        septets = _ALPHABET.encode(text)[0]
    except UnicodeEncodeError:
        return [char.encode("utf-16-be") for char in text], _WIDE_ONE, _WIDE_EACH
    found: list[bytes] = []
    for septet in septets:
        if found and found[-1] == bytes([_ESCAPE]):
            found[-1] += bytes([septet])
        else:
            found.append(bytes([septet]))
    return found, _ONE, _EACH


def parts(text: str) -> int:
    """Count as 3GPP TS 23.040 cuts a long message."""
    whole, one, each = units(text)
    if sum(map(len, whole)) <= one:
        return 1
    count, left = 0, 0
    for unit in whole:
        if len(unit) > left:
            count, left = count + 1, each
        left -= len(unit)
    return count


def replies(told: Script) -> Iterator[str]:
    """Yield the code of each reply, of each two needs, and of each county in each language."""
    topics = list(told.priority)
    yield from (code for language in told.spoken for code in _alone(told, language))
    for language in told.spoken:
        for first in topics:
            for second in topics:
                yield f"t:{first}:{language}:first+{second}"
                yield f"line:general:{language}+{first}+{second}"
    roles = ("now_any", "now_body", "now_people", "now_life", "unclear", "actor", "parent", "staff")
    for language in told.languages:
        yield from (f"line:{role}:{language}+{topic}" for role in roles for topic in topics)


def _alone(told: Script, language: str) -> Iterator[str]:
    kept = (code for code in told._replies if f":{language}" in code)
    yield from tuple(kept)
    yield from (f"place:{fips}:{language}" for fips in told._counties)


def test_no_reply_has_other_parts_than_a_phone_company_counts() -> None:
    told = script()
    texts = {told.reply(code).text: code for code in replies(told) if told.has(code)}
    assert len(texts) > 3_000
    wrong = {code: text for text, code in texts.items() if parts(text) != told.reply(code).segments}
    assert wrong == {}


LONG = [
    "", "a" * 160, "a" * 161, "€" * 80, "a" * 152 + "€" + "a" * 152, "中" * 66 + "😀" + "中" * 66,
    "é" * 307, "“" * 71, "😀" * 35, "~" * 77 + "a" * 153, "中" * 135,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG)
def test_long_texts_are_cut_where_a_phone_company_cuts_them(text: str) -> None:
    assert parts(text) == measure(text).count
