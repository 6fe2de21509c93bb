"""docs/develop/cases-screen.md names the test of every acceptance case."""

import pytest

from tests.deploy import cases


def test_the_table_of_the_forty_cases_is_up_to_date() -> None:
    text = cases.DOCUMENT.read_text(encoding="utf-8")
    assert text == cases.written(text), "run: python -m tests.deploy.cases"


@pytest.mark.slow
def test_every_case_has_a_test() -> None:
    assert [number for number in range(1, 41) if number not in cases.tests()] == []
