"""Screens as plain files: whole for each school, shared files once, and nothing lost on the way."""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replace_setting

from cli.command import Context
from cli.school import export as command
from content.model.pack import Topic
from content.review import county_confirmation
from kiosk import plain_screen, render
from kiosk.audio import clips
from kiosk.pages.build import of_school
from kiosk.pages.school_file import School, parsed
from kiosk.plain_screen import PlainScreen, lying
from messages.message import Message
from runtime.district import export
from runtime.health import live
from runtime.health.observation import ExportRecord, Observation
from settings import schools
from settings.load import Secrets
from settings.schema import Kiosk, Server, Settings
from system import files
from tests.cli.test_releases import stored
from tests.content.candidates import NOW, UNSIGNED
from tests.running import ROOT
from tests.shipped import pack as shipped

TODAY = date(2026, 12, 1)
FACTS = b"""phone = "Room 4"
phone_is_private = true
[[people]]
role = {en = "Nurse", es = "Enfermera"}
place = "Room <12>"
"""


def screen(address: str, facts: bytes = b"", **kiosk: Any) -> PlainScreen:
    given = Kiosk(school=f"{address} & Co", languages=("en", "es"), audio="off", **kiosk)
    school, problems = parsed(Path("school.toml"), facts)
    assert not problems
    return PlainScreen(address, shipped(), given, render.Beside(school=school), TODAY, "r1")


def listed(folder: Path, address: str) -> dict[str, str]:
    """Hash by url of every file that a school's worker fetches."""
    first = json.loads((folder / address / "pack.json").read_bytes())
    lists = [
        first,
        *(json.loads((folder / address / one[1:]).read_bytes()) for one in first["more"]),
    ]
    assert {one["version"] for one in lists} == {first["version"]}
    return {file["url"]: file["sha256"] for one in lists for file in one["files"]}


def fetched(folder: Path, address: str) -> dict[str, bytes]:
    """Return the bodies that the worker gets, by url; each has the hash of the list."""
    found = {}
    for url, digest in listed(folder, address).items():
        found[url] = (folder / plain_screen.place(url, digest)).read_bytes()
        assert hashlib.sha256(found[url]).hexdigest() == digest, url
    return found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "out"
    export.write(folder, [screen("lincoln", FACTS), screen("elm")], prune=False)
    return folder


@pytest.fixture
def out(two: Path, tmp_path: Path) -> Path:
    """The same export in a folder that a test may write to."""
    return Path(shutil.copytree(two, tmp_path / "out"))


def test_a_page_that_schools_share_shows_no_fact_of_one() -> None:
    """Only these pages are made for each school; a fact on another would reach every school."""
    kiosk = Kiosk(languages=("en", "es"), audio="off", plain=True)
    facts = parsed(Path("school.toml"), FACTS)[0]
    without, having = (
        render.edition(shipped(), kiosk, today=TODAY, beside=render.Beside(school=one))
        for one in (School(), facts)
    )
    own = {path for tag in ("en", "es") for path in of_school(shipped(), tag)}
    shared = [name for name in having.names() if name.startswith("/") and name not in own]
    assert len(shared) > 200
    for name in shared:
        one, other = without.page(name), having.page(name)
        assert one, name
        assert other, name
        assert one.sha256 == other.sha256, name


def test_each_school_has_every_page_and_shared_files_are_there_once(two: Path) -> None:
    lincoln, elm = fetched(two, "lincoln"), fetched(two, "elm")
    assert lincoln.keys() - elm.keys() == {"/en/phone", "/es/phone"}
    assert b"Room &lt;12&gt;" in lincoln["/es/now"]
    same = [url for url in elm if lincoln[url] == elm[url]]
    assert len(same) / len(elm) > 0.95
    assert sum(path.stat().st_size for path in (two / "files").iterdir()) < 9_000_000


