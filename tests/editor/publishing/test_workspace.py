"""The publisher's steps, by people with keys of their own; a real TUF client says what was
published."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import ExpiredMetadataError

from content.model import built_pack
from editor.publishing import keys as publish_keys
from editor.publishing import staged_step
from editor.publishing.metadata import PublishError
from editor.publishing.release import prepare
from editor.publishing.roles import prepare_keys, prepare_renewal
from editor.publishing.workspace import Workspace
from tests.content.candidates import ONE, TWO
from tests.content.office import ALL, WORDS, Office, passphrase
from tests.content.publisher import NOW

CORE_ONE, CORE_TWO = built_pack.build(ONE)["core.json"], built_pack.build(TWO)["core.json"]


def test_each_holder_gets_their_own_keys_and_none_lies_in_the_workspace(office: Office) -> None:
    made: dict[str, set[str]] = {}
    for path in (office.folder / "keys").rglob("*.key"):
        holder = path.parent.relative_to(office.folder / "keys").as_posix()
        made.setdefault(holder, set()).add(path.stem)

    assert made == {
        "root-keys/first-holder": {"root-1"},
        "root-keys/second-holder": {"root-2"},
        "root-keys/third-holder": {"root-3"},
        "first-editor": {"editor-1"},
        "second-editor": {"editor-2"},
        "server": {"snapshot-1", "timestamp-1"},
    }
    assert not [path for path in office.repository.rglob("*") if path.suffix in (".key", ".pub")]


def test_both_editors_and_the_server_together_cannot_say_whose_keys_count(office: Office) -> None:
    office.release(ONE)
    workspace = office.workspace("first-editor", "second-editor", "server")
    before = workspace.published()
    step = prepare_keys(before, "targets", add=office.fresh("mine"), remove="editor-2", now=NOW)

    assert not workspace.advance(before, step)
    assert "root: 0 of 2 signatures" in office.said[-2]
    assert workspace.published().root.signed.version == 1


def test_a_folder_of_an_earlier_version_signs_on_and_is_told_to_part_with_its_root_key(
    office: Office,
) -> None:
    """`init` once put a root key beside each editor's."""
    folder = office.folder / "keys" / "root-keys" / "first-holder"
    for file in folder.iterdir():
        file.rename(office.folder / "keys" / "first-editor" / file.name)

    assert office.release(ONE, "first-editor", "second-editor", "server")
    (said,) = [
        line
        for line in office.said
        if "contains a root key next to an editor's key. Move the root key to a separate stick in a safe. You need it only once a year and when keys change"
        in line
    ]
    assert said.startswith(str(office.folder / "keys" / "first-editor"))
    workspace = office.workspace("first-editor", "root-keys", "server")
    assert workspace.advance(
        workspace.published(), prepare_renewal(workspace.published(), now=office.now)
    )


def test_a_new_repository_holds_for_the_days_of_each_role(office: Office) -> None:
    published = office.workspace().published()
    days = {
        role: (getattr(published, role).signed.expires - NOW).days
        for role in ("root", "targets", "snapshot", "timestamp")
    }

    assert days == {"root": 400, "targets": 180, "snapshot": 60, "timestamp": 30}


def test_init_over_a_repository_is_refused(office: Office) -> None:
    before = office.files()

    with pytest.raises(
        PublishError, match="already contains a repository, and `init` never replaces one"
    ):
        office.workspace(*ALL).init(office.folder / "other", {})
    assert office.files() == before
    assert not (office.folder / "other").exists()


def test_a_dry_init_makes_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    workspace = Workspace(
        folder=tmp_path / "repo",
        keys=[tmp_path / "k"],
        secret=passphrase,
        say=said.append,
        now=NOW,
        dry_run=True,
    )
    workspace.init(tmp_path / "k", {})

    assert list(tmp_path.iterdir()) == []
    assert (
        f"This would make the encrypted keys root-1 in {tmp_path}/k/root-keys/first-holder"
        in said[0]
    )


@pytest.mark.slow
def test_people_on_four_machines_make_a_repository_together(tmp_path: Path) -> None:
    public = {
        role: [publish_keys.make(tmp_path / owner, name, WORDS).public for owner, name in keys]
        for role, keys in {
            "root": [("ann", "root-a"), ("bob", "root-b"), ("eve", "root-e")],
            "targets": [("ann", "editor-a"), ("bob", "editor-b")],
        }.items()
    }
    said: list[str] = []

    def workspace(*owners: str) -> Workspace:
        mine = [tmp_path / owner for owner in owners]
        return Workspace(
            folder=tmp_path / "repo", keys=mine, secret=passphrase, say=said.append, now=NOW
        )

    assert not workspace("ann").init(tmp_path / "ann" / "more", public)
    assert not (tmp_path / "repo" / "site").exists()
    (tmp_path / "ann" / "more" / "server").rename(tmp_path / "server")
    assert not workspace("ann").sign()
    assert not workspace("bob").sign()
    assert workspace("server").sign()
    assert workspace().published().root.signed.version == 1


