"""A release: each changed number with its reason, and the reasons of all releases before."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from content.directory.model import AreaServed, Shard, ShardList, encode_index, shard_name
from content.model.pack import Pack
from content.review.number_changes import Change, reason
from editor.publishing.metadata import PublishError
from editor.publishing.release import (
    changed,
    explain,
    prepare,
    read_directory,
    reasons,
    recalled,
)
from tests.content.candidates import ONE, TWO
from tests.content.office import ALL, Office

LINE = ONE.resource("ctl")


def texting(number: str, **other: object) -> Pack:
    """The pinned set, where the Crisis Text Line has another number to text."""
    channels = (replace(LINE.channels[0], number=number), *LINE.channels[1:])
    moved = replace(LINE, channels=channels, **other)  # type: ignore[arg-type]
    return replace(ONE, resources=tuple(moved if one is LINE else one for one in ONE.resources))


def test_a_changed_number_without_a_reason_is_refused_and_says_which(office: Office) -> None:
    office.release(ONE)
    before = office.files()

    with pytest.raises(PublishError) as refused:
        office.release(texting("741742"))
    said = 'ctl sms.1: 741741 becomes 741742. Say why with --note "ctl sms.1=reason"'
    assert str(refused.value) == said
    assert office.files() == before


def test_every_unexplained_change_is_named_at_once() -> None:
    changes = [
        Change(resource="a", key="voice.1", old="1", new="2"),
        Change(resource="b", key="sms.1", old="", new="3"),
    ]

    with pytest.raises(PublishError) as refused:
        explain(changes, {("a", "voice.1"): "   "})
    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["a voice.1", "b sms.1"]
    assert "nothing becomes 3" in lines[1]


def test_a_reason_for_what_did_not_change_is_a_slip_of_the_pen() -> None:
    with pytest.raises(PublishError, match=r"reason for ctl sms\.2, which did not change"):
        explain((), {("ctl", "sms.2"): "It moved."})


def test_a_reason_travels_with_the_release(office: Office) -> None:
    office.release(ONE)
    new = texting("741742")
    office.release(new, reasons={("ctl", "sms.1"): "Their page says so."})

    assert [note.reason for note in office.notes()] == ["Their page says so."]
    assert all(reason(change, office.notes()) for change in changed(ONE, new))


def test_a_kiosk_that_was_dark_over_three_releases_finds_every_reason(office: Office) -> None:
    office.release(ONE)
    office.release(texting("741742"), reasons={("ctl", "sms.1"): "It moved."})
    office.release(texting("741743"), reasons={("ctl", "sms.1"): "It moved again."})
    office.release(replace(texting("741743"), name="three"))

    for before in (ONE, texting("741742")):
        changes = changed(before, texting("741743"))
        assert all(reason(change, office.notes()) for change in changes)


def test_the_first_release_needs_no_reasons(office: Office) -> None:
    assert office.release(texting("741742"))
    assert office.notes() == ()


def test_a_withdrawn_entry_does_not_come_back_by_accident(office: Office) -> None:
    free = replace(
        ONE,
        resources=tuple(
            replace(one, pinned=False) if one.id == "ctl" else one for one in ONE.resources
        ),
    )
    office.release(free)
    office.release(recalled(free, "ctl"))

    with pytest.raises(PublishError, match=r"ctl status: withdrawn becomes live. Say why"):
        office.release(free)
    assert office.release(free, reasons={("ctl", "status"): "The line was called and answers."})


def test_another_pack_of_the_same_numbers_needs_no_reason(office: Office) -> None:
    office.release(ONE)
    assert office.release(TWO)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("988 voice.1=It moved.", {("988", "voice.1"): "It moved."}),
        ("988   voice.1 =  It moved: a = b. ", {("988", "voice.1"): "It moved: a = b."}),
        ("words:en want to die=A word moved.", {("words:en", "want to die"): "A word moved."}),
        ("# a remark", {}),
        ("", {}),
    ],
)
def test_a_note_names_the_change_and_the_reason(
    line: str, found: dict[tuple[str, str], str]
) -> None:
    assert reasons([line]) == found


@pytest.mark.parametrize("line", ["988", "988 voice.1", "988 voice.1=", "988=why", "=why"])
def test_a_note_that_is_none_says_its_line(line: str) -> None:
    with pytest.raises(PublishError, match=r'notes\.txt:2: ".*" is not a note; write'):
        reasons(["", line], source="notes.txt")


def directory(folder: Path, *bodies: bytes) -> Path:
    """A built directory, a shard for each body."""
    folder.mkdir(exist_ok=True)
    shards = []
    for number, body in enumerate(bodies):
        name = shard_name(number)
        (folder / name).write_bytes(body)
        shards.append(Shard(name=name, sha256=hashlib.sha256(body).hexdigest(), services=1))
    index = ShardList(
        format=1,
        name="211",
        source="x",
        date="2026-11-01",
        area=AreaServed(us=True),
        buckets=64,
        shards=tuple(shards),
    )
    (folder / "index.json").write_bytes(encode_index(index))
    return folder


def test_only_what_changed_of_a_directory_waits_for_signatures(
    office: Office, tmp_path: Path
) -> None:
    workspace = office.workspace(*ALL)
    for bodies in ((b"one", b"two"), (b"one", b"other")):
        before = workspace.published()
        shards = read_directory(directory(tmp_path / "d", *bodies))
        step = prepare(before, workspace.site, ONE, {}, directory=shards, now=office.now)
        assert workspace.advance(before, step)

    assert sorted(path for path in step.files if path.startswith("directory/")) == [
        "directory/001.ndjson",
        "directory/index.json",
    ]
    kiosk = office.reader()
    assert kiosk.fetch("directory/000.ndjson", office.now) == b"one"
    assert kiosk.fetch("directory/001.ndjson", office.now) == b"other"


def test_a_shard_that_is_not_the_one_that_was_built_is_refused(tmp_path: Path) -> None:
    folder = directory(tmp_path / "d", b"one")
    (folder / "000.ndjson").write_bytes(b"two")
    with pytest.raises(PublishError, match="has changed since it was built"):
        read_directory(folder)

    (folder / "000.ndjson").unlink()
    with pytest.raises(PublishError, match="does not contain a built directory"):
        read_directory(folder)
