"""Which pack is served: only what was verified, and every status says so where it is another."""

import json
import shutil
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_struct

from cli import releases
from cli.command import Context
from content.directory import index
from content.model import built_pack
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases.admit import admit
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.review.provenance import Provenance
from runtime import disk_check, private_status, served
from runtime.child_process import Verdict
from runtime.health.report import running_server
from runtime.served import RETRY_SECONDS, STARTING, UNSEARCHED, Served
from settings.load import Secrets, load
from settings.schema import Content, Kiosk, Settings, Sms
from tests.content.candidates import NOW, ONE, TWO, built, render
from tests.runtime.health.looked import of_content
from tests.shipped import PACK, pack
from tests.sms.understanding.test_classifier import MODEL

EDITED = built_pack.load(built_pack.build(replace(ONE, name="edited")))


@dataclass
class Stage:
    """A data directory, the server's view of it, and a verification that can be made to fail."""

    settings: Settings
    seconds: float = 0.0
    fails: bool = False
    verified: int = 0
    hangs: Callable[[], object] = list  # called before each verification
    then: Callable[[], object] = list  # and after it
    served: Served = field(init=False)

    def __post_init__(self) -> None:
        self.served = Served(
            self.settings, clock=lambda: NOW, steady=lambda: self.seconds, verify=self._verify
        )

    @property
    def data(self) -> Path:
        return self.settings.server.data_dir

    def _verify(self) -> Verdict | None:
        self.hangs()
        self.verified += 1
        if self.fails:
            return None
        found = disk_check.verified(self.settings, NOW)
        self.then()
        return Verdict(**asdict(found))

    def activate(self, pack: Pack) -> None:
        machine = Machine(releases=Releases(self.data), checks=(), prepare=render, now=NOW)
        folder = built(pack, self.data.parent / pack.version[:12])
        assert admit(Candidate(folder, Provenance(origin="shipped")), machine).state == "active"

    def edit(self, pack: Pack, *, keep_name: bool) -> None:
        """Put this pack into the active release's folder, with hashes that all fit."""
        folder = self.data / "releases" / (self.data / "ACTIVE").read_text().strip()
        built(pack, folder)
        record = json.loads((folder / "release.json").read_text())
        record["pack_version"] = pack.version
        record["id"] = folder.name if keep_name else pack.version[:12]
        (folder / "release.json").write_text(json.dumps(record))
        folder.rename(folder.with_name(record["id"]))
        (self.data / "ACTIVE").write_text(f"{record['id']}\n")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """An installation that ships pack ONE and has it as its release."""
    shipped = built(ONE, tmp_path / "shipped")
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_CONTENT__PACK": str(shipped),
    }
    made = Stage(load(environ))
    made.activate(ONE)
    return made


def test_until_the_disk_was_verified_the_built_in_lines_are_served_and_the_status_says_so(
    stage: Stage,
) -> None:
    assert (stage.served.origin, stage.served.pack) == ("built-in", pinned_pack())
    assert stage.served.problem() == STARTING
    assert stage.served.look()
    assert (stage.served.origin, stage.served.pack, stage.served.problem()) == (
        "release",
        ONE,
        None,
    )
    assert not stage.served.look()
    assert stage.verified == 1


def test_where_no_release_was_ever_made_no_process_verifies_any(stage: Stage) -> None:
    shutil.rmtree(stage.data)
    assert not stage.served.look()
    assert (stage.verified, stage.served.wants_shipped()) == (0, True)


def test_the_first_release_is_made_verified_and_shown_in_one_step(stage: Stage) -> None:
    shutil.rmtree(stage.data)

    def first() -> Verdict | None:
        stage.activate(ONE)
        return stage._verify()

    served = Served(stage.settings, clock=lambda: NOW, verify=stage._verify, first=first)
    assert served.look()
    assert (served.pack, served.problem(), served.wants_shipped()) == (ONE, None, False)
    assert not served.look()
    assert stage.verified == 1  # what was made first is not verified again


