"""A language of a pack that has no answer for the line: the line does not speak it, and nothing
else changes."""

from dataclasses import replace

import pytest

from settings.schema import Sms
from sms import replies
from sms.decide import decide, problems
from sms.script import Script
from tests.sms.packs import PACK

PART = replace(
    PACK,
    languages=(*PACK.languages, "vi"),
    partial=("vi",),
    texts={**PACK.texts, "vi": {"topic:suicide:title": "Mình không muốn sống nữa"}},
)
SMS = Sms()


def test_no_reply_is_made_for_it() -> None:
    assert [draft.code for draft in replies.drafts(PART, SMS)] == [
        draft.code for draft in replies.drafts(PACK, SMS)
    ]


def test_a_pack_that_has_it_is_as_right_as_before() -> None:
    assert problems(PART, SMS) == problems(PACK, SMS)


@pytest.mark.parametrize(
    "text", ["toi muon chet", "giúp tôi", "help me", "ayuda", "no se que hacer", "??"]
)
def test_every_message_is_answered_as_it_was(text: str) -> None:
    assert decide(Script(PART, SMS), text) == decide(Script(PACK, SMS), text)
