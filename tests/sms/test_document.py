"""The documents of the text line say what the pack and the tests are: samples, console texts, costs,
the test of each case."""

from pathlib import Path

import pytest

from tests.case_tables import HEAD
from tests.shipped import pack
from tests.sms import document


@pytest.mark.slow
@pytest.mark.parametrize("path", document.WRITTEN, ids=lambda path: path.name)
def test_what_is_made_from_pack_and_tests_is_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text == document.WRITTEN[path](text), "run: python -m tests.sms.document"


def test_the_table_has_all_forty_cases_and_no_test_names_another() -> None:
    text = document.CASES.read_text(encoding="utf-8")
    listed = [int(row.split("|")[1]) for row in text.split(HEAD)[1].strip().splitlines()]

    assert listed == list(range(1, 41))
    assert set(document.tests()) <= set(listed)


def test_the_console_texts_stand_in_it_word_for_word_and_are_short_enough_to_read() -> None:
    text = document.TEXT_LINE.read_text(encoding="utf-8")

    assert document.pasted(pack()) in text
