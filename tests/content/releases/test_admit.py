"""The only way in: a pack is admitted whole or refused whole, whatever happens on the way."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from content.model import built_pack
from content.model.pack import Pack
from content.releases.admit import admit
from content.releases.candidate import Candidate, Check, Prepare
from content.releases.generations import BusyError, Releases
from content.releases.machine import Machine
from content.releases.outcome import Outcome, PrepareError
from content.review.provenance import Provenance
from messages.message import Finding, verbatim
from tests.content.candidates import NOW, ONE, TWO, UNSIGNED, built, render, roll_back
from tests.content.conftest import TinyPack
from tests.said import codes
from tests.selection import Some

SHIPPED = Provenance(origin="shipped")

KILLS, STEPS = 20, 85  # about as many steps as there are


class Desk:
    """One data directory with two candidates beside it."""

    def __init__(self, folder: Path) -> None:
        self.releases = Releases(folder / "data")
        self.one, self.two = built(ONE, folder / "one"), built(TWO, folder / "two")

    def accept(
        self,
        candidate: Path,
        *,
        checks: Sequence[Check] = (),
        prepare: Prepare = render,
        provenance: Provenance = UNSIGNED,
    ) -> Outcome:
        machine = Machine(releases=self.releases, checks=checks, prepare=prepare, now=NOW)
        return admit(Candidate(candidate, provenance), machine)

    def served(self) -> Pack | None:
        release = self.releases.active(self.releases.state())
        return release.pack() if release else None

    def is_clean(self) -> bool:
        """Whether no temporary file or folder is left."""
        return not list(self.releases.root.glob("**/.tmp-*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_right_pack_is_served(desk: Desk) -> None:
    outcome = desk.accept(desk.one)
    release = desk.releases.active(desk.releases.state())
    assert release is not None
    assert (outcome.state, outcome.release_id) == ("active", release.id)
    assert (release.id, release.pack()) == (ONE.version[:12], ONE)
    assert desk.is_clean()


def test_a_pack_rolled_back_by_hand_is_not_brought_back_by_the_schedule(desk: Desk) -> None:
    desk.accept(desk.one)
    desk.accept(desk.two)
    roll_back(desk.releases)
    outcome = desk.accept(desk.two)
    assert (outcome.state, desk.served()) == ("unchanged", ONE)
    assert "outcome.set-aside" in codes(outcome.said)
    # Once more, and it is the older pack that must not come back by itself.
    roll_back(desk.releases)
    assert desk.accept(desk.one).state == "unchanged"
    assert desk.served() == TWO


def test_a_source_folder_is_read_built_and_served(desk: Desk, tiny: TinyPack) -> None:
    outcome = desk.accept(tiny.folder, provenance=SHIPPED)
    assert (outcome.state, str(outcome.said)[:8]) == ("active", "The new ")
    served = desk.served()
    assert served is not None
    assert {line.id for line in ONE.resources} < {line.id for line in served.resources}


def test_a_source_folder_with_a_fault_is_refused_with_file_and_line(
    desk: Desk, tiny: TinyPack
) -> None:
    desk.accept(tiny.folder, provenance=SHIPPED)
    before = desk.served()
    tiny.edit("pack/resources/trevor.toml", 'opens_at = "18:00"', 'opens_at = "8pm"')
    outcome = desk.accept(tiny.folder, provenance=SHIPPED)
    assert outcome.state == "refused"
    assert "resources/trevor.toml:19: " in str(outcome.said)
    assert desk.served() == before


def test_the_same_pack_again_changes_nothing(desk: Desk) -> None:
    desk.accept(desk.one)
    rendered: list[Pack] = []
    outcome = desk.accept(desk.one, prepare=rendered.append)
    assert (outcome.state, rendered) == ("unchanged", [])


def test_a_damaged_active_release_is_made_whole_by_the_same_pack(desk: Desk) -> None:
    desk.accept(desk.one)
    release = desk.releases.active(desk.releases.state())
    assert release is not None
    (release.folder / "core.json").write_bytes(b"")
    assert desk.served() is None
    assert desk.accept(desk.one).state == "active"
    assert desk.served() == ONE


def test_a_lost_pointer_is_made_whole_by_the_pack_that_is_shown_meanwhile(desk: Desk) -> None:
    desk.accept(desk.one)
    desk.accept(desk.two)
    for name in ("STATE", "STATE.copy", "ACTIVE"):
        (desk.releases.root / name).write_bytes(b"")
    assert desk.served() == ONE
    outcome = desk.accept(desk.one)
    assert (outcome.state, desk.releases.state().active) == ("active", outcome.release_id)


def broken_built(folder: Path) -> None:
    (folder / "core.json").write_bytes(b"{}")


def no_pack(folder: Path) -> None:
    (folder / built_pack.MANIFEST).unlink()


def hotline_with_a_fault(folder: Path) -> None:
    lines = tuple(
        replace(line, channels=()) if line.id == "988" else line for line in TWO.resources
    )
    built(replace(TWO, resources=lines), folder)


def no_languages(folder: Path) -> None:
    built(replace(TWO, languages=(), texts={}), folder)


@pytest.mark.parametrize("spoil", [broken_built, no_pack, hotline_with_a_fault, no_languages])
def test_a_pack_with_a_fault_is_refused_and_the_old_one_stays(
    desk: Desk, spoil: Callable[[Path], None]
) -> None:
    """Case 34 of docs/develop/cases-content.md: the files may be whole and their content still wrong."""
    desk.accept(desk.one)
    spoil(desk.two)
    outcome = desk.accept(desk.two)
    assert outcome.state == "refused"
    assert outcome.reasons()
    assert {"outcome.has-problems", "outcome.refused"} & codes(outcome.said)
    assert (desk.served(), desk.is_clean()) == (ONE, True)


def test_a_check_that_finds_an_error_refuses_the_pack(desk: Desk) -> None:
    desk.accept(desk.one)
    problem = Finding.at("sms/line.toml", 4, "the reply does not fit")
    outcome = desk.accept(desk.two, checks=[lambda _: [], lambda _: [problem]])
    assert (outcome.state, outcome.problems, desk.served()) == ("refused", (problem,), ONE)


def test_a_warning_does_not_refuse_the_pack(desk: Desk) -> None:
    warning = Finding.at("topics/work.md", 9, "a long sentence", "note")
    outcome = desk.accept(desk.one, checks=[lambda _: [warning]])
    assert (outcome.state, warning in outcome.problems) == ("active", True)


def test_a_check_that_breaks_refuses_the_pack(desk: Desk) -> None:
    desk.accept(desk.one)
    outcome = desk.accept(
        desk.two, checks=[lambda pack: [Finding.at(pack.texts["xx"]["a"], 0, "")]]
    )
    assert outcome.state == "refused"
    assert "candidate.check-broke" in codes(outcome.said)
    assert desk.served() == ONE


def failing(error: Exception) -> Prepare:
    def prepare(_pack: Pack) -> None:
        raise error

    return prepare


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PrepareError("The page /en/t/32 has no title."), "The page /en/t/32 has no title."),
        (ZeroDivisionError("by nothing"), "could not be generated (ZeroDivisionError: by nothing)"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "could not write to the data folder (No space left on device)",
        ),
    ],
)
def test_a_pack_that_cannot_be_rendered_is_refused(desk: Desk, error: Exception, said: str) -> None:
    """Case 35 of docs/develop/cases-content.md, and case 31 for the disk."""
    desk.accept(desk.one)
    outcome = desk.accept(desk.two, prepare=failing(error))
    assert outcome.state == "refused"
    assert said in str(outcome.said)
    assert (desk.served(), desk.is_clean()) == (ONE, True)
    assert desk.accept(desk.two).state == "active"


def test_an_interrupt_leaves_no_temporary_folder(desk: Desk) -> None:
    def interrupted(_pack: Pack) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.accept(desk.one, prepare=interrupted)
    assert desk.is_clean()
    assert desk.accept(desk.one).state == "active"


def test_a_data_directory_that_cannot_be_made_is_a_refusal_in_words(
    tmp_path: Path, desk: Desk
) -> None:
    (tmp_path / "file").write_bytes(b"")
    releases = Releases(tmp_path / "file" / "data")
    machine = Machine(releases=releases, checks=(), prepare=render, now=NOW)
    outcome = admit(Candidate(desk.one, UNSIGNED), machine)
    assert outcome.state == "refused"
    assert "failure.disk" in codes(outcome.said)


def test_a_file_too_large_for_the_disk_leaves_the_old_pack(desk: Desk) -> None:
    """Case 31 of docs/develop/cases-content.md, with a limit that the kernel enforces in a process of its own."""
    desk.accept(desk.one)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"
    child = _child(desk, "str(accept(sys.argv[3]).said)", before=limited)
    said, _ = child.communicate()
    assert (
        "The new pack was refused, and the old pack stays in use. Porchlight could not write to the data folder"
        in said
    )
    assert (desk.served(), desk.is_clean()) == (ONE, True)


def test_only_one_refresh_runs_at_a_time(desk: Desk) -> None:
    with Releases(desk.releases.root).lock(), pytest.raises(BusyError):
        desk.accept(desk.one)


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            Outcome(state="active", release_id="ab-cd"),
            "The new pack passed every check and is now shown (release ab-cd).",
        ),
        (Outcome(state="unchanged"), "This pack is already shown, so nothing changed."),
        (
            Outcome(
                state="refused", problems=(Finding.at("resources/988.toml", 14, "no number"),) * 2
            ),
            "The new pack was refused because of 2 problems, and the old pack stays in use. The first problem: resources/988.toml:14: no number",
        ),
        (
            Outcome(state="refused", problems=(Finding.at("pack.toml", 1, "no name"),)),
            "The new pack was refused because of 1 problem, and the old pack stays in use. The problem: pack.toml:1: no name",
        ),
        (
            Outcome(state="refused", reason=verbatim("The disk is full.")),
            "The new pack was refused, and the old pack stays in use. The disk is full.",
        ),
    ],
)
def test_an_outcome_says_what_happened_in_plain_words(outcome: Outcome, sentence: str) -> None:
    assert str(outcome.said) == sentence


_ACCEPT = """
import os, shutil, signal, sys
from pathlib import Path
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from tests.content.candidates import NOW, ONE, TWO, UNSIGNED, render

