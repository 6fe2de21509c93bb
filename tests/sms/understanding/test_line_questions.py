"""Questions about the line itself."""

import pytest

from sms.decide import decide
from sms.understanding.line_questions import asked
from sms.understanding.normalise import tokenize
from tests.sms.test_real_pack import script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHO", "who"),
        ("Who are you?", "who"),
        ("hi, r u a bot", "who"),
        ("¿Quién eres?", "who"),
        ("WHO CAN SEE THIS", "sees"),
        ("can my parents see this??", "sees"),
        ("is this private", "sees"),
        ("¿mis papás pueden ver esto?", "sees"),
        ("can my mom see these txts", "sees"),
        ("will my stepdad be able to read what i write here", "sees"),
        ("r u gonna tell my parents", "sees"),
        ("wait will this show up on my moms phone bill?", "sees"),
        ("do u keep my number", "sees"),
        ("how do i delete these msgs", "sees"),
        ("mi mamá puede ver mis mensajes", "sees"),
        ("se entera mi papa si escribo aqui", "sees"),
        ("le van a decir a mi familia", "sees"),
        ("como borro estos mensajes", "sees"),
        ("am i talkin 2 a real person or a bot", "who"),
        ("wats ur name", "who"),
        ("estoy hablando con una persona de verdad?", "who"),
        ("who can i talk to", ""),
        ("my mom saw my texts and hit me", ""),
        ("can my mom see a doctor", ""),
        ("will you tell my mom i love her", ""),
        ("can you tell the police he has a gun", ""),
        ("do you know where my sister is", ""),
        ("mi mama va a ver a mi hermano", ""),
        ("are you a counselor cuz i wanna die", ""),
        ("he can see my texts", ""),
        ("hi", ""),
        ("", ""),
    ],
)
def test_a_whole_message_asks_about_the_line(text: str, expected: str) -> None:
    assert asked(tokenize(text)) == expected


@pytest.mark.parametrize("text", ["who", "quien eres"])
def test_who_says_that_a_machine_answers_and_names_a_person_to_call(text: str) -> None:
    decision = decide(script(), text)
    assert decision.topic is None
    assert any(word in decision.reply.text for word in ("machine", "maquina", "máquina"))
    assert "988" in decision.reply.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("who can see this", ("keeps nothing", "traces", "will you tell anyone?")),
        ("quien puede ver esto", ("no guarda nada", "rastros", "¿le va a decir a alguien?")),
    ],
)
def test_who_can_see_this_names_the_traces_and_promises_nothing(
    text: str, says: tuple[str, ...]
) -> None:
    reply = decide(script(), text).reply.text
    assert all(word in reply for word in says)
    assert "delete" not in reply
    assert "911" in reply


@pytest.mark.parametrize(
    "text", ["can my mom " * 150, "am i talking to a " * 88, "va a saber mi papa de esto " * 60]
)
def test_a_long_message_of_such_words_is_none_of_the_shapes(text: str) -> None:
    assert asked(tokenize(text)) == ""
