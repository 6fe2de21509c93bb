"""Phrases in the text line's rules: words, word classes, counts, and room for other words.

``{name}`` stands for any phrase in the topic's class of that name, ``{5+}`` for a number from five
up, in digits, ``{any}`` for up to four words of any kind.
"""

import re
from collections.abc import Mapping, Sequence

Classes = Mapping[str, Sequence[str]]  # name → its phrases, in one language

ANY = "{any}"
MOST_ANY = 4  # maximum words that {any} matches
_STEP = re.compile(r"\{[^{}]*\}|[^\s{}]+")
_LEAST = re.compile(r"\{(\d{1,4})\+\}")


def steps(phrase: str) -> list[str]:
    """Return the phrase's words and the contents of its braces, in order."""
    return _STEP.findall(phrase)


def least(step: str) -> int | None:
    """Return the smallest number that a step such as ``{5+}`` stands for."""
    found = _LEAST.fullmatch(step)
    return int(found[1]) if found else None


def class_in(step: str) -> str:
    """Return the name of the class that a step stands for; "" for any other step."""
    return "" if step == ANY or _LEAST.fullmatch(step) else step[1:-1] if step[0] == "{" else ""


def example(phrase: str, classes: Classes) -> str:
    """Return a message that the phrase matches: each class's first phrase, the smallest number."""
    said = []
    for step in steps(phrase):
        count, name = least(step), class_in(step)
        if count is not None:
            said.append(str(count))
        elif name:
            said.append(example(classes[name][0], classes))
        elif step != ANY:
            said.append(step)
    return " ".join(said)
