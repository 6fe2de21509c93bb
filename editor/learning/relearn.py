"""``learn`` for counselors: explains refusals and shows the effects of the new weights."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from content.model.pack import Pack
from content.rules.answers import ANSWER, ORDINARY
from editor.example_rows import FEWEST, NOW
from editor.learning import learn
from editor.learning.measure import judge, messages, summary
from settings.schema import Sms
from sms.decide import decide
from sms.script import Script
from sms.understanding import classifier
from sms.understanding.examples import FILE, Example
from sms.understanding.reading import URGENT

MOST_SHOWN = 20  # maximum number of examples with changed answers to show
COMPARED_ONE_IN = 32  # compare one in this many known examples: comparing all takes a minute


def too_few(examples: Sequence[Example], pack: Pack) -> list[str]:
    """Return a sentence for each topic with too few examples."""
    topics = [keyword.topic for keyword in pack.keywords]
    return [
        f'{FILE}: "{topic}" has too few examples; write at least {FEWEST} different ones. Nothing'
        " was changed."
        for topic in learn.too_few(examples, topics)
    ]


def learnt(
    examples: Sequence[Example], fingerprint: str, tell: Callable[[str], None]
) -> tuple[bytes, list[Example]]:
    """Return the model (b"" if the shipped base learned exactly these rows) and the new rows."""
    base = classifier.unpack(classifier.BASE.read_bytes(), to_learn=True)
    new = learn.new_to(base, examples)
    tell(
        f"{len(examples)} examples; {len(new)} of them are not in the model that comes with"
        " the program."
    )
    if base.examples == fingerprint:
        return b"", new
    return learn.learn(examples, base, fingerprint=fingerprint), new


def compared(examples: Sequence[Example], new: Sequence[Example]) -> list[Example]:
    """Return the new examples and a fixed share of the others, but no emergencies."""
    is_new = set(new)
    return [
        example
        for example in examples
        if not example.topic.startswith(NOW)
        and (example in is_new or not learn.mark(example) % COMPARED_ONE_IN)
    ]


def changes(
    before: Pack, after: Pack, sms: Sms, examples: Sequence[Example], sets: Path
) -> Iterator[str]:
    """Yield every set's figures before and after training, and the examples whose answer changed.

    Messages from measuring sets are never quoted: people who saw them would tune rules to fit them.
    """
    old, new = Script(before, sms), Script(after, sms)
    for path in sorted(sets.glob("*.jsonl")):
        asked = list(messages(path))
        was, now = (summary([judge(script, one) for one in asked]) for script in (old, new))
        yield f"{path.name}: {now}" if was == now else f"{path.name}: {was}\n  now {now}"
    moved = [
        (example, *told)
        for example in examples
        if (told := (_told(old, example.text), _told(new, example.text)))[0] != told[1]
    ]
    wrong = sum(now != example.topic for example, _, now in moved)
    yield (
        f"{len(moved)} of {len(examples)} compared examples now get a different answer than"
        f" after the last learn; {wrong} of these answers are wrong. Wrong and urgent ones"
        f" come first (at most {MOST_SHOWN}):"
    )
    moved.sort(key=lambda one: (one[2] == one[0].topic, one[0].topic not in URGENT))
    for example, was, now in moved[:MOST_SHOWN]:
        mark = "right" if now == example.topic else f"wanted {example.topic}"
        yield f"  {example.text!r}: {was} -> {now} ({mark})"


def _told(script: Script, text: str) -> str:
    decision = decide(script, text)
    return decision.topic or (f"{ANSWER}{decision.answer}" if decision.answer else ORDINARY)