@pytest.mark.parametrize("verdict", [None, Verdict({}, {})], ids=["came to no end", "no disk"])
def test_where_no_first_release_can_be_made_the_shipped_pack_is_asked_for_at_once(
    stage: Stage, verdict: Verdict | None
) -> None:
    shutil.rmtree(stage.data)
    served = Served(stage.settings, clock=lambda: NOW, first=lambda: verdict)
    assert not served.look()
    assert served.wants_shipped()


def test_what_was_looked_at_ahead_is_told_by_the_first_look_and_once(stage: Stage) -> None:
    stage.served.look_ahead()
    assert (stage.served.pack, stage.served.goes_on) == (ONE, False)
    assert stage.served.look()
    assert stage.served.goes_on
    assert not stage.served.look()
    assert stage.verified == 1


def test_a_look_ahead_that_breaks_leaves_it_to_the_first_look(stage: Stage) -> None:
    def broken() -> object:
        raise OSError("no process")

    stage.hangs = broken
    stage.served.look_ahead()
    assert stage.served.origin == "built-in"
    stage.hangs = list
    assert stage.served.look()


@pytest.fixture
def are_right(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[bool, bool, bool]]:
    """Whether the server, doctor and `releases` call it right; each gives the same reason.

    Doctor and `releases` ask the server over HTTP: tests/test_edited_disk.py.
    """
    monkeypatch.setattr(private_status, "ask", lambda *_: stage.served.detail())

    def judged() -> tuple[bool, bool, bool]:
        stage.served.look()
        problem, release = stage.served.problem(), ONE.version[:12]
        context = Context(stage.settings, Secrets(hash_key="key"), Namespace(), lambda: NOW)
        server = running_server(context.settings, context.secrets)
        found = list(of_content(stage.settings, NOW, server))
        good = any(one.kind == "ok" and release in str(one.message) for one in found)
        wrong = [str(one.message) for one in found if one.kind == "wrong"]
        assert good is not bool(wrong)
        releases.show(context)
        listed = len(Releases(stage.data).list(Releases(stage.data).state()))
        said = capsys.readouterr().out.splitlines()[listed:]
        told = [row for row in said if not row.startswith("Last check for a new pack ")]
        assert not problem or (str(problem) in wrong and str(problem) in told)
        return problem is None, good, not told

    return judged


@pytest.mark.parametrize(
    "active",
    [None, b"", b"\x00\xff", b"zzz\n", b"0123456789ab\n"],
    ids=["deleted", "empty", "garbage", "no release", "gone"],
)
def test_a_release_that_is_shown_and_that_active_does_not_name_is_wrong_in_every_status(
    stage: Stage, active: bytes | None, are_right: Callable[[], tuple[bool, bool, bool]]
) -> None:
    file = stage.data / "ACTIVE"
    assert are_right() == (True, True, True)
    for name in ("STATE", "STATE.copy"):
        (stage.data / name).unlink()
    file.unlink() if active is None else file.write_bytes(active)
    assert are_right() == (False, False, False)
    assert stage.served.pack == ONE
    stage.activate(ONE)
    assert are_right() == (True, True, True)


@pytest.mark.parametrize("is_shown", [False, True], ids=["at the start", "later"])
def test_a_verification_that_failed_is_wrong_in_every_status(
    stage: Stage, is_shown: bool, are_right: Callable[[], tuple[bool, bool, bool]]
) -> None:
    """`doctor` and `releases` called a release whole and active that was not shown."""
    if is_shown:
        assert are_right() == (True, True, True)
    stage.fails = True
    file = stage.data / "releases" / ONE.version[:12] / "core.json"
    file.write_bytes(file.read_bytes())  # so that there is something to verify, also later
    assert are_right() == (False, False, False)
    assert (stage.served.origin == "release") is is_shown
    stage.fails = False
    stage.seconds += RETRY_SECONDS[0]
    assert are_right() == (True, True, True)