releases = Releases(Path(sys.argv[1]))

def accept(candidate):
    machine = Machine(releases=releases, checks=(), prepare=render, now=NOW)
    return admit(Candidate(Path(candidate), UNSIGNED), machine)

"""
_LOOP = """
turn = 0
while True:
    turn += 1
    outcome = accept(sys.argv[2 + turn % 2])
    assert outcome.state != "refused", str(outcome.said)
    print(turn, flush=True)
"""
_STEPS = """
from tests.content.crash import killed_at, steps

for step in steps(sys.argv[4]):
    shutil.rmtree(releases.root, ignore_errors=True)
    assert accept(sys.argv[2]).state == "active"
    killed = killed_at(step, lambda: accept(sys.argv[3]))
    release = releases.active(releases.state())
    assert release is not None and release.state == "active", step
    assert release.pack() in (ONE, TWO), step
    if not killed:
        break
print(step)
"""


def _child(desk: Desk, code: str, *arguments: str, before: str = "") -> "subprocess.Popen[str]":
    """Our own interpreter, with ``accept`` at hand; an expression is printed."""
    folders = (desk.releases.root, desk.one, desk.two)
    code = code if "\n" in code else f"print({code})"
    return subprocess.Popen(
        [sys.executable, "-c", before + _ACCEPT + code, *folders, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def test_a_kill_at_any_moment_leaves_a_whole_pack(desk: Desk, some: Some) -> None:
    """Case 29 of docs/develop/cases-content.md: kill -9 at random moments of a refresh."""
    desk.accept(desk.one)
    for _ in some(range(KILLS), 2):
        child = _child(desk, _LOOP)
        assert child.stdout is not None
        with child:
            # Moments are spread over one turn of this machine, however slow it is today.
            assert child.stdout.readline() == "1\n"
            begun = time.monotonic()
            assert child.stdout.readline() == "2\n"
            time.sleep(some.dice.random() * (time.monotonic() - begun))
            child.send_signal(signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL
        release = Releases(desk.releases.root).active(Releases(desk.releases.root).state())
        assert release is not None
        assert release.state == "active"
        assert release.pack() in (ONE, TWO)
    with desk.releases.lock():
        desk.releases.sweep()
    assert desk.is_clean()


def test_a_kill_at_every_single_step_leaves_a_whole_pack(desk: Desk, some: Some) -> None:
    """Case 29 of docs/develop/cases-content.md: at every call that changes the disk, until a run gets through without
    one."""
    named = "" if some.whole else ",".join(map(str, some(range(STEPS), 3)))
    child = _child(desk, _STEPS, named)
    steps, _ = child.communicate()
    assert child.returncode == 0
    assert int(steps) >= 20
    some.covered(f"a kill at each of {steps.strip()} steps of an activation")