def test_a_school_s_own_words_come_with_its_list_and_harmless(two: Path) -> None:
    fill = json.loads((two / "lincoln/pack.json").read_bytes())["fill"]
    assert fill[""]["school"] == "lincoln &amp; Co"
    assert "Room &lt;12&gt;" in fill["en"]["here"]
    assert "Enfermera" in fill["es"]["here"]


def test_a_page_at_its_own_address_is_whole_without_a_worker(two: Path) -> None:
    pages = list((two / "lincoln").rglob("index.html"))
    assert two / "lincoln/leave/index.html" in pages
    assert two / "lincoln/es/now/index.html" in pages
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r'(?<!clips)="/', text), page
        assert "@@" not in text, page
        assert "lincoln &amp; Co" in text, page
        assert '<meta name="robots" content="noindex">' in text, page
        for to in re.findall(r'(?:href|src)="(\.[^"]*)"', text):
            if "/static/" in to:
                assert (page.parent / to).is_file(), (page, to)
    home = (two / "lincoln/en/index.html").read_text("utf-8")
    linked = [to for to in re.findall(r'href="([^"]*)"', home) if to.startswith("../en/")]
    plain = [to for to in linked if not re.search(r"/(big|contrast|down)", to)]
    assert len(plain) > 8
    assert all((two / "lincoln/en" / to / "index.html").is_file() for to in plain)


@pytest.mark.parametrize(
    ("path", "to", "wanted"),
    [
        ("/", "/en/now", "./en/now/"),
        ("/", "/static/a.css", "../static/a.css"),
        ("/en/", "/leave", "../leave/"),
        ("/en/t/31", "/en/", "../../../en/"),
        ("/en/t/31", "/static/a.css", "../../../../static/a.css"),
    ],
)
def test_an_address_is_relative_to_the_folder_of_its_page(path: str, to: str, wanted: str) -> None:
    assert lying(f'<a href="{to}">', path) == f'<a href="{wanted}">'


def test_nothing_changed_nothing_written_and_a_changed_bell_is_one_school_s(out: Path) -> None:
    both = [screen("lincoln", FACTS), screen("elm")]
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert export.write(out, both, prune=False).written == 0
    changed = [screen("lincoln", FACTS), screen("elm", b'notice = "Hello"')]
    done = export.write(out, changed, prune=False)
    now = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    others = [path for path, time in now.items() if before.get(path) != time and path.is_file()]
    others.remove(out / export.MARK)
    assert done.written == len(others) > 0
    names = {path.relative_to(out).parts[0] for path in others}
    assert names == {"elm", "files"}


class Counted(tuple[Topic, ...]):
    """Topics that say how often a page went through them."""

    times = 0

    def __iter__(self) -> Iterator[Topic]:
        type(self).times += 1
        return super().__iter__()


def test_of_the_same_no_page_is_made_again(tmp_path: Path) -> None:
    pack = replace(shipped(), topics=Counted(shipped().topics))
    both = [screen(one)._replace(pack=pack) for one in ("lincoln", "elm")]
    export.write(tmp_path / "out", both, prune=False)
    assert Counted.times
    Counted.times = 0
    assert export.write(tmp_path / "out", both, prune=False) == (0, 0, ())
    assert Counted.times == 0


@pytest.mark.parametrize("what", ["gone", "other", "more"])
def test_a_folder_that_somebody_changed_is_made_right(out: Path, what: str) -> None:
    both, page = [screen("lincoln", FACTS), screen("elm")], out / "elm/leave/index.html"
    export.write(out, both, prune=False)
    was = page.read_bytes()
    if what == "gone":
        page.unlink()
    elif what == "other":
        page.write_bytes(b"<" * len(was))
    else:
        (out / "elm/leave/more.html").write_bytes(was)
    export.write(out, both, prune=False)
    assert page.read_bytes() == was
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]


