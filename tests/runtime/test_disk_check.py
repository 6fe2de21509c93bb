"""What is on the disk, held against the pack that ships: without judging it by every rule again."""

import hashlib
import shutil
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli import releases, verify
from cli.command import Context
from content.model import built_pack
from content.releases.admit import admit
from content.releases.approval import refuse
from content.releases.candidate import Candidate
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.releases.state import DISK
from content.review.provenance import Provenance
from messages.message import verbatim
from runtime import disk_check
from runtime.refresh import again, refresh
from settings.load import Secrets, load
from settings.schema import Settings
from tests.content.candidates import NOW, ONE, TWO, UNSIGNED, built, render
from tests.content.releases.test_hold import with_crisis_number
from tests.content.reviewed import FIRST_NUMBER, NEW_NUMBER, line, small
from tests.runtime.health.looked import of_content
from tests.shipped import PACK, pack

FILE = "resources/211.toml"


def shipped_release(data: Path, folder: Path) -> Path:
    """The shipped pack as the active release of ``data``; its folder."""
    machine = Machine(releases=Releases(data), checks=(), prepare=render, now=NOW)
    admit(Candidate(built(pack(), folder), Provenance(origin="shipped")), machine)
    return data / "releases" / Releases(data).state().active


@pytest.mark.parametrize(
    ("old", "new", "served"),
    [
        ("", "", True),
        ('"211 line"', '"211 helpline"', False),
        # What was served before an author's mistake stays: rules are asked where packs differ.
        ('urgency = "info"', 'urgency = "soon"', True),
    ],
    ids=["as it ships", "edited", "with an error"],
)
def test_a_release_of_the_shipped_pack_is_served_until_the_installation_ships_another(
    tmp_path: Path, old: str, new: str, *, served: bool
) -> None:
    source = Path(shutil.copytree(PACK, tmp_path / "source"))
    text = (source / FILE).read_text("utf-8")
    assert old in text
    (source / FILE).write_text(text.replace(old, new), "utf-8")
    data = tmp_path / "data"
    shipped_release(data, tmp_path / "built")
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_CONTENT__PACK": str(source),
    }
    found = disk_check.set_aside(load(environ), NOW)
    assert bool(found.right) is served
    assert bool(found.refused) is not served


def _is_another(release: Path) -> None:
    """Every hash fits, and nobody made it."""
    pack_file = next(path for path in release.rglob("*.json") if b"211 " in path.read_bytes())
    data = pack_file.read_bytes().replace(b"211 ", b"212 ", 1)
    before = hashlib.sha256(pack_file.read_bytes()).hexdigest().encode()
    pack_file.write_bytes(data)
    manifest, record = release / built_pack.MANIFEST, release / "release.json"
    version = hashlib.sha256(manifest.read_bytes()).hexdigest().encode()
    new = manifest.read_bytes().replace(before, hashlib.sha256(data).hexdigest().encode())
    manifest.write_bytes(new)
    new_version = hashlib.sha256(new).hexdigest().encode()
    record.write_bytes(record.read_bytes().replace(version, new_version))


def _damaged(release: Path) -> None:
    (release / built_pack.MANIFEST).write_bytes(b"{}")


def _gone(release: Path) -> None:
    shutil.rmtree(release)


@pytest.mark.parametrize(
    ("edit", "why", "cure"),
    [
        (_is_another, "its name does not match", "`verify`"),
        (_damaged, "it is damaged", "`refresh`"),
        (_gone, "it is damaged", "`refresh`"),
    ],
)
def test_doctor_says_that_an_edited_release_is_wrong(
    tmp_path: Path, edit: Callable[[Path], None], why: str, cure: str
) -> None:
    """Also under a running server, which goes on to show what it verified."""
    data = tmp_path / "data"
    release = shipped_release(data, tmp_path / "built")
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(data)})

    def said() -> list[tuple[str, str]]:
        found = of_content(settings, NOW, {})
        return [(one.kind, str(one.message)) for one in found if "Release" in str(one.message)]

    assert said() == [("ok", f"Release {release.name} is complete and has been active for 0 days.")]
    edit(release)
    (first,) = said()
    assert first[0] == "wrong"
    assert first[1].startswith(f"Release {release.name} must not be shown: {why}")
    assert f"Run {cure}" in first[1]


@pytest.mark.parametrize("file", ["core.json", "sms.json", "manifest.json", "lang/en.json"])
@pytest.mark.parametrize("what", [None, "packs"])
def test_verify_names_the_active_release_of_which_one_byte_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, what: str | None
) -> None:
    release = shipped_release(tmp_path / "data", tmp_path / "built")
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data")})
    context = Context(settings, Secrets(), Namespace(only=what, first=False), lambda: NOW)
    assert verify.run(context) == 0
    assert release.name not in capsys.readouterr().out or what
    with (release / file).open("r+b") as edited:
        edited.seek(40)
        byte = edited.read(1)
        edited.seek(40)
        edited.write(bytes([byte[0] ^ 1]))
    assert verify.run(context) == 1
    said = capsys.readouterr().out
    assert release.name in said
    assert "it is damaged" in said
    assert what or "Run `refresh`" in said
    if file != "manifest.json":  # of which any byte may stand for another file
        assert f"{file} has changed since the pack was built" in said


