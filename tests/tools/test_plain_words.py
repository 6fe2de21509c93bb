"""The linter of plain words finds odd sentences and lets no file get worse."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.plain_words import __main__ as plain_words
from tools.plain_words import commits, sample
from tools.plain_words.baseline import Baseline
from tools.plain_words.rules import AllowedSentence, Rules, findings, spelling
from tools.plain_words.texts import Text, texts

RULES = Rules.read(plain_words.RULES)
KEYS = RULES.data["files"]["toml_keys"]


def found(sentence: str, path: str = "cli/x.py") -> list[str]:
    """Return the words that the patterns find in a sentence."""
    return [each.words for each in findings(RULES, path, [Text(1, sentence)])]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The server starts anew.", "anew"),
        ("It changed meanwhile", "meanwhile"),
        ("Look at what is to be mended.", "mended"),
        ("Its hash stands in uv.lock.", "stands"),
        ("The file lies in the folder.", "lies in"),
        ("The file\nlies\nin the folder.", "lies\nin"),
        ("It has a page of its own.", "of its own"),
        ("They have pages of their own.", "of their own"),
        ("The key is beside the file.", "beside"),
        ("Leave away both files.", "Leave away"),
        ("A proxy and its kin are refused.", "and its kin"),
        ("Whoever texts HELP gets it.", "Whoever"),
        ("Ask the person who keeps this machine.", "who keeps this machine"),
        ("The line tells it to who texts HELP.", "to who"),
        ("The code is for who comes by https.", "for who"),
        ("Who saves over a change is told first.", "Who"),
        ("Saving restarts it: who taps at that moment waits.", ": who"),
        ("What stands out asks for nothing.", "What"),
        ("What it cannot do, it says; the rest goes on.", "What"),
        ("Where it cannot be read, nothing is shown.", "Where"),
    ],
)
def test_an_odd_sentence_is_found(sentence: str, words: str) -> None:
    assert found(sentence) == [words]


@pytest.mark.parametrize(
    "sentence",
    [
        "Restart Porchlight after each change.",
        "Anyone who texts HELP gets it, and people who text STOP do not.",
        "Who can see this?",
        "What happens next? The hotline answers.",
        "What is due",
        "Review: who approves a change",
        "HSDS stands for Human Services Data Specification.",
        "A stand-in answers instead of the carrier.",
        "The student lies about the time, or cannot stand up.",
        "Show the old number next to the new one, besides its source.",
        "Where students live",
        "“What can I do?”",
    ],
)
def test_a_plain_sentence_is_left_alone(sentence: str) -> None:
    assert found(sentence) == []


def test_a_long_sentence_counts_in_documents_alone() -> None:
    long = "One " * 30 + "more."
    assert len(found(long, "docs/x.md")) == 1
    assert found(long, "cli/x.py") == []
    assert found("One " * 29 + "more. " + "One " * 29 + "more.", "docs/x.md") == []


def test_a_document_in_another_language_is_held_to_the_length_alone() -> None:
    assert found("Anew.", "docs/office.es.md") == []
    assert len(found("Uno " * 31, "docs/office.es.md")) == 1


def test_british_spelling_is_found_on_its_line() -> None:
    prose = [("docs/x.md", Text(1, "Fine.")), ("cli/x.py", Text(7, "one\nthe behaviour"))]
    assert [(each.path, each.line, each.words) for each in spelling(RULES, prose)] == [
        ("cli/x.py", 8, "behaviour")
    ]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        (
            "x.py",
            '"""Module."""\n\ndef f():\n    """Do it.\n\n    More here."""\n    return "not this"\n',
            [(4, "Do it.\n\n    More here.")],
        ),
        ("x.py", "x = 1  # the reason\n# two\n# lines\n", [(1, "the reason"), (2, "two\nlines")]),
        ("x.py", "def test_it_is_shown():\n    pass\n", [(1, "test it is shown")]),
        (
            "cli/x.py",
            'say(f"The {name} of {a["b"]} is"\n    " old.", "one")\n'.replace('"b"', "'b'"),
            [(1, "The … of … is old.")],
        ),
        (
            "x.md",
            "+++\nid = 1\n+++\n# Title\n\nSee `a b`, [the\nguide](x.md).\n\n```\ncode\n```\n",
            [(4, "Title"), (6, "See `code`, the\nguide.")],
        ),
        (
            "x.md",
            "| a | b |\n|---|---|\n| one | two |\n",
            [(1, "a"), (1, "b"), (3, "one"), (3, "two")],
        ),
        (
            "x.html",
            '<p class="a b">{{ _("To fix") }}</p>\n{# why so #}\n<b>Plain</b>',
            [(1, "To fix"), (2, " why so "), (3, "Plain")],
        ),
        (
            "x.toml",
            '# A note\nwhy = "so"\nold = "code"\na = 1 # end\n',
            [(1, "A note"), (2, '"so"'), (4, "end")],
        ),
        ("Makefile", "# One\n# two\nall: x\n", [(1, "One\ntwo"), (3, "all: x")]),
    ],
)
def test_the_texts_of_a_file_are_read(
    path: str, source: str, expected: list[tuple[int, str]]
) -> None:
    some = texts(path, source, messages=path.startswith("cli/"), keys=KEYS)
    assert sorted((each.line, each.words) for each in some) == expected


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one document of two findings, and its list."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "x.md").write_text("It starts anew.\n\nIt goes on meanwhile.\n", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    Baseline({"docs/x.md": 2}).write(tmp_path / "list.toml")
    return tmp_path


def run(tree: Path, *arguments: str) -> int:
    return plain_words.main(arguments, root=tree, baseline=tree / "list.toml")


def listed(tree: Path) -> dict[str, int]:
    return dict(Baseline.read(tree / "list.toml").findings)


def test_a_file_with_as_many_findings_as_listed_passes(tree: Path) -> None:
    assert run(tree) == 0
    assert run(tree, "docs/x.md") == 1  # and each of them can be asked for


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("docs/x.md", "It starts anew.\n\nIt goes anew meanwhile.\n"),
        ("docs/new.md", "Begin anew.\n"),
        ("README.md", "Many - words. | " * 226),
        ("docs/school/run.md", "Many words. " * 5501),
        ("docs/editor/content.md", "Many words. " * 4501),
        ("docs/develop/decisions/0001-why.md", "Many words. " * 126),
        ("docs/develop/walk.md", "Many words. " * 16_000),
    ],
    ids=["one more", "not listed", "README", "school", "editor", "decision", "all documents"],
)
def test_a_file_that_got_worse_fails_and_write_raises_no_number(
    tree: Path, file: str, text: str
) -> None:
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    (tree / file).write_text(text, "utf-8")
    before = listed(tree)
    assert (run(tree), run(tree, "--write")) == (1, 1)
    assert listed(tree) == before


def test_a_file_that_got_better_fails_until_write_lowers_its_numbers(tree: Path) -> None:
    (tree / "docs" / "x.md").write_text("It starts anew.\n", "utf-8")
    assert run(tree) == 1
    assert run(tree, "--write") == 0
    assert listed(tree) == {"docs/x.md": 1}


@pytest.mark.parametrize("text", ["Start again.\n", None], ids=["without findings", "gone"])
def test_a_file_without_findings_or_that_is_gone_leaves_the_list(
    tree: Path, text: str | None
) -> None:
    file = tree / "docs" / "x.md"
    file.unlink() if text is None else file.write_text(text, "utf-8")
    assert (run(tree), run(tree, "--write")) == (1, 0)
    assert listed(tree) == {}


def test_new_lines_are_shown_before_the_old_ones(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "add", "-A"], cwd=tree, check=True)
    subprocess.run(["git", *author, "commit", "-qm", "x"], cwd=tree, check=True)
    with (tree / "docs" / "x.md").open("a", encoding="utf-8") as file:
        file.write("\nMend it.\n")
    run(tree, "--since", "HEAD")
    shown = capsys.readouterr().out
    assert "docs/x.md:5" in shown
    assert "docs/x.md:1" not in shown


def test_an_exception_hides_one_sentence_and_must_be_in_use() -> None:
    one = AllowedSentence("docs/x.md", "starts anew", "a title of somebody else")
    some = Rules(RULES.data, RULES.patterns, [one])
    prose = [Text(1, "It starts\nanew. It ends anew.")]
    assert [each.line for each in findings(some, "docs/x.md", prose)] == [2]
    assert list(some.unused([("docs/x.md", prose[0])])) == []
    assert len(list(some.unused([("docs/y.md", prose[0])]))) == 1
    assert len(RULES.exceptions) <= 30


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("releases: report both outdated releases", 0),
        ("docs, tests: name the command", 0),
        ("sms/twilio: retry a send that timed out", 0),
        ("tests: where two releases are older, both are told", 1),
        ("desk: what was typed is there", 1),
        ("desk: a code is made", 1),
        ("after a review: no list for them", 2),
        ("Fix it", 1),
        ("desk: Fix it", 1),
        ("desk: fix " + "x" * 70, 1),
    ],
)
def test_a_commit_subject_names_an_area_and_begins_with_a_verb(subject: str, number: int) -> None:
    assert len(list(commits.problems(subject, RULES.data["commits"]))) == number


def test_commits_since_the_rule_are_checked_and_a_shallow_clone_is_not(tree: Path) -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q"]

    def commit(subject: str) -> str:
        subprocess.run(["git", *author, "--allow-empty", "-m", subject], cwd=tree, check=True)
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=tree, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    commit("what was before")
    rules = {**RULES.data["commits"], "after": commit("what was last before")}
    commit("docs: the new page")
    assert len(list(commits.check(tree, rules))) == 1
    clone = tree / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", tree.as_uri(), clone], check=True)
    assert list(commits.check(clone, rules)) == []
    shutil.rmtree(clone)


def test_every_skipped_file_is_there_and_has_a_reason() -> None:
    skipped = RULES.data["skip"]
    assert [path for path in skipped if not (plain_words.ROOT / path).exists()] == []
    assert [path for path, reason in skipped.items() if len(reason.split()) < 3] == []


@pytest.mark.parametrize("kind", sample.PATHS)
def test_a_sample_of_each_kind_has_sentences_of_ours_and_those_mixed_in(kind: str) -> None:
    given = list(sample.sentences(kind, plain_words.ROOT, RULES))
    drawn = sample.drawn(given, 20, 7, ["It is not what is shown."])
    assert ("mixed in", "It is not what is shown.") in drawn
    assert drawn == sample.drawn(given, 20, 7, ["It is not what is shown."])
    assert {words for place, words in drawn if place != "mixed in"} <= {words for _, words in given}
