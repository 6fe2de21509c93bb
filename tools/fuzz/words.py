"""Feeds arbitrary text to the folding, the matcher and the decision. The answer must always fit.

`make fuzz` runs it for a minute. For ten: `python -m tools.fuzz.words CORPUS -max_total_time=600`.
Writes the slowest text so far to slowest.txt next to the corpus. Fuzzed code is slow:
`tools/worst_text.py` gives accurate times.
"""

import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import atheris

with atheris.instrument_imports(include=["sms", "content.spelling"]):
    from sms.decide import decide, recall
    from sms.script import Script
    from sms.twiml import message
    from sms.understanding.normalise import spellings, tokenize
    from tools import california

_pack = california.pack()
SCRIPT = Script(_pack, california.SETTINGS)
PARTIAL = _pack.partial
_slowest = 0


def one(data: bytes) -> None:
    """Test one input. Raises AssertionError if an answer is not valid."""
    global _slowest  # noqa: PLW0603  the fuzzer calls a function and keeps no state for it
    provider = atheris.FuzzedDataProvider(data)
    opt_out_type = provider.PickValueInList(["", "", "", "STOP", "HELP", "START", "\ud800"])
    text = (
        provider.ConsumeUnicode(2000)
        if provider.ConsumeBool()
        else data[2:].decode("utf-8", "surrogateescape")
    )
    started = time.process_time_ns()
    heard = tokenize(text)
    decision = decide(SCRIPT, text, opt_out_type=opt_out_type)
    spent = time.process_time_ns() - started
    for word in heard.words:
        spellings(word)
    xml = message(decision.reply.text)
    said = ET.fromstring(xml).findtext("Message")  # noqa: S314  our own output
    assert decision.reply.segments in {0, 1, 2, 3 if decision.language in PARTIAL else 2}
    assert (said is None) is (decision.reply.segments == 0)
    assert said or opt_out_type or decision.how == "optout"
    assert recall(SCRIPT, decision.code).reply == decision.reply
    if spent > _slowest:
        _slowest = spent
        Path(sys.argv[1], "..", "slowest.txt").write_text(
            f"{spent / 1e6:.1f} ms {text!r}\n", encoding="utf-8"
        )


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
