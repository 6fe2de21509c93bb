"""`porchlight learn` compares every new row, and a fixed share of those the base knew."""

from editor.learning import relearn
from sms.understanding.examples import Example

KNOWN = [Example(f"when does the bus come {at}", "ordinary", "en") for at in range(3200)]
NEW = [Example(f"he hits me {at}", "abuse", "en") for at in range(40)]


def test_each_new_row_is_compared_and_some_of_the_others() -> None:
    chosen = relearn.compared([*KNOWN, *NEW], NEW)
    assert [one for one in chosen if one in NEW] == NEW
    assert 60 <= len(chosen) - len(NEW) <= 140
    assert relearn.compared([*KNOWN, *NEW], NEW) == chosen


def test_rows_that_only_teach_what_an_emergency_is_have_no_answer_to_compare() -> None:
    emergency = Example("she turned blue", "now.body", "en")
    assert relearn.compared([emergency], [emergency]) == []
