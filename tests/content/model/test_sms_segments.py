"""Parts of a text message. The first table was billed by the carrier or follows from 3GPP TS
23.038."""

import pytest

from content.model.sms_segments import Segments, fold, measure, outside

BILLED = {
    "CRLF costs two: 80 a, CRLF, 79 a": ("a" * 80 + "\r\n" + "a" * 79, 2, "GSM-7"),
    "LF costs one: 80 a, LF, 79 a": ("a" * 80 + "\n" + "a" * 79, 1, "GSM-7"),
    "200 a, CRLF, 105 a": ("a" * 200 + "\r\n" + "a" * 105, 3, "GSM-7"),
    "70 é are GSM-7": ("é" * 70, 1, "GSM-7"),
    "70 e with a combining accent are 140 units": ("e\u0301" * 70, 3, "UCS-2"),
    "160 a fit one part": ("a" * 160, 1, "GSM-7"),
    "161 a take two": ("a" * 161, 2, "GSM-7"),
    "70 Chinese signs fit one part": ("中" * 70, 1, "UCS-2"),
    "71 take two": ("中" * 71, 2, "UCS-2"),
    "an emoji and a bar": ("😀|", 1, "UCS-2"),
    "curly quotation marks": ("“hi”", 1, "UCS-2"),
    "153 brackets of two septets": ("]" * 153, 3, "GSM-7"),
}
WALKED = {
    "no text is still one message": ("", 1, "GSM-7"),
    "306 a fill two parts": ("a" * 306, 2, "GSM-7"),
    "307 a need a third": ("a" * 307, 3, "GSM-7"),
    "80 euro signs fill one part": ("€" * 80, 1, "GSM-7"),
    "an extension pair never straddles two parts": ("a" * 152 + "€" + "a" * 152, 3, "GSM-7"),
    "the same lengths without the straddle": ("€" + "a" * 152 + "a" * 152, 2, "GSM-7"),
    "35 emoji fill one part": ("😀" * 35, 1, "UCS-2"),
    "a surrogate pair never straddles two parts": ("中" * 66 + "😀" + "中" * 66, 3, "UCS-2"),
    "134 units fill two parts": ("中" * 134, 2, "UCS-2"),
    "135 need a third": ("中" * 135, 3, "UCS-2"),
    "the last sign of one unit": ("\uffff" + "😀" * 34 + "中", 1, "UCS-2"),
    "the first of two": ("\U00010000" * 35 + "中", 2, "UCS-2"),
    "what Spanish has in GSM-7": ("éñüÑÉÜ¿¡", 1, "GSM-7"),
    "every extension character": ("\f^{}\\[~]|€", 1, "GSM-7"),
}


@pytest.mark.parametrize(("text", "count", "encoding"), BILLED.values(), ids=BILLED)
def test_parts_are_those_that_were_billed(text: str, count: int, encoding: str) -> None:
    """Twilio, message-segment-calculator issues 39 and 66."""
    measured = measure(text)
    assert (measured.count, measured.encoding) == (count, encoding)


@pytest.mark.parametrize(("text", "count", "encoding"), WALKED.values(), ids=WALKED)
def test_parts_are_counted_by_walking_the_text(text: str, count: int, encoding: str) -> None:
    measured = measure(text)
    assert (measured.count, measured.encoding) == (count, encoding)


@pytest.mark.parametrize("char", list("áíóúÁÍÓÚç`\t\u00a0“”’–…•"))
def test_one_character_outside_the_alphabet_makes_the_whole_text_ucs2(char: str) -> None:
    assert measure("a" * 69 + char) == Segments(1, "UCS-2")
    assert measure("a" * 70 + char) == Segments(2, "UCS-2")


FOLDED = {
    "accents that GSM-7 lacks": ("Llamá, así, cómo, tú, ÁÍÓÚ", "Llama, asi, como, tu, AIOU"),
    "a letter whose base GSM-7 lacks stays": ("йогурт", "йогурт"),
    "Spanish that GSM-7 has": ("¿Qué? ¡Niño, pingüino!", "¿Qué? ¡Niño, pingüino!"),
    "a decomposed ñ stays ñ": ("nin\u0303o", "niño"),
    "typographic marks": ("“a” ‘b’ c–d — e… • f\u00a0g", "\"a\" 'b' c-d - e... - f g"),
    "what has no likeness stays": ("中😀", "中😀"),
}


@pytest.mark.parametrize(("text", "folded"), FOLDED.values(), ids=FOLDED)
def test_folding_brings_a_text_into_gsm7_as_far_as_it_can(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_folded_spanish_reply_takes_half_the_parts() -> None:
    spanish = "Si estás en peligro llama ya; si no, aquí te decimos quién puede ayudarte, a cualquier hora y gratis."
    assert (measure(spanish).count, measure(fold(spanish)).count) == (2, 1)


def test_the_characters_to_blame_are_named_once_each() -> None:
    assert outside("áñ á “") == "á“"
