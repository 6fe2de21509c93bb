"""`worklist`, `checked` and `withdraw` on a copy of the shipped pack."""

import csv
import io
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import main
from cli.command import Context
from editor.authoring.read_pack import PINNED, read
from settings.load import Secrets, load
from settings.schema import Content, Kiosk, Settings
from tests import shipped
from tests.shipped import PACK

Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PACK, tmp_path / "pack")
    return tmp_path / "pack"


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs a verb on the copy, on a given day."""
    settings = load({"PORCHLIGHT_CONTENT__PACK": str(folder)})

    def go(*words: str, day: int = 1) -> int:
        given = main.parser().parse_args(words)
        clock = lambda: datetime(2026, 12, day, 20, tzinfo=UTC)  # noqa: E731
        return main.run(Context(settings, Secrets(), given, clock))

    return go


@pytest.mark.slow
def test_the_list_says_what_to_open_and_never_to_dial_a_crisis_line(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("worklist", "--csv") == 0
    rows = {row["entry"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    for resource in shipped.pack().resources:
        if resource.urgency == "crisis" and (row := rows.get(f"resource:{resource.id}")):
            assert row["call"].startswith("never call"), resource.id
    assert rows["resource:911"]["call"].startswith("never call")
    assert run("worklist") == 0
    shown = capsys.readouterr()
    assert (
        "county:06009  Calaveras: no date at all; first check: content editor of this pack"
        in shown.out
    )
    due = [row for row in rows.values() if row["state"] != "unread"]
    assert f"{len(due)} entries are due, and {len(rows) - len(due)} texts are waiting" in shown.err


def test_what_is_for_other_counties_comes_last_as_at_the_desk(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, kiosk = Content(pack=folder), Kiosk(counties=("Sacramento",))
    given = main.parser().parse_args(("worklist",))
    settings = Settings(content=content, kiosk=kiosk)
    clock = lambda: datetime(2026, 12, 1, 20, tzinfo=UTC)  # noqa: E731
    assert main.run(Context(settings, Secrets(), given, clock)) == 0
    heads = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line[0] != " "]
    assert next(head for head in heads if head.startswith("county:")) == "county:06067"
    assert heads[-1].startswith("county:")


@pytest.mark.slow
def test_two_roles_sign_and_only_these_lines_of_the_file_change(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "resources" / "trevor.toml"
    before = file.read_text("utf-8").split("\n")
    assert run("checked", "trevor", "--by", "content editor", day=1) == 0
    assert "recorded as the first check." in capsys.readouterr().out
    assert run("checked", "trevor", "--by", "content editor", day=2) == 1
    assert "someone in another role" in capsys.readouterr().err
    assert run("checked", "trevor", "--by", "counselor", "--on", "2026-12-02", day=3) == 0
    assert "Two people have checked it: content editor, counselor." in capsys.readouterr().out
    after = file.read_text("utf-8").split("\n")
    new = {"checked_on = 2026-12-02", 'checked_by = "content editor, counselor"'}
    assert {line for line in after if line not in before} == new
    assert [line for line in after if line in before] == before
    pack, problems = read(folder)
    assert not problems
    assert pack is not None
    assert str(pack.resource("trevor").checked_on) == "2026-12-02"


def test_a_marked_text_is_listed_until_counsel_signs_it(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "topic:immigration:p.3"
    assert run("worklist") == 0
    assert (
        f"{key}  has not been read by any counsel: You can go to school" in capsys.readouterr().out
    )
    assert run("checked", key, "--by", "counselor") == 1
    assert "must be read by counsel" in capsys.readouterr().err
    assert run("checked", key, "--by", "district counsel") == 0
    assert f"{key}: read by district counsel on 2026-12-01." in capsys.readouterr().out
    assert run("worklist", "--csv") == 0
    rows = {row["entry"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert key not in rows
    other = rows["topic:health:p.3"]
    assert (other["state"], other["who"]) == ("unread", "counsel")
    pack, problems = read(folder)
    assert not [problem for problem in problems if problem.kind == "wrong"]
    assert pack is not None
    assert key not in pack.unread_by


@pytest.mark.slow
def test_a_county_is_found_by_name_and_a_name_of_two_entries_is_asked_about(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("checked", "Calaveras", "--by", "county liaison") == 0
    pack, _problems = read(folder)
    assert pack is not None
    county = next(county for county in pack.counties if county.name == "Calaveras")
    assert county.first_checked_by == "county liaison"
    assert run("checked", "ncmec", "--by", "editor") == 1
    assert (
        '"ncmec" could be more than one entry; write resource:ncmec or partner:ncmec.'
        in capsys.readouterr().err
    )
    assert run("checked", "nobody", "--by", "editor") == 1
    assert 'There is no resource, partner or county "nobody"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "kind"), [("vcrc", "resource"), ("partner:a21", "partner"), ("a21", "partner")]
)
@pytest.mark.slow
def test_an_entry_is_withdrawn_in_one_step(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    assert run("withdraw", name) == 0
    assert f"{kind}:{name.rpartition(':')[2]} is withdrawn in" in capsys.readouterr().out
    pack, _problems = read(folder)
    assert pack is not None
    if kind == "partner":
        assert "a21" not in [partner.id for partner in pack.live_partners]
    else:
        assert pack.resource("vcrc").status == "withdrawn"
    assert run("withdraw", name) == 1
    assert "is already withdrawn" in capsys.readouterr().err


@pytest.mark.slow
def test_the_pinned_set_cannot_be_withdrawn_and_says_who_can_change_it(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (PINNED / "resources" / "988.toml").read_bytes()
    assert run("withdraw", "988") == 1
    assert "belongs to the pinned crisis set" in capsys.readouterr().err
    assert run("checked", "988", "--by", "editor") == 1
    assert f"--pack {PINNED}" in capsys.readouterr().err
    assert (PINNED / "resources" / "988.toml").read_bytes() == before


@pytest.mark.slow
def test_a_county_is_not_withdrawn_but_loses_its_numbers(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("withdraw", "county:06009") == 1
    assert "write numbers = []" in capsys.readouterr().err


def test_a_built_pack_is_not_edited(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = str(PINNED / "built")
    assert run("withdraw", "988", "--pack", built) == 1
    assert "is a built pack; specify its source folder" in capsys.readouterr().err