def _others(data: Path, folder: Path) -> Machine:
    """ONE and then TWO taken from an author's folder, TWO active and damaged."""
    machine = Machine(releases=Releases(data), checks=(), prepare=render, now=NOW)
    for one in (ONE, TWO):
        taken = admit(Candidate(built(one, folder / one.version[:12]), UNSIGNED), machine)
        assert taken.state == "active"
    (data / "releases" / TWO.version[:12] / "core.json").write_bytes(b"{}")
    return machine


def _held(machine: Machine, folder: Path) -> None:
    offered = with_crisis_number(ONE, "+19164452000")
    assert admit(Candidate(built(offered, folder / "new"), UNSIGNED), machine).state == "held"


def _refused_by_a_rule(machine: Machine, folder: Path) -> None:
    (folder / "new").mkdir(parents=True)
    assert admit(Candidate(folder / "new", UNSIGNED), machine).state == "refused"


def _refused_by_hand(machine: Machine, folder: Path) -> None:
    _held(machine, folder)
    refuse(machine.releases.root.joinpath("HELD").read_text().strip(), machine)
    assert admit(Candidate(folder / "new", UNSIGNED), machine).state == "unchanged"


@pytest.mark.parametrize("offered", [_held, _refused_by_a_rule, _refused_by_hand])
def test_what_no_refresh_replaces_is_ended_by_the_rollback_that_doctor_and_releases_name(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    offered: Callable[[Machine, Path], None],
) -> None:
    data, active = tmp_path / "data", TWO.version[:12]
    machine = _others(data, tmp_path)
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_CONTENT__UNSIGNED": "true",
    }
    settings = load(environ)
    context = Context(settings, Secrets(), Namespace(only=None, first=False), lambda: NOW)

    def said() -> list[str]:
        """Both doctor's sentences on the active release and those of `releases`."""
        found = [
            str(one.message) for one in of_content(settings, NOW, {}) if active in str(one.message)
        ]
        releases.show(context)
        return [*found, capsys.readouterr().out]

    assert all("Run `refresh`" in one and "`rollback`" not in one for one in said())
    offered(machine, tmp_path)
    for one in said():
        assert "`refresh` cannot fix that" in one
        assert f"`rollback`. It makes release {ONE.version[:12]}, which" in one
    assert releases.rollback(context) == 0
    assert Releases(data).state().active == ONE.version[:12]
    assert Releases(data).unnamed(Releases(data).state()) is None
    assert (
        verify.run(Context(settings, Secrets(), Namespace(only=None, first=False), lambda: NOW))
        == 0
    )


def test_a_rollback_serves_what_is_shown_also_where_no_release_before_it_is_named(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    _others(data, tmp_path)
    for name in ("PREVIOUS", "STATE", "STATE.copy"):
        (data / name).unlink()
    assert Releases(data).earlier(Releases(data).state()).id == ONE.version[:12]


def test_an_author_s_first_pack_on_a_new_machine_waits_for_a_yes_to_another_crisis_number(
    tmp_path: Path,
) -> None:
    ships, offered = (
        small(line(number, urgency="crisis")) for number in (FIRST_NUMBER, NEW_NUMBER)
    )
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
        "PORCHLIGHT_CONTENT__PACK": str(built(ships, tmp_path / "ships")),
        "PORCHLIGHT_CONTENT__SOURCE": str(built(offered, tmp_path / "offered")),
        "PORCHLIGHT_CONTENT__UNSIGNED": "true",
    }
    assert refresh(load(environ), NOW).state == "held"


def test_after_an_update_of_the_program_doctor_calls_the_new_pack_right(tmp_path: Path) -> None:
    data = tmp_path / "data"
    older = admit(
        Candidate(built(ONE, tmp_path / "one"), Provenance(origin="shipped")),
        Machine(releases=Releases(data), checks=(), prepare=render, now=NOW),
    )
    environ = {
        "PORCHLIGHT_SERVER__DATA_DIR": str(data),
        "PORCHLIGHT_CONTENT__PACK": str(built(TWO, tmp_path / "two")),
    }
    settings, later = load(environ), NOW + timedelta(minutes=1)
    found = disk_check.verified(settings, NOW)
    assert set(found.refused) == {older.release_id}
    assert again(settings, later).state == "active"
    assert _wrong(settings, later) == []
    refusal = Releases(data).state().refusal
    assert refusal is not None  # or who planted a release that calls itself shipped went unseen
    assert older.release_id in refusal.problems[0]


def test_a_refused_pack_older_than_what_is_shown_is_no_fault_and_a_newer_one_is(
    tmp_path: Path,
) -> None:
    data, hour = tmp_path / "data", timedelta(hours=1)
    shipped_release(data, tmp_path / "built")
    settings = load({"PORCHLIGHT_SERVER__DATA_DIR": str(data)})
    wrong = [verbatim("It is wrong.")]
    address = "https://example.org"
    Releases(data).change(lambda state: state.refused(address, wrong, now=NOW - hour))
    assert _wrong(settings, NOW) == []
    Releases(data).change(lambda state: state.refused(address, wrong, now=NOW + hour))
    assert _wrong(settings, NOW) == [
        "The last new pack was refused, and the old pack stays in use: It is wrong."
    ]
    # A failed verification on the disk stays told, whichever pack became active since.
    doubt = [verbatim("It is not served.")]
    Releases(data).change(lambda state: state.refused(DISK, doubt, now=NOW - hour))
    assert _wrong(settings, NOW) == ["It is not served."]


def _wrong(settings: Settings, now: datetime) -> list[str]:
    return [str(one.message) for one in of_content(settings, now, {}) if one.kind == "wrong"]
