"""What holds for every command: it ends quietly when nobody reads it any more."""

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest

from cli import main
from tests.cli.test_releases import stored
from tests.content.candidates import UNSIGNED
from tests.running import ROOT, environment


@pytest.mark.parametrize("verb", ["held", "releases", "worklist"])
def test_a_reader_that_is_gone_ends_a_command_without_a_word(tmp_path: Path, verb: str) -> None:
    stored(tmp_path, UNSIGNED)
    read, write = os.pipe()
    os.close(read)  # `| head` that has seen enough before we begin
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "server.py"), verb],
            # Buffered, as in a shell: what is left is written once more when Python ends.
            env=environment(tmp_path, PYTHONUNBUFFERED=""),
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (main.UNREAD, "")


@pytest.mark.slow
def test_a_long_list_before_head_is_cut_and_nothing_is_said(tmp_path: Path) -> None:
    command = f"set -o pipefail; '{sys.executable}' '{ROOT / 'server.py'}' worklist | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, **environment(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_another_broken_pipe_than_ours_is_an_error() -> None:
    def breaks() -> int:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        main.until_unread(breaks)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_the_program_is_needs_none_of_its_libraries(option: str) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import server
try:
    server.main([{option!r}], {{}})
except SystemExit:
    own = {{"content", "kiosk", "sms", "store", "settings", "system", "asyncio", "msgspec"}}
    print(sorted(own & sys.modules.keys()), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == "[]\n"
    assert "porchlight" in done.stdout


def commands(parser: ArgumentParser) -> list[str]:
    """Every verb that the command line takes."""
    choices = next(action.choices for action in parser._actions if action.dest == "verb")
    return sorted(choices or ())


def test_the_help_lists_the_commands_that_there_are() -> None:
    assert commands(main.parser(["--help"])) == commands(main.parser())


def listed(parser: ArgumentParser) -> list[str]:
    """The verbs that the help tells of."""
    rows = (parser.epilog or "").splitlines()
    return [row.split()[0] for row in rows if row.startswith("  ")]


def test_a_schools_help_tells_of_sixteen_commands_and_names_the_page_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_the_editor(monkeypatch)
    help_ = main.parser(["--help"])
    assert len(listed(help_)) == 16
    page = re.findall(r"docs/[\w/]+\.md", help_.epilog or "")
    assert page == ["docs/school/run.md"]
    everything = {verb for verb in commands(main.parser()) if verb != "serve"}
    text = (ROOT / page[0]).read_text("utf-8")
    assert [verb for verb in everything if f"`{verb}`" not in text] == []


def test_with_the_editor_the_help_tells_of_its_commands_as_well() -> None:
    own, added = listed(main.parser(["serve"])), listed(main.parser(["--help"]))
    assert {"check", "publish", "hsds"} <= set(added) - set(own)
    assert len(added) == len(set(added))


@pytest.mark.parametrize("verb", ["held", "approve", "refuse", "releases", "say", "verify"])
def test_a_command_that_the_help_leaves_out_works_without_the_editor(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_the_editor(monkeypatch)
    with pytest.raises(SystemExit, match="0"):
        main.parser([verb, "--help"]).parse_args([verb, "--help"])
    assert verb in capsys.readouterr().out


def without_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a school's machine, where no distribution adds a verb or reads text files."""
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