@pytest.mark.parametrize("keep_name", [True, False])
def test_a_release_edited_under_a_running_server_is_wrong_in_every_status(
    stage: Stage, keep_name: bool, are_right: Callable[[], tuple[bool, bool, bool]]
) -> None:
    """Of one that kept its name the server noticed nothing, and `releases` called it active."""
    assert are_right() == (True, True, True)
    stage.edit(EDITED, keep_name=keep_name)
    with Releases(stage.data).lock():  # so that it cannot be set aside
        assert are_right() == (False, False, False)
        assert stage.served.pack.name != "edited"
    stage.activate(ONE)
    stage.served.look()
    Releases(stage.data).change(
        lambda state: replace_struct(state, refusal=None)
    )  # as a refresh does
    assert are_right() == (True, True, True)


def test_while_the_server_starts_doctor_only_notes_that_nothing_is_verified_yet(
    stage: Stage,
) -> None:
    found = list(of_content(stage.settings, NOW, stage.served.detail()))
    assert str(STARTING) in [str(one.message) for one in found if one.kind == "note"]
    assert "wrong" not in {one.kind for one in found}


@pytest.mark.parametrize("origin", ["release", "shipped"])
def test_a_topic_that_the_settings_switch_off_is_not_served_from_a_release_or_the_shipped_pack(
    tmp_path: Path, origin: str
) -> None:
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_CONTENT__PACK": str(PACK),
        "PORCHLIGHT_SMS__TOPICS_OFF": '["health"]',
    }
    stage = Stage(load(environ))
    if origin == "release":
        stage.activate(pack())
    stage.served.look()
    if origin == "shipped":
        stage.served.take_shipped()
    assert stage.served.origin == origin
    assert "health" not in {topic.id for topic in stage.served.pack.topics}


def test_a_verification_that_was_killed_changes_nothing_and_is_tried_again_later_each_time(
    stage: Stage,
) -> None:
    stage.served.look()
    stage.fails = True
    (stage.data / "releases" / ONE.version[:12]).rename(stage.data / "aside")
    first, most = RETRY_SECONDS
    for turn in range(12):
        assert not stage.served.look()
        assert stage.verified == 2 + turn
        assert "could not be verified" in str(stage.served.problem())
        assert stage.served.pack == ONE
        assert not stage.served.look()  # at once: no use
        stage.seconds += min(first * 2**turn, most)
    stage.fails = False
    (stage.data / "aside").rename(stage.data / "releases" / ONE.version[:12])
    stage.served.look()
    assert (stage.served.pack, stage.served.problem()) == (ONE, None)


def test_where_the_first_verification_fails_nothing_is_shown_from_the_disk(stage: Stage) -> None:
    stage.fails = True
    stage.served.look()
    assert (stage.served.origin, stage.served.wants_shipped()) == ("built-in", False)


@pytest.mark.parametrize("keep_name", [True, False])
def test_what_is_edited_at_rest_is_set_aside(stage: Stage, keep_name: bool) -> None:
    stage.edit(EDITED, keep_name=keep_name)
    stage.served.look()
    assert stage.served.pack != EDITED
    assert stage.served.wants_shipped()
    stage.served.take_shipped()
    assert (stage.served.origin, stage.served.pack) == ("shipped", ONE)


def test_a_line_that_the_desk_takes_out_is_gone_at_the_next_look(stage: Stage) -> None:
    stage.served.look()
    assert not stage.served.look()
    Releases(stage.data).change(lambda state: state.take_out("trevor", now=NOW))
    assert stage.served.look()
    Releases(stage.data).change(lambda state: state.put_back("trevor"))
    assert stage.served.look()
    assert not stage.served.look()


def hide_a_line(stage: Stage) -> None:
    Releases(stage.data).change(lambda state: state.hide(["trevor"], now=NOW))


def unhide(stage: Stage) -> None:
    Releases(stage.data).change(lambda state: replace_struct(state, withdrawn=()))


@pytest.mark.parametrize("news", [hide_a_line, unhide])
@pytest.mark.parametrize("keep_name", [True, False])
def test_what_is_edited_under_a_running_server_is_never_taken_up(
    stage: Stage, news: Callable[[Stage], None], keep_name: bool
) -> None:
    """The file of hidden lines makes the server read the release again."""
    Releases(stage.data).change(lambda state: state.hide(["nobody"], now=NOW))
    stage.served.look()
    stage.edit(EDITED, keep_name=keep_name)
    news(stage)
    for _ in range(3):
        stage.served.look()
        assert stage.served.pack.name != "edited"
    assert stage.served.problem() or stage.served.origin == "built-in"


