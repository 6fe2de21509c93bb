"""sms/examples.csv: a row that cannot be used is told, and a model knows what it was learnt from."""

import codecs
import gzip
import json

import pytest

from editor import example_rows
from editor.example_rows import parse
from sms.understanding import examples
from sms.understanding.examples import (
    COLUMNS,
    FILE,
    MODEL,
    PACKED,
    Example,
    fingerprint,
)
from tests.content.conftest import TinyPack

HEADER = ",".join(COLUMNS)
GOOD = "he hits me,abuse,me,en,,"
ROWS = f"{HEADER}\n{GOOD}\nno homework,ordinary,,en,,\n"
TOPICS, LANGUAGES = ("abuse", "suicide"), ("en", "es")


def read(data: bytes) -> tuple[list[Example], list[str]]:
    found, problems = parse(data, topics=TOPICS, languages=LANGUAGES)
    return found, [str(problem) for problem in problems]


def model_of(data: bytes) -> bytes:
    """The head of a model that was learnt from these examples; the rest is nobody's business here."""
    return gzip.compress(json.dumps({"examples": fingerprint(data)}).encode() + b"\n", mtime=0)


def with_examples(tiny: TinyPack, text: str, model: bytes | None = None) -> TinyPack:
    (tiny.folder / FILE).write_bytes(text.encode())
    learnt = model_of(text.encode()) if model is None else model
    (tiny.folder / MODEL).write_bytes(learnt)
    return tiny


def test_a_row_is_an_example_with_what_is_right_for_it() -> None:
    more = 'te odio,answer.afraid,,es,ana,"said to the line"\n"no, i cannot",suicide,friend,en,,\n'
    assert read((ROWS + more).encode()) == (
        [
            Example("he hits me", "abuse", "en", "me"),
            Example("no homework", "ordinary", "en"),
            Example("te odio", "answer.afraid", "es"),
            Example("no, i cannot", "suicide", "en", "friend"),
        ],
        [],
    )


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + ROWS.encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("\n", "\n\n").encode(),
        ROWS.rstrip().encode(),
    ],
    ids=["a mark of UTF-8", "line ends of Windows", "empty lines", "no last line end"],
)
def test_a_file_may_come_from_a_spreadsheet(data: bytes) -> None:
    assert read(data) == read(ROWS.encode())


BROKEN = {
    "too few columns": ("he hits me,abuse,me,en", "4 columns instead of 6 (text, topic"),
    "a comma outside of quotes": ("no, he hits me,abuse,me,en,,", 'put "quotation marks" around a text that contains a comma'),
    "an unknown topic": ("he hits me,abuze,me,en,,", '"abuze" is not a topic; the topics are abuse, answer.'),
    "an unknown answer": ("who is this,answer.whom,,en,,", '"answer.whom" is not a topic; the topics are'),
    "an unknown language": ("he hits me,abuse,me,fr,,", 'the language is "fr"; write one of en, es'),
    "no language": ("he hits me,abuse,me,,,", 'the language is ""; write one of en, es'),
    "an unknown about": ("he hits me,abuse,us,en,,", 'about is "us"; write one of me, friend, actor'),
    "no text": (" ,abuse,me,en,,", "the text is empty"),
    "a text of 1601 letters": (f"{'a' * 1601},abuse,me,en,,", "longer than a message can be"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "message"), BROKEN.values(), ids=BROKEN)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_others_count(
    row: str, message: str
) -> None:
    found, problems = read(f"{HEADER}\n{GOOD}\n{row}\n{GOOD}\n".encode())
    assert len(found) == 2
    (problem,) = problems
    assert problem.startswith(f"{FILE}:3: ")
    assert message in problem


def test_a_row_after_a_text_of_two_lines_is_told_with_its_own_line() -> None:
    _found, problems = read(f'{HEADER}\n"he\nhits me",abuse,me,en,,\nhelp,none,,en,,\n'.encode())
    assert [row.split(": ")[0] for row in problems] == [f"{FILE}:4"]


