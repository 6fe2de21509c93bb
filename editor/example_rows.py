"""Checks the rows of sms/examples.csv, which train the text line's model."""

import csv
from collections.abc import Collection, Iterable

from content.model.pack import WHO
from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from messages.message import Finding, Message, message
from sms.understanding.classifier import CALM
from sms.understanding.examples import COLUMNS, FILE, MOST_BYTES, Example, rows

NOW = "now."  # topic prefix of rows that only teach emergencies
EMERGENCIES = ("body", "people", "life")  # the help needed: ambulance, police or 988
FEWEST = 20  # minimum examples per topic or answer; with fewer, the model only memorizes them
MOST_MODEL = 5_000_000  # bytes; encoded as text, a model must fit in one file of a built pack
MOST_LETTERS = 1600


def classes(topics: Iterable[str]) -> set[str]:
    """Return the topics that a row may have: needs, answers, "nothing", emergencies or no topic."""
    nows = (f"{NOW}{kind}" for kind in (CALM, *EMERGENCIES))
    return {ORDINARY, *topics, *(f"{ANSWER}{name}" for name in ANSWERS), *nows}


def parse(
    data: bytes, *, topics: Collection[str], languages: Collection[str]
) -> tuple[list[Example], list[Finding]]:
    """Return the examples, and a finding for every unusable row, with its line number."""
    if len(data) > MOST_BYTES:
        return [], [
            Finding.at(FILE, 1, message("author.examples-too-large", most=MOST_BYTES // 1024))
        ]
    known = classes(topics)
    try:
        found = list(rows(data))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [Finding.at(FILE, 1, message("author.examples-unreadable", why=error))]
    if not found or tuple(found[0][1]) != COLUMNS:
        return [], [Finding.at(FILE, 1, message("author.examples-header", names=",".join(COLUMNS)))]
    examples: list[Example] = []
    problems: list[Finding] = []
    for line, cells in found[1:]:
        wrong = _wrong(cells, known, languages)
        if wrong:
            problems.append(Finding.at(FILE, line, wrong))
        else:
            text, topic, about, language, writer, _ = cells
            examples.append(Example(text, topic, language, about, writer))
    return examples, problems


def _wrong(cells: list[str], topics: Collection[str], languages: Collection[str]) -> Message | None:
    if len(cells) != len(COLUMNS):
        return message("author.example-cells", cells=len(cells), wanted=len(COLUMNS), names=COLUMNS)
    text, topic, about, language, *_ = cells
    if not text.strip() or len(text) > MOST_LETTERS:
        return message("author.example-long" if text.strip() else "author.example-empty")
    if topic not in topics:
        return message("author.example-topic", topic=topic, names=tuple(sorted(topics)))
    if about and about not in WHO:
        return message("author.example-about", about=about, names=WHO)
    if language not in languages:
        return message("author.example-language", language=language, names=tuple(sorted(languages)))
    return None
