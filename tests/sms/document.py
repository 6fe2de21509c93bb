"""What docs/sms.md says from the pack and the tests: samples, console texts, what replies cost, the
forty cases.

``python -m tests.sms.document`` writes these parts, and a test says when that is due. A case
without a test is "open".
"""

from content.model.pack import Pack
from settings.schema import Sms
from sms.decide import Script, decide
from sms.twilio.console_texts import texts
from tests.case_tables import Tests, filled, tests_in
from tests.content import cases as of_content
from tests.running import ROOT
from tests.shipped import pack
from tools.segment_costs import rows

DOCUMENT = ROOT / "docs" / "sms.md"
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
    """The tests of each case, by file."""
    beside = set((ROOT / "tests").glob("test_*.py")) - set(of_content.files())
    files = [*sorted((ROOT / "tests" / "sms").rglob("test_*.py")), *sorted(beside)]
    return tests_in(files, named=lambda file: file.name)


def samples(script: Script) -> str:
    """Replies that a reviewer of the campaign may read."""
    return "".join(f"- {script.reply(code).text}\n" for code in SAMPLES)


def pasted(from_pack: Pack) -> str:
    """The console's texts, with what each takes."""
    lines = ["| word | language | text | segments |\n|---|---|---|---|\n"]
    for language in from_pack.complete:
        for word, reply in texts(from_pack, SHIPPED, language).items():
            lines.append(f"| {word.upper()} | {language} | `{reply.text}` | {reply.segments} |\n")
    return "".join(lines)


def accented(script: Script) -> str:
    """A text whose reply is sent in UCS-2, to see that the carrier bills what we count."""
    for asked in ASKED:
        reply = decide(script, asked).reply
        if reply.encoding == "UCS-2":
            return (
                f'Text "{asked}": the reply keeps its accents ({reply.segments} segments, UCS-2).'
            )
    return f'Text "{ASKED[-1]}": no reply of this pack needs accents.'


def written(text: str) -> str:
    """The document with these parts as they are now."""
    made = {
        "samples": "\n" + samples(Script(pack(), SHIPPED)),
        "console": "\n" + pasted(pack()),
        "costs": "\n" + rows(pack()),
        "accented": accented(Script(pack(), SHIPPED)),
    }
    for name, part in made.items():
        head, mark, rest = text.partition(f"<!-- {name} -->")
        assert mark, name
        text = head + mark + part + rest[rest.index("<!-- end -->") :]
    return filled(text, tests(), without="open")


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
