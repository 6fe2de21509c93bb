"""What holds for every command: it ends quietly when nobody reads it any more."""

import os
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


def test_the_help_lists_the_commands_that_there_are() -> None:
    def commands(parser: ArgumentParser) -> list[str]:
        choices = next(action.choices for action in parser._actions if action.dest == "verb")
        return sorted(choices or ())

    assert commands(main.parser(["--help"])) == commands(main.parser())


def test_the_help_lists_every_command_once_in_a_group() -> None:
    listed = [
        row.split()[0]
        for row in (main.parser([]).epilog or "").splitlines()
        if row.startswith("  ")
    ]
    verbs = {verb for rows in main._VERBS.values() for verb in rows} | {"serve"}
    assert sorted(listed) == sorted(verbs)
    assert "Upkeep:\n  counts " in (main.parser([]).epilog or "")
