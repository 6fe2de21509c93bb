"""Parts of the text line's documents that come from the pack and the tests: samples, console texts
and a text to try in docs/school/text-line.md; the cost of replies in docs/develop/measurements.md;
each topic's threshold in docs/develop/understanding.md; the forty cases in
docs/develop/cases-line.md.

``python -m tests.sms.document`` writes these parts, and a test fails when that is due. A case
without a test is "open".
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping

from content.model.pack import Pack
from settings.schema import Sms
from sms.decide import decide
from sms.script import Script
from sms.twilio.console_texts import texts
from sms.understanding.reading import COSTS, least
from tests.case_tables import Tests, filled, tests_in
from tests.content import cases as of_content
from tests.running import ROOT
from tests.shipped import pack
from tools.segment_costs import rows

TEXT_LINE = ROOT / "docs/school/text-line.md"
COST = ROOT / "docs/develop/measurements.md"
UNDERSTANDING = ROOT / "docs/develop/understanding.md"
CASES = ROOT / "docs/develop/cases-line.md"
SHIPPED = Sms(number="+19165550100", contact="help@district.example")
ASKED = (
    "mi codigo postal 10001",
    "quien eres",
    "quien puede ver esto",
    "me siento mal",
    "tengo hambre",
)
SAMPLES = (
    "t:basics:en:first",
    "t:runaway:en:first",
    "t:feelings:en:first",
    "t:basics:es:first",
    "line:general:en",
)


def tests() -> Tests:
    """Return each case's tests, by file."""
    beside = set((ROOT / "tests").glob("test_*.py")) - set(of_content.files())
    files = [*sorted((ROOT / "tests" / "sms").rglob("test_*.py")), *sorted(beside)]
    return tests_in(files, named=lambda file: file.name)


def samples(script: Script) -> str:
    """Return replies for a campaign's reviewer to read."""
    return "".join(f"- {script.reply(code).text}\n" for code in SAMPLES)


def pasted(from_pack: Pack) -> str:
    """Return the console's texts, with what each costs."""
    lines = ["|word|language|text|segments|\n|---|---|---|---|\n"]
    for language in from_pack.complete:
        for word, reply in texts(from_pack, SHIPPED, language).items():
            lines.append(f"|{word.upper()}|{language}|`{reply.text}`|{reply.segments}|\n")
    return "".join(lines)


def accented(script: Script) -> str:
    """Return a text with a UCS-2 reply, to check that the carrier bills what we count."""
    for asked in ASKED:
        reply = decide(script, asked).reply
        if reply.encoding == "UCS-2":
            return (
                f'Text "{asked}": the reply keeps its accents ({reply.segments} segments, UCS-2).'
            )
    return f'Text "{ASKED[-1]}": no reply of this pack needs accents.'


def thresholds() -> str:
    """Return both errors' costs per topic and the resulting threshold; equal costs share a row."""
    topics: dict[tuple[int, int], list[str]] = defaultdict(list)
    for topic, cost in tomllib.loads(COSTS.read_text(encoding="utf-8"))["topic"].items():
        topics[cost["missed"], cost["alarm"]].append(topic)
    lines = ["|topic|missed|alarm|answers from|\n|---|---|---|---|\n"]
    for (missed, alarm), names in sorted(topics.items(), key=lambda pair: least(pair[1][0])):
        listed = ", ".join(names).replace("other", "every other")
        lines.append(f"|{listed}|{missed}|{alarm}|{least(names[0]):.2f}|\n")
    return "".join(lines)


def between_marks(text: str, made: Mapping[str, str]) -> str:
    """Put these parts between their marks in the document."""
    for name, part in made.items():
        head, mark, rest = text.partition(f"<!-- {name} -->")
        assert mark, name
        text = head + mark + part + rest[rest.index("<!-- end -->") :]
    return text


def with_pack(text: str) -> str:
    """Return the document with its parts from the current pack."""
    made = {
        "samples": "\n" + samples(Script(pack(), SHIPPED)),
        "console": "\n" + pasted(pack()),
        "accented": accented(Script(pack(), SHIPPED)),
    }
    return between_marks(text, made)


def with_segments(text: str) -> str:
    """Return the document with the current cost of the pack's replies."""
    return between_marks(text, {"costs": "\n" + rows(pack())})


def with_thresholds(text: str) -> str:
    """Return the document with its table from the current costs."""
    return between_marks(text, {"thresholds": "\n" + thresholds()})


def with_cases(text: str) -> str:
    """Return the document with each case's current tests."""
    return filled(text, tests(), without="open")


WRITTEN = {
    TEXT_LINE: with_pack,
    COST: with_segments,
    UNDERSTANDING: with_thresholds,
    CASES: with_cases,
}


if __name__ == "__main__":
    for document, made in WRITTEN.items():
        document.write_text(made(document.read_text(encoding="utf-8")), encoding="utf-8")