def test_a_role_with_too_few_keys_is_refused(tmp_path: Path, office: Office) -> None:
    key = publish_keys.make(tmp_path, "editor-9", WORDS).public
    shutil.rmtree(office.repository)

    with pytest.raises(PublishError, match="targets takes 2 keys, and 1 were given"):
        office.workspace().init(tmp_path / "k", {"targets": [key]})


def test_a_release_needs_two_people(office: Office) -> None:
    kiosk = office.reader()
    site = {name: data for name, data in office.files().items() if name.startswith("site/")}

    assert not office.release(ONE, "first-editor", "server")
    assert "targets: 1 of 2 signatures; still to sign: editor-2." in office.said[-2]
    assert "Send the folder" in office.said[-1]
    assert {name: data for name, data in office.files().items() if name.startswith("site/")} == site
    assert not office.workspace("first-editor", "server").sign(), (
        "the same person twice is one person"
    )

    assert office.workspace("second-editor", "server").sign()
    assert kiosk.fetch("state/core.json", NOW) == CORE_ONE
    assert not (office.repository / "staged").exists()


def test_the_staged_folder_travels_to_a_second_copy_of_the_repository(
    office: Office, tmp_path: Path
) -> None:
    office.release(ONE)
    shutil.copytree(office.repository / "site", tmp_path / "copy" / "site")
    office.release(TWO, "first-editor")
    (office.repository / "staged").rename(tmp_path / "stick")
    second = replace(
        office.workspace("second-editor"), folder=tmp_path / "copy", waiting=tmp_path / "stick"
    )

    assert not second.sign()
    assert "the holder of snapshot-1" in office.said[-2]
    (tmp_path / "stick").rename(office.repository / "staged")
    assert office.workspace("server").sign()
    assert office.reader().fetch("state/core.json", NOW) == CORE_TWO


def test_whoever_signs_second_is_told_everything_that_differs(office: Office) -> None:
    office.release(ONE)
    line = next(one for one in ONE.resources if one.id == "ctl")
    moved = replace(line, channels=(replace(line.channels[0], number="741742"), *line.channels[1:]))
    changed = replace(ONE, resources=tuple(moved if one is line else one for one in ONE.resources))
    office.release(changed, "first-editor", reasons={("ctl", "sms.1"): "Their page says so."})
    _, lines = office.workspace("second-editor").waits()

    assert "  ctl sms.1: 741741 becomes 741742, because: Their page says so." in list(lines)


def test_a_second_step_waits_for_the_first(office: Office) -> None:
    office.release(ONE, "first-editor")

    with pytest.raises(PublishError, match=r"waits in .*staged\. Sign it"):
        office.release(TWO, "first-editor")


def test_a_step_that_was_overtaken_is_refused(office: Office) -> None:
    office.release(ONE, "first-editor")
    (office.repository / "staged").rename(office.repository / "old")
    office.release(TWO)
    with pytest.raises(PublishError, match="because someone published something since"):
        office.workspace("second-editor", waiting=office.repository / "old").sign()

    assert office.reader().fetch("state/core.json", NOW) == CORE_TWO


def test_a_step_that_waits_can_be_thrown_away_and_a_dry_run_keeps_it(office: Office) -> None:
    office.release(ONE, "first-editor")
    kept = office.files()
    office.workspace(dry_run=True).discard()
    assert office.files() == kept

    office.workspace().discard()
    assert not (office.repository / "staged").exists()


@pytest.mark.parametrize(
    "file", ["targets/state/core.json", "metadata/2.targets.json", "staged.json"]
)
def test_a_step_that_was_changed_on_its_way_is_refused(office: Office, file: str) -> None:
    office.release(ONE, "first-editor")
    path = office.repository / "staged" / file
    path.write_bytes(path.read_bytes().replace(b"1", b"7", 1))

    with pytest.raises(PublishError):
        assert not office.workspace("second-editor", "server").sign(), (
            "a changed document carries one signature less"
        )
        raise PublishError("publish.no-root")
    assert office.workspace().published().targets.signed.version == 1


