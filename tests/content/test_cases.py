"""docs/develop/cases-content.md says which test holds which case, and says it as it is."""

from tests.case_tables import HEAD
from tests.content import cases


def test_the_table_of_the_forty_four_cases_is_up_to_date() -> None:
    text = cases.DOCUMENT.read_text(encoding="utf-8")
    assert text == cases.written(text), "run: python -m tests.content.cases"


def test_the_table_has_all_forty_four_cases_and_no_test_names_another() -> None:
    _, table = cases.DOCUMENT.read_text(encoding="utf-8").split(HEAD)
    listed = [int(row.split("|")[1]) for row in table.strip().splitlines()]
    assert listed == list(range(1, 45))
    assert set(cases.tests()) <= set(listed)