def test_a_new_release_and_a_new_clip_reach_a_folder(out: Path, tmp_path: Path) -> None:
    one, key = screen("elm")._replace(release="r2"), "a" * 24
    export.write(out, [screen("lincoln", FACTS), one], prune=False)
    assert json.loads((out / "elm/pack.json").read_bytes())["release"] == "r2"
    spoken = one._replace(
        kiosk=replace_setting(one.kiosk, audio="headset"), beside=render.Beside(data_dir=tmp_path)
    )
    export.write(out, [spoken], prune=False)
    assert json.loads((out / "audio.json").read_bytes()) == {"files": []}
    audio = tmp_path / clips.AUDIO
    audio.mkdir()
    (audio / clips.LIST).write_text(f"en\t{key}.opus\tHello\n")
    (audio / f"{key}.opus").write_bytes(b"OggS" + bytes(24) + b"OpusHead" + bytes(20))
    export.write(out, [spoken], prune=False)
    assert len(json.loads((out / "audio.json").read_bytes())["files"]) == 1


def test_an_export_that_ends_in_the_middle_leaves_each_school_whole(out: Path) -> None:
    before, blocked = listed(out, "elm"), out / "elm/en/index.html"
    first = [screen("lincoln", FACTS), screen("elm")]
    other = [screen("lincoln", FACTS.replace(b"<12>", b"<14>")), screen("elm", FACTS)]
    blocked.unlink()
    blocked.mkdir()  # a file cannot be written there: as on a full disk
    with pytest.raises(export.ExportError):
        export.write(out, other, prune=False)
    assert listed(out, "elm") == before
    assert fetched(out, "elm")
    assert b"Room &lt;14&gt;" in fetched(out, "lincoln")["/en/now"]
    blocked.rmdir()
    export.write(out, first, prune=False)
    assert b"Room &lt;12&gt;" in fetched(out, "lincoln")["/en/now"]
    assert blocked.is_file()


def test_a_school_that_left_the_table_goes_only_with_prune(out: Path) -> None:
    done = export.write(out, [screen("elm")], prune=False)
    assert done.left == ("lincoln",)
    assert done.removed == 0
    assert fetched(out, "lincoln")
    done = export.write(out, [screen("elm")], prune=True)
    assert done.left == ()
    assert not (out / "lincoln").exists()
    assert fetched(out, "elm")


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(export.ExportError) as refused:
        export.write(tmp_path, [screen("elm")], prune=True)
    assert refused.value.args[0].code == "export.not-ours"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_export_tells_each_school_before_it_and_nothing_if_nothing_changed(out: Path) -> None:
    told: list[Message] = []
    for _ in range(2):
        export.write(out, [screen("lincoln"), screen("elm")], prune=False, tell=told.append)
    assert [one.args for one in told] == [
        {"address": "lincoln", "number": 1, "count": 2},
        {"address": "elm", "number": 2, "count": 2},
    ]


def test_a_full_disk_leaves_each_school_whole_and_says_to_free_up_space(
    two: Path, tmp_path: Path
) -> None:
    """Exports to a real full disk, over an earlier export."""
    small, facts = tmp_path / "small", FACTS.replace(b"<12>", b"<14>")
    small.mkdir()
    code = f"""
from pathlib import Path
from tests.runtime.district.test_export import export, fetched, listed, screen
out, other = Path({str(small)!r}) / "out", [screen("lincoln", {facts!r}), screen("elm", {facts!r})]
before = [listed(out, one) for one in ("lincoln", "elm")]
try:
    export.write(out, other, prune=False)
except export.ExportError as error:
    print(error.args[0].code, before == [listed(out, one) for one in ("lincoln", "elm")])
print(all(fetched(out, one) for one in ("lincoln", "elm")))
"""
    script = (
        f"mount -t tmpfs -o size=40m tmpfs {small} && cp -r {two} {small}/out && "
        f'cat /dev/zero > {small}/full; echo ready; {sys.executable} -c "$CODE"'
    )
    mounted = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]
    environ = {**os.environ, "CODE": code}
    done = subprocess.run(
        mounted, env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "ready" not in done.stdout:
        pytest.skip(f"nothing can be mounted here: {done.stderr}")
    assert done.stdout.split() == ["ready", "export.full", "True", "True"], done.stderr


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "export.full"),
        (errno.EACCES, "export.unwritten"),
        (errno.ENOENT, "export.unwritten"),
    ],
)
def test_why_a_folder_takes_no_files_is_told_by_its_cause(
    tmp_path: Path, number: int, code: str
) -> None:
    def found() -> Iterator[PlainScreen]:
        yield screen("elm")
        raise OSError(number, "why")

    with pytest.raises(export.ExportError) as refused:
        export.write(tmp_path / "out", found(), prune=False)
    assert refused.value.args[0].code == code


