"""Phrases of the text line's rules: words, classes of words, counts, and room for other words.

``{name}`` stands for any phrase of the topic's class of that name, ``{5+}`` for a number from five
on, in digits, ``{any}`` for up to four words, whatever they are.
"""

import re
from collections.abc import Mapping, Sequence

Classes = Mapping[str, Sequence[str]]  # name → its phrases, in one language

ANY = "{any}"
MOST_ANY = 4  # words
_STEP = re.compile(r"\{[^{}]*\}|[^\s{}]+")
_LEAST = re.compile(r"\{(\d{1,4})\+\}")


def steps(phrase: str) -> list[str]:
    """Return its words and the content of its braces, in order."""
    return _STEP.findall(phrase)


def least(step: str) -> int | None:
    """The least number that a step such as ``{5+}`` stands for."""
    found = _LEAST.fullmatch(step)
    return int(found[1]) if found else None


def class_in(step: str) -> str:
    """The name of the class that a step stands for; "" for any other step."""
    return "" if step == ANY or _LEAST.fullmatch(step) else step[1:-1] if step[0] == "{" else ""


def example(phrase: str, classes: Classes) -> str:
    """A message that the phrase stands for: the first of each class, the least number."""
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