WHOLE = {
    "not UTF-8": (ROWS.encode() + "mi papá me pega,abuse,me,es,,".encode("latin-1"), "save it as CSV in UTF-8"),
    "no CSV": (f'{HEADER}\n"he hits me,abuse,me,en,,\n'.encode(), "save it as CSV in UTF-8"),
    "another header": (ROWS.replace("topic", "need", 1).encode(), f"the first line must be {HEADER}"),
    "no header": (f"{GOOD}\n".encode(), f"the first line must be {HEADER}"),
    "nothing": (b"", f"the first line must be {HEADER}"),
    "too much": (ROWS.encode().ljust(examples.MOST_BYTES + 1), "larger than 16384 KB; remove some examples"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, message: str) -> None:
    found, problems = read(data)
    assert found == []
    (problem,) = problems
    assert problem.startswith(f"{FILE}:1: ")
    assert message in problem


def test_the_fingerprint_is_that_of_the_rows_and_not_of_the_line_ends() -> None:
    data = ROWS.encode()
    assert fingerprint(data.replace(b"\n", b"\r\n")) == fingerprint(data)
    assert fingerprint(data.replace(b"hits", b"hurts")) != fingerprint(data)


@pytest.mark.parametrize(
    "model",
    [b"", b"no gzip", gzip.compress(b"no json\n"), gzip.compress(b"[]\n"), gzip.compress(b"{}\n"), model_of(b"")[:-9]],
    ids=["nothing", "no gzip", "no json", "a list", "no hash", "cut off"],
)  # fmt: skip
def test_a_damaged_model_was_learnt_from_nothing(model: bytes) -> None:
    assert examples.learnt_from(model) == ("", set())


def test_a_pack_with_examples_and_their_model_is_fine_and_carries_the_model(tiny: TinyPack) -> None:
    with_examples(tiny, ROWS)
    assert tiny.said() == []
    assert tiny.pack().model == model_of(ROWS.encode())


def test_rows_of_a_topic_that_went_after_they_were_learnt_are_refused(tiny: TinyPack) -> None:
    text = ROWS + "the van is gone,gone,,en,,\n"
    head = {
        "examples": fingerprint(text.encode()),
        "classes": {"topic": ["gone", "ordinary"], "language": ["en"]},
    }
    model = gzip.compress(json.dumps(head).encode() + b"\n", mtime=0)
    line = text.count("\n")
    with_examples(tiny, text, model).complains(f"pack/{FILE}:{line}", '"gone" is not a topic')


@pytest.mark.parametrize(
    "model",
    [b"", model_of((ROWS + "late again,ordinary,,en,,\n").encode())],
    ids=["no model", "a row too many"],
)
def test_a_model_that_was_learnt_from_other_examples_is_refused(
    tiny: TinyPack, model: bytes
) -> None:
    with_examples(tiny, ROWS, model).complains(f"pack/{MODEL}:1", "run `porchlight learn`")


def test_a_model_that_no_built_pack_could_hold_is_refused(tiny: TinyPack) -> None:
    model = model_of(ROWS.encode()).ljust(example_rows.MOST_MODEL + 1)
    with_examples(tiny, ROWS, model).complains(f"pack/{MODEL}:1", "larger than 5000 KB")


def test_a_broken_row_is_an_error_of_the_pack(tiny: TinyPack) -> None:
    text = ROWS + "he hits me,abuze,me,en,,\n"
    with_examples(tiny, text).complains(f"pack/{FILE}:4", '"abuze" is not a topic')


def test_a_pack_without_examples_needs_no_model(tiny: TinyPack) -> None:
    assert tiny.said() == []
    assert tiny.pack().model == b""


def test_an_installed_program_has_them_compressed_and_one_that_was_unpacked_comes_first(
    tiny: TinyPack,
) -> None:
    with_examples(tiny, ROWS)
    packed = tiny.folder / PACKED
    packed.write_bytes(gzip.compress(ROWS.encode()))
    (tiny.folder / FILE).unlink()
    assert examples.read(tiny.folder / FILE) == ROWS.encode()
    assert tiny.said() == []

    (tiny.folder / FILE).write_bytes(HEADER.encode())
    assert examples.read(tiny.folder / FILE) == HEADER.encode()


ROTTEN = {"empty": b"", "no gzip": b"no gzip", "cut off": gzip.compress(ROWS.encode())[:-9]}


@pytest.mark.parametrize("rotten", ROTTEN.values(), ids=ROTTEN)
def test_compressed_examples_that_rotted_are_told(tiny: TinyPack, rotten: bytes) -> None:
    (tiny.folder / PACKED).write_bytes(rotten)
    assert examples.read(tiny.folder / MODEL) == b""
    said = tiny.said()
    assert all("the file cannot be read" in problem for problem in said)
    assert bool(said) is bool(rotten)