def test_a_county_that_the_pack_lacks_is_told_at_the_export(tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    file.write_text("address,counties\noak,Yollo\n", "utf-8")
    settings = Settings(server=Server(data_dir=tmp_path), kiosk=Kiosk(schools=file))
    context = Context(settings, Secrets(), Namespace(), lambda: NOW)
    found = command.problems(context, schools.read(settings), shipped())
    assert [one.code for one in found] == ["pack.no-county"]


def test_an_empty_address_to_check_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nightly export checks ${SCREENS_URL}, which is empty if nobody set it."""
    stored(tmp_path / "data", UNSIGNED)
    monkeypatch.chdir(tmp_path)
    settings = Settings(server=Server(data_dir=tmp_path / "data"))
    given = Namespace(ended=None, check="", folder=None, prune=False)
    assert command.run(Context(settings, Secrets(), given, lambda: NOW)) == 1
    assert "SCREENS_URL" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_county_line_that_two_people_confirmed_is_shown_at_schools_of_its_counties(
    tmp_path: Path,
) -> None:
    file, typed, key = tmp_path / "schools.csv", "+19168755438", b"of this machine"
    rows = ["address,counties", "oak,", "ash,sacramento county", "elm,Sacramento;Yolo", "pine,Yolo"]
    file.write_text("\n".join(rows), "utf-8")
    settings = Settings(
        server=Server(data_dir=tmp_path),
        kiosk=Kiosk(schools=file, counties=("Sacramento",), county_line=typed, audio="off"),
    )

    def shown() -> dict[str, str]:
        table, pack = schools.read(settings).settings, shipped()
        found = export.screens(
            settings, table, pack, release="r1", line_works=True, key=key, now=NOW
        )
        return {one.address: one.kiosk.confirmed_line for one in found}

    assert set(shown().values()) == {""}
    second = county_confirmation.confirmed(typed, ("Sacramento",), "nurse", TODAY, key=key)
    files.write_record(tmp_path / county_confirmation.FILE, second)
    assert shown() == {"oak": typed, "ash": typed, "elm": "", "pine": ""}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(export.ExportError) as refused:
        export.write(tmp_path / "out", [screen("elm")], prune=False)
    assert refused.value.args[0].code == "export.no-folder"
    assert (tmp_path / "out").read_text() == "mine"


def test_two_exports_at_once_are_refused(tmp_path: Path) -> None:
    with (tmp_path / export.MARK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(export.ExportError) as refused:
            export.write(tmp_path, [screen("elm")], prune=False)
    assert refused.value.args[0].code == "export.busy"


def test_how_the_nightly_export_ended_is_noted_for_the_server(tmp_path: Path) -> None:
    settings = Settings(server=Server(data_dir=tmp_path))
    given = Namespace(ended="exit-code")
    assert command.run(Context(settings, Secrets(), given, lambda: NOW)) == 0
    seen = Observation(settings, NOW, server={}, is_server=True)
    assert seen.export == ExportRecord(at=NOW, result="exit-code")
    assert [one.code for one in live.export(seen)] == ["export.failed"]