@pytest.mark.parametrize("what", ["link", "large", "role", "many"])
def test_a_step_from_a_stranger_is_read_with_care(
    office: Office, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.release(ONE, "first-editor")
    folder = office.repository / "staged"
    if what == "link":
        (folder / "targets" / "state" / "extra.json").symlink_to("/etc/passwd")
    elif what == "large":
        monkeypatch.setattr(staged_step, "MAX_FILE", 10)
    elif what == "role":
        record = folder / "staged.json"
        record.write_text(
            record.read_text("utf-8").replace('"targets"', '"../../targets"'), "utf-8"
        )
    else:
        monkeypatch.setattr(staged_step, "MOST_FILES", 2)

    with pytest.raises(PublishError, match=r"regular file|invalid role|cannot be a step"):
        office.workspace("second-editor", "server").sign()


def test_a_file_that_no_document_lists_is_not_laid_out(office: Office) -> None:
    office.release(ONE, "first-editor")
    (office.repository / "staged" / "targets" / "state" / "page.html").write_text("<html>", "utf-8")
    office.workspace("second-editor", "server").sign()

    assert not list(office.site.rglob("*.html"))


def test_a_site_that_was_changed_is_not_built_upon(office: Office) -> None:
    office.release(ONE)
    path = office.site / "metadata" / "2.targets.json"
    path.write_bytes(
        path.read_bytes().replace(b"180", b"181").replace(b'"threshold": 2', b'"threshold": 1')
    )

    with pytest.raises(PublishError, match="was changed by someone without the keys"):
        office.release(TWO)


def test_a_dry_run_signs_and_writes_nothing(office: Office) -> None:
    before = office.files()

    assert office.release(ONE, dry_run=True)
    assert office.files() == before
    assert office.said[-1] == "Nothing was signed or written."


def cut_off(office: Office, spare: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server signs, and the disk refuses at the first write, at the second, and so on until it
    gets through: how many were done, each time, with a disk that takes everything again."""
    shutil.copytree(office.repository, spare)
    real = Path.replace
    for writes in range(60):
        shutil.rmtree(office.repository)
        shutil.copytree(spare, office.repository)
        left = iter(range(writes))

        def full(path: Path, target: Path, left: Iterator[int] = left) -> Path:
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            return real(path, target)

        monkeypatch.setattr(Path, "replace", full)
        with suppress(OSError):
            assert office.workspace("server").sign()
            return
        monkeypatch.setattr(Path, "replace", real)
        yield writes


def test_the_disk_refuses_at_any_write_and_the_last_release_stays_whole(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.release(ONE)
    office.release(TWO, "first-editor", "second-editor")
    done = []
    for writes in cut_off(office, tmp_path / "before", monkeypatch):
        assert office.reader(f"kiosk {writes}").fetch("state/core.json", NOW) == CORE_ONE
        assert office.workspace("server").sign(), "the same step again completes what was begun"
        assert office.reader(f"later {writes}").fetch("state/core.json", NOW) == CORE_TWO
        done.append(writes)
    assert len(done) > 4, "files, targets, snapshot and timestamp are written one by one"


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_a_new_key_that_was_laid_out_in_part_is_completed(
    office: Office, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.release(ONE)
    new = office.fresh(f"{role}-9", "server")
    old = {"root": "root-1", "targets": "editor-1"}.get(role, f"{role}-1")
    workspace = office.workspace("root-keys", "first-editor", "second-editor")
    workspace.advance(
        workspace.published(),
        prepare_keys(workspace.published(), role, add=new, remove=old, now=NOW),
    )
    trust, done = (office.site / "metadata" / "1.root.json").read_bytes(), []
    for writes in cut_off(office, tmp_path / "before", monkeypatch):
        assert office.workspace("server").sign(), "the same step again completes what was begun"
        later = office.reader(f"later {writes}")
        assert later.root == trust
        assert later.fetch("state/core.json", NOW) == CORE_ONE
        assert later.refresh(NOW)._trusted_set.root.version == 2
        done.append(writes)
    assert len(done) >= 2, "a root and a timestamp at least"


def test_two_steps_at_once_do_not_give_one_version_to_two_files(office: Office) -> None:
    office.release(ONE, "first-editor", "second-editor")
    workspace = office.workspace("server")
    before = workspace.published()
    with (
        workspace._alone(before),
        pytest.raises(PublishError, match="Another step is being signed"),
    ):
        workspace.touch()

    assert workspace.touch()
    with (
        pytest.raises(PublishError, match="was just changed by another command"),
        workspace._alone(before),
    ):
        pass
    assert workspace.sign()
    assert office.reader().fetch("state/core.json", NOW) == CORE_ONE


def test_touch_holds_for_thirty_days_more_and_leaves_the_rest(office: Office) -> None:
    office.release(ONE)
    kiosk = office.reader()
    office.now += timedelta(days=29)
    assert office.workspace("server").touch()
    office.now += timedelta(days=29)

    assert kiosk.fetch("state/core.json", office.now) == CORE_ONE
    assert office.workspace().published().snapshot.signed.version == 2
    assert (
        any("snapshot expires" in line and line.startswith("NOW: ") for line in office.said)
        is False
    )


def test_touch_signs_the_snapshot_when_its_end_is_near(office: Office) -> None:
    office.release(ONE)
    office.now += timedelta(days=45)
    office.workspace("server").touch()

    assert (office.workspace().published().snapshot.signed.expires - office.now).days == 60


def test_touch_without_the_snapshots_key_says_who_must_act(office: Office) -> None:
    (office.folder / "keys" / "server" / "snapshot-1.key").unlink()
    office.now += timedelta(days=45)

    assert office.workspace("server").touch()
    assert any(line.startswith("NOW: snapshot expires") for line in office.said)


def test_touch_without_its_key_changes_nothing(office: Office) -> None:
    before = office.files()

    assert not office.workspace("first-editor").touch()
    assert office.files() == before


def test_after_thirty_one_days_without_touch_kiosks_take_nothing_until_it_runs_again(
    office: Office,
) -> None:
    office.release(ONE)
    kiosk = office.reader()
    office.now += timedelta(days=31)
    with pytest.raises(ExpiredMetadataError):
        kiosk.refresh(office.now)

    office.workspace("server").touch()
    assert kiosk.fetch("state/core.json", office.now) == CORE_ONE


@pytest.mark.parametrize("days", [-1, 401])
def test_a_wrong_clock_is_never_signed(office: Office, days: int) -> None:
    before = office.files()
    office.now += timedelta(days=days)

    with pytest.raises(PublishError, match="Set the clock right"):
        office.workspace("server").touch()
    assert office.files() == before


def test_a_publisher_that_slept_for_two_years_wakes_and_kiosks_follow(office: Office) -> None:
    office.release(ONE)
    kiosk = office.reader()
    kiosk.refresh(NOW)
    office.now += timedelta(days=730)
    workspace = replace(office.workspace(*ALL), sure_of_clock=True)
    assert workspace.advance(
        workspace.published(), prepare_renewal(workspace.published(), now=office.now)
    )
    office.release(TWO)
    assert office.workspace("server").touch()

    assert kiosk.fetch("state/core.json", office.now) == CORE_TWO


def test_the_root_is_renewed_by_two_of_its_holders(office: Office) -> None:
    office.release(ONE)
    kiosk = office.reader()
    workspace = office.workspace("root-keys/third-holder")
    assert not workspace.advance(
        workspace.published(), prepare_renewal(workspace.published(), now=office.now)
    )
    assert office.workspace("root-keys/second-holder", "server").sign()

    assert kiosk.refresh(NOW)._trusted_set.root.version == 2


def test_signing_again_without_a_change_renews_targets(office: Office) -> None:
    office.release(ONE)
    office.now += timedelta(days=100)
    office.release(ONE)

    assert (office.workspace().published().targets.signed.expires - office.now).days == 180
    assert (
        office.workspace().published().delegated["directory"].signed.expires - office.now
    ).days == 180


def test_a_directory_is_signed_by_both_editors_beside_the_pack(office: Office) -> None:
    workspace = office.workspace(*ALL)
    before = workspace.published()
    step = prepare(before, workspace.site, ONE, {}, directory={"06001.json": b"[]"}, now=NOW)
    assert workspace.advance(before, step)
    office.release(TWO)

    kiosk = office.reader()
    assert kiosk.fetch("directory/06001.json", NOW) == b"[]"
    assert kiosk.fetch("state/core.json", NOW) == CORE_TWO


def test_the_status_says_who_holds_what_and_what_waits(office: Office) -> None:
    office.release(ONE, "first-editor")
    office.said.clear()
    office.workspace().status()

    assert "root: 2 of root-1, root-2, root-3; valid until 2028-01-05" in office.said
    assert any(
        line.startswith("timestamp expires on 2026-12-31, in 30 days: the machine")
        for line in office.said
    )
    assert "targets: 1 of 2 signatures; still to sign: editor-2." in office.said


def test_a_signature_of_two_editors_on_one_machine_is_remarked_upon(office: Office) -> None:
    office.release(ONE)

    assert any(
        "Two editors' keys are on this machine. The second signature must come from a second person"
        in line
        for line in office.said
    )


def check_order(
    office: Office, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The files of the site in the order in which they became visible."""
    order: list[str] = []
    real = Path.replace

    def noted(path: Path, target: Path) -> Path:
        if office.site in target.parents:
            order.append(target.relative_to(office.site).as_posix())
        return real(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    act()
    monkeypatch.setattr(Path, "replace", real)
    return order


def test_targets_appear_first_and_the_timestamp_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = check_order(office, lambda: office.release(ONE), monkeypatch)
    kinds = ["targets" if name.startswith("targets/") else name.partition("/")[2] for name in order]

    assert kinds == ["targets"] * (len(kinds) - 3) + [
        "2.targets.json",
        "2.snapshot.json",
        "timestamp.json",
    ]
