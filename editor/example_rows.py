"""Checks the rows of sms/examples.csv, which train the text line's model."""

import csv
from collections.abc import Collection, Iterable

from content.model.pack import WHO
from content.rules.answers import ANSWER, ANSWERS, ORDINARY
from messages.message import Finding
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
        what = f"the file is larger than {MOST_BYTES // 1024} KB; remove some examples"
        return [], [Finding.at(FILE, 1, what)]
    known = classes(topics)
    try:
        found = list(rows(data))
    except (UnicodeDecodeError, csv.Error) as error:
        what = f"the file cannot be read ({error}); save it as CSV in UTF-8"
        return [], [Finding.at(FILE, 1, what)]
    if not found or tuple(found[0][1]) != COLUMNS:
        what = f"the first line must be {','.join(COLUMNS)}"
        return [], [Finding.at(FILE, 1, what)]
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


def _wrong(cells: list[str], topics: Collection[str], languages: Collection[str]) -> str:
    if len(cells) != len(COLUMNS):
        return (
            f"{len(cells)} columns instead of {len(COLUMNS)} ({', '.join(COLUMNS)}); put"
            ' "quotation marks" around a text that contains a comma'
        )
    text, topic, about, language, *_ = cells
    if not text.strip() or len(text) > MOST_LETTERS:
        return f"the text is {'empty' if not text.strip() else 'longer than a message can be'}"
    if topic not in topics:
        return f'"{topic}" is not a topic; the topics are {", ".join(sorted(topics))}'
    if about and about not in WHO:
        return f'about is "{about}"; write one of {", ".join(WHO)}, or leave it empty'
    if language not in languages:
        return f'the language is "{language}"; write one of {", ".join(sorted(languages))}'
    return ""
