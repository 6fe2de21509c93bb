"""`learn` fits the line to a small pack's examples; `why` says what decided about a message."""

import json
import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from cli import main
from cli.command import Context
from editor.authoring import read_pack
from editor.example_rows import FEWEST
from editor.learning.learn import pack_up
from settings.load import Secrets, load
from sms.understanding import classifier
from sms.understanding.classifier import unpack
from sms.understanding.examples import COLUMNS, FILE, MODEL, fingerprint
from sms.understanding.normalise import tokenize
from tests.content.conftest import TINY

Run = Callable[..., int]
Rows = dict[str, list[str]]

_WHO = ("my dad", "my mom", "my uncle", "my stepdad", "he")
ROWS: Rows = {
    "abuse": [f"{who} {what}" for who in _WHO for what in ("hits me", "locks me in", "burns me", "beats me")],
    "suicide": [f"{how} {what}" for how in ("i want to", "i will", "i might", "i wanna", "gonna")
        for what in ("end my life", "die tonight", "not wake up", "take every pill")],
    "ordinary": [f"when does {what} {how}" for what in ("lunch", "the library", "the bus", "practice", "chess club")
        for how in ("start", "end", "open", "come today")],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny pack under the shipped pinned set, whose hotlines its own would be twice."""
    shutil.copytree(TINY / "pack", tmp_path / "pack")
    return tmp_path / "pack"


def runner(folder: Path) -> Run:
    settings = load({"PORCHLIGHT_CONTENT__PACK": str(folder)})

    def go(*words: str) -> int:
        given = main.parser().parse_args(words)
        clock = lambda: datetime(2026, 12, 1, 20, tzinfo=UTC)  # noqa: E731
        return main.run(Context(settings, Secrets(), given, clock))

    return go


@pytest.fixture
def run(folder: Path) -> Run:
    return runner(folder)


def write(folder: Path, rows: Rows, *, more: str = "") -> bytes:
    lines = [f"{text},{topic},,en,," for topic, texts in rows.items() for text in texts]
    data = "\n".join((",".join(COLUMNS), *lines, more)).encode()
    (folder / FILE).write_bytes(data)
    return data


def one_set(root: Path) -> Path:
    """A set of one message that no example holds."""
    made = root / "sets"
    made.mkdir()
    text = json.dumps({"text": "my grandpa beats me", "topics": ["abuse"], "language": "en"})
    (made / "small.jsonl").write_text(f"{text}\n")
    return made


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    return one_set(tmp_path)


def learnt(run: Run, folder: Path, sets: Path) -> bytes:
    """The model of the examples, once it has been learnt."""
    write(folder, ROWS)
    assert run("learn", "--sets", str(sets)) == 0
    return (folder / MODEL).read_bytes()


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A pack with the model of the examples, and what `learn` printed: for tests that read."""
    root = tmp_path_factory.mktemp("taught")
    folder = Path(shutil.copytree(TINY / "pack", root / "pack"))
    with redirect_stdout(StringIO()) as said:
        learnt(runner(folder), folder, one_set(root))
    return folder, said.getvalue()


def test_rows_of_emergencies_teach_that_question_and_move_no_other(
    run: Run, folder: Path, sets: Path, taught: tuple[Path, str]
) -> None:
    plain = unpack((taught[0] / MODEL).read_bytes())
    nows = {
        "now.body": [f"{who} {what}" for who in ("she", "he", "grandma", "my cousin")
            for what in ("turned blue", "swallowed a battery", "is shaking on the floor", "fell and is bleeding", "cant breathe")],
        "now.no": [f"{who} {what}" for who in ("she", "he", "grandma", "my cousin")
            for what in ("likes blue", "lost a battery", "is dancing on the floor", "fell asleep", "cant dance")],
    }  # fmt: skip
    write(folder, {**ROWS, **nows})
    assert run("learn", "--sets", str(sets)) == 0
    urgent = unpack((folder / MODEL).read_bytes())
    text = tokenize("my uncle cant breathe and turned blue")
    assert urgent.predict(text).now["body"] > 0.5
    assert urgent.predict(tokenize("my uncle likes blue")).now["no"] > 0.5
    before, after = plain.predict(text), urgent.predict(text)
    assert (after.topic, after.about, after.language) == (
        before.topic, before.about, before.language,
    )  # fmt: skip


def test_learn_writes_a_model_of_these_examples_and_why_says_what_it_learnt(
    taught: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, said = taught
    run, model = runner(folder), (folder / MODEL).read_bytes()
    assert unpack(model).examples == fingerprint((folder / FILE).read_bytes())
    assert "small.jsonl: 1 asked: right number 100.0%" in said
    assert "compared examples now get a different answer than after the last learn" in said
    assert "grandpa" not in said  # who has read a set writes towards it
    assert str(folder / MODEL) in said.splitlines()[-1]

    assert run("why", "quiero morir", "grandpa beats me", "when does lunch end") == 0
    by_rule, by_words, by_nothing = capsys.readouterr().out.split("\n\n")
    assert by_rule.startswith("quiero morir\n  The answer: suicide (phrase).\n")
    assert "Rule: the message contains a phrase for suicide (sms/suicide.toml)." in by_rule
    assert "The answer: abuse (model)." in by_words
    assert "Rule:" not in by_words
    (believed,) = (line for line in by_words.splitlines() if "The model: " in line)
    first, second, *_third = believed.removeprefix("  The model: ").split(", ")
    assert first.startswith("abuse ")
    assert float(first.split()[1]) > float(second.rstrip(".").split()[1])
    assert 'Words that point to abuse: "beats"' in by_words
    assert "the general reply" in by_nothing
    assert "Chance that this is any need: 0." in by_nothing


def test_a_pack_whose_rows_the_base_was_taught_needs_no_model(
    run: Run, folder: Path, sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = {"topic": ("abuse", "ordinary"), "language": ("en",)}
    base = pack_up(classes, [0] * 3, {1: {0: 9}}, examples=fingerprint(write(folder, ROWS)))
    monkeypatch.setattr(classifier, "BASE", folder.parent / "base.bin.gz")
    classifier.BASE.write_bytes(base)
    (folder / MODEL).write_bytes(b"from before")

    assert run("learn", "--sets", str(sets)) == 0
    assert not (folder / MODEL).exists()
    pack, problems = read_pack.read(folder)
    assert [one for one in problems if MODEL in str(one)] == []
    assert pack is not None
    assert pack.model == base


@pytest.mark.slow
def test_the_same_examples_give_the_same_model(
    run: Run, folder: Path, sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = learnt(run, folder, sets)
    capsys.readouterr()
    assert learnt(run, folder, sets) == model
    assert re.search(r"^0 of \d+ compared examples now get", capsys.readouterr().out, re.MULTILINE)


NOT_LEARNT = {
    "too few of a topic": ({**ROWS, "abuse": ROWS["abuse"][1:]}, "", '"abuse" has too few examples; write at least 20'),
    "one of them over and over": ({**ROWS, "abuse": ["he hits me"] * FEWEST}, "", '"abuse" has too few examples'),
    "none that asks for nothing": ({**ROWS, "ordinary": []}, "", '"ordinary" has too few examples'),
    "an answer named once": (ROWS, "who is this,answer.who,,en,,", '"answer.who" has too few examples'),
    "a broken row": (ROWS, "he hits me,abuze,,en,,", f'{FILE}:62: "abuze" is not a topic'),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_LEARNT.values(), ids=NOT_LEARNT)
def test_examples_that_cannot_be_used_change_nothing(
    run: Run, folder: Path, case: tuple[Rows, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows, more, message = case
    write(folder, rows, more=more)
    (folder / MODEL).write_bytes(b"as it was")
    assert run("learn") == 1
    assert message in capsys.readouterr().err
    assert (folder / MODEL).read_bytes() == b"as it was"


def test_a_pack_without_examples_has_nothing_to_learn_from(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("learn") == 1
    assert f"There is no {FILE} in {folder}" in capsys.readouterr().err
    assert not (folder / MODEL).exists()


def test_why_is_asked_about_another_pack_by_name(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("why", "--pack", str(tmp_path / "elsewhere"), "hi") == 1
    assert "elsewhere" in capsys.readouterr().err
