"""Two real servers that text each other: they fall silent by themselves, and others are answered.

A relay signs each reply as the next text for the other line, as two carriers would. With the days
and hours between two texts: tests/sms/test_two_lines.py.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.running import CARRIER, Server, environment, prepared, serving
from tests.selection import Some
from tests.sms.test_two_lines import BOUND, FIRST

THERE = "+12095550100"
_texts, _pairs = count(), count()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared(environment(tmp_path_factory.mktemp("here") / "data", **CARRIER))) as one:
        yield one


@pytest.fixture(
    params=["the built-in lines", pytest.param("the same pack", marks=pytest.mark.slow)]
)
def there(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A line by another name and number."""
    own = {"PORCHLIGHT_SMS__NUMBER": THERE, "PORCHLIGHT_SMS__PROGRAM_NAME": "Safe Harbor"}
    environ = environment(tmp_path / "data", **CARRIER | own)
    if request.param == "the same pack":
        environ = dict(prepared(environ))
    else:
        (tmp_path / "no pack").mkdir()
        environ["PORCHLIGHT_CONTENT__PACK"] = str(tmp_path / "no pack")
    with serving(environ, ready=False) as other:
        yield other


def reply(server: Server, body: str, **numbers: str) -> str:
    """The words that it answers with, "" for silence."""
    answer = server.text(body, sid=f"SM-{next(_texts)}", **numbers)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.text).findtext("Message") or ""  # noqa: S314  our own


def test_two_lines_that_text_each_other_fall_silent_while_all_others_are_answered(
    here: Server, there: Server, some: Some
) -> None:
    for first in some(FIRST, 3):
        # Numbers of their own each time: who talked before is answered less.
        body, answered, pair = first, 0, next(_pairs)
        while body and (said := reply(here, body, sender=f"+1209555{pair:04}")):
            answered += 1
            assert answered <= BOUND
            body = reply(there, said, sender=f"+1916555{pair:04}", To=THERE)
            here.both_doors_answer(f"SM-here-{pair}-{answered}")
            there.both_doors_answer(f"SM-there-{pair}-{answered}", To=THERE)
        assert answered
