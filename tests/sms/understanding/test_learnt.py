"""A pack's model is unpacked once, and then held in one form."""

from dataclasses import replace

import pytest

from content.model.pinned import pinned_pack
from settings.schema import Sms
from sms.script import Script
from sms.understanding.classifier import ModelError, shipped
from sms.understanding.learnt import Learnt
from sms.understanding.normalise import tokenize
from tests.sms.understanding.test_classifier import MODEL


def test_all_scripts_of_a_pack_share_its_model_and_its_bytes_are_gone() -> None:
    pack, learnt = pinned_pack(), Learnt(MODEL)
    scripts = [Script(pack, Sms(), learnt), Script(pack, Sms(), learnt)]
    said = tokenize("zz")
    alone = Script(replace(pack, model=MODEL), Sms()).seen(said)
    assert [script.seen(said) for script in scripts] == [alone, alone]
    assert alone.topic["food"] > 0.9
    assert learnt.model() is learnt.model()
    assert MODEL not in vars(learnt).values()


def test_a_pack_without_a_model_has_the_one_that_ships() -> None:
    assert Learnt(b"").model() is shipped()


def test_a_model_that_cannot_be_used_is_told_each_time() -> None:
    learnt = Learnt(b"no model")
    for _ in range(2):
        with pytest.raises(ModelError):
            learnt.model()
        assert "Only rules" in str(Script(pinned_pack(), Sms(), learnt).problem or "")