def test_what_is_edited_between_its_verification_and_its_reading_is_never_shown(
    stage: Stage,
) -> None:
    def then() -> None:
        if stage.verified == 1:
            stage.edit(EDITED, keep_name=True)

    stage.then = then
    for _ in range(3):
        stage.served.look()
        assert stage.served.pack.name != "edited"


@pytest.mark.parametrize("keep_name", [True, False])
def test_with_other_settings_what_was_verified_is_shown_on_and_an_edited_release_is_not(
    stage: Stage, keep_name: bool
) -> None:
    stage.served.look()
    stage.edit(EDITED, keep_name=keep_name)
    other = replace_struct(stage.settings, kiosk=Kiosk(school="Elm Street"))
    stage.served = stage.served.handed_on(other)
    assert (stage.served.origin, stage.served.pack, stage.verified) == ("release", ONE, 1)
    hide_a_line(stage)
    for _ in range(3):
        stage.served.look()
        assert stage.served.pack.name != "edited"


@pytest.mark.parametrize(
    "section",
    [
        {"content": Content(pack=PACK)},
        {"content": Content(pack=PACK, unsigned=True)},
        {"sms": Sms(topics_off=("health",))},
    ],
    ids=["another pack", "nothing signed", "without a topic"],
)
def test_settings_that_trust_or_show_another_pack_begin_with_nothing(
    stage: Stage, section: dict[str, Content | Sms]
) -> None:
    stage.served.look()
    handed = stage.served.handed_on(replace_struct(stage.settings, **section))
    assert (handed.origin, handed.problem()) == ("built-in", STARTING)


def test_a_verification_that_new_settings_ended_is_begun_anew_at_once(stage: Stage) -> None:
    stage.served.look()
    stage.fails = True
    stage.activate(TWO)
    stage.served.look()
    stage.fails = False
    stage.served = stage.served.handed_on(stage.settings)
    assert stage.served.pack == ONE
    stage.served.look()
    assert (stage.verified, stage.served.pack, stage.served.problem()) == (3, ONE, None)


