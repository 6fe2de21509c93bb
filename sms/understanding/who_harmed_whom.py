"""Read from the words which person did harm to which: "i hit her", "she slapped me".

The phrases are in who_harmed_whom.toml. They decide only where the model thinks that the writer
may have done harm (reading.py).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.model.pack import Keyword, Words
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.normalise import Tokens

FILE = Path(__file__).with_name("who_harmed_whom.toml")


@dataclass(frozen=True, slots=True)
class HarmSaid:
    """``did``: the writer did it to somebody; ``harmed``: somebody did it to the writer.

    Anyone who says that they defended themselves was harmed.
    """

    did: bool = False
    harmed: bool = False


NOTHING_SAID = HarmSaid()


def harm_said(tokens: Tokens) -> HarmSaid:
    """Return what a message says of it."""
    found = {hit.topic for hit in _matcher().find(tokens)}
    defended = "defended" in found
    return HarmSaid("did" in found and not defended, "harmed" in found or defended)


@cache
def _matcher() -> Matcher:
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Matcher(
        Keyword(
            topic=name,
            priority=number,
            max_segments={},
            words={tag: Words(phrases=tuple(one["phrases"])) for tag, one in given[name].items()},
            classes=given["classes"],
        )
        for number, name in enumerate(("did", "harmed", "defended"))
    )