def test_a_look_that_does_not_end_hands_nothing_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of what it found may be there."""
    monkeypatch.setattr(served, "END_SECONDS", 0.1)
    began, ended = threading.Event(), threading.Event()

    def hangs() -> None:
        began.set()
        ended.wait(30)

    stage.served.look()
    stage.activate(TWO)
    stage.hangs = hangs
    looking = threading.Thread(target=stage.served.look)
    looking.start()
    try:
        assert began.wait(30)
        meanwhile = stage.served.handed_on(stage.settings)
    finally:
        ended.set()
        looking.join()
    after = stage.served.handed_on(stage.settings)
    assert (meanwhile.origin, after.origin) == ("built-in", "release")


def test_a_release_that_was_activated_is_taken_once_it_was_verified(stage: Stage) -> None:
    stage.served.look()
    stage.activate(TWO)
    refused = f"Release {TWO.version[:12]} is active on the disk but not shown"
    assert str(stage.served.problem()).startswith(refused)
    stage.served.look()
    # Nobody signed it, and it is not what ships: set aside, with its reason.
    assert (stage.served.pack, stage.served.problem()) == (ONE, None)
    refusal = Releases(stage.data).state().refusal
    assert refusal is not None
    assert "it did not come with this version of the program" in refusal.problems[0]


def test_a_failed_verification_is_logged_as_a_warning_and_an_update_is_not(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    def warned() -> list[tuple[str, str]]:
        found = [one for one in caplog.records if one.levelname == "WARNING"]
        caplog.clear()
        return [(one.levelname, one.getMessage().split()[3]) for one in found]

    stage.served.look()
    assert warned() == []
    (stage.data / "releases" / ONE.version[:12] / "core.json").write_bytes(b"")
    stage.served.look()
    assert warned() == [("WARNING", ONE.version[:12])]
    stage.activate(ONE)
    built(TWO, stage.data.parent / "shipped")  # the program was updated, and ships another pack
    updated = Stage(stage.settings)
    updated.served.look()
    assert updated.served.origin == "built-in"
    assert ONE.version[:12] in caplog.text  # one that only calls itself shipped is told, too
    assert warned() == []


def test_a_damaged_release_is_not_shown_and_the_status_says_which(stage: Stage) -> None:
    stage.served.look()
    (stage.data / "releases" / ONE.version[:12] / "core.json").write_bytes(b"")
    assert Stage(stage.settings).served.look() is False
    other = Stage(stage.settings)
    other.served.look()
    assert other.served.origin == "built-in"
    assert "is active on the disk but not shown: it is damaged" in str(other.served.problem())


def test_a_pack_that_cannot_be_shown_from_the_disk_leaves_the_crisis_lines(stage: Stage) -> None:
    stage.served.look()
    (stage.data / "releases" / ONE.version[:12]).rename(stage.data / "gone")
    stage.served.look()
    assert stage.served.origin == "built-in"
    assert stage.served.wants_shipped()


# ---- The large directory. ----


@dataclass
class Shelf:
    """A folder of services that is there or not, and what verifying it says."""

    folder: Path
    is_right: bool | None = True
    verified: int = 0

    def put(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.write_bytes(b"services")

    def verify(self) -> bool | None:
        self.verified += 1
        return self.is_right


def test_the_model_of_a_pack_is_held_once_and_handed_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.served, "_shipped", lambda: replace(ONE, model=MODEL))
    stage.served.take_shipped()
    assert (stage.served.pack, stage.served.origin) == (ONE, "shipped")
    assert stage.served.learnt.model().examples == "abc"
    handed = stage.served.handed_on(stage.settings)
    assert handed.learnt.model() is stage.served.learnt.model()


def test_the_large_directory_is_searched_once_it_is_verified_and_no_pack_waits_for_it(
    stage: Stage,
) -> None:
    shelf = Shelf(index.path_in(stage.data))
    served = Served(
        stage.settings, clock=lambda: NOW, verify=stage._verify, verify_directory=shelf.verify
    )
    assert not served.look_at_directory()  # there is none
    shelf.put()
    assert served.look()
    assert (served.pack, served.directory, shelf.verified) == (ONE, False, 0)
    assert served.look_at_directory()
    assert served.directory
    assert not served.look_at_directory()
    assert shelf.verified == 1
    shelf.folder.write_bytes(b"edited, in place")
    assert served.directory_problem() == UNSEARCHED
    assert served.look_at_directory()
    assert (shelf.verified, served.directory_problem()) == (2, None)
    shelf.folder.unlink()
    assert served.look_at_directory()
    assert not served.directory


def test_a_large_directory_that_nobody_signed_is_not_searched_and_not_asked_about_again(
    stage: Stage,
) -> None:
    shelf = Shelf(index.path_in(stage.data), is_right=False)
    served = Served(
        stage.settings, clock=lambda: NOW, verify=stage._verify, verify_directory=shelf.verify
    )
    shelf.put()
    assert not served.look_at_directory()
    assert not served.look_at_directory()
    assert (served.directory, shelf.verified) == (False, 1)
    assert served.directory_problem() == UNSEARCHED


def test_a_verification_of_the_large_directory_that_was_killed_is_tried_again_later(
    stage: Stage,
) -> None:
    """It was searched again after the next start, or the next change, and not before."""
    shelf = Shelf(index.path_in(stage.data), is_right=None)
    served = Served(
        stage.settings,
        clock=lambda: NOW,
        steady=lambda: stage.seconds,
        verify=stage._verify,
        verify_directory=shelf.verify,
    )
    shelf.put()
    first, most = RETRY_SECONDS
    for turn in range(12):
        for _ in range(3):
            assert not served.look_at_directory()
        assert shelf.verified == 1 + turn
        assert "could not be verified" in str(served.directory_problem())
        stage.seconds += min(first * 2**turn, most)
    shelf.is_right = True
    assert served.look_at_directory()
    assert (served.directory, served.directory_problem()) == (True, None)
