"""The package without its extras: a kiosk, whose missing libraries are named in one sentence."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.deploy.installed import Installed, weight
from tests.running import PATIENCE, ROOT, environment

MOST_BYTES = 90_000_000  # of the program and its libraries on a kiosk's disk


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def with_editor(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("with_editor"), editor=True)


def lacks(what: str, extra: str) -> str:
    cure = f'pipx install --force "porchlight[{extra}]"'
    return f'{what} needs the extra "{extra}", which is not installed: {cure}'


def test_a_kiosk_needs_neither_twilio_nor_a_database_and_weighs_little(
    installed: Installed,
) -> None:
    assert {"twilio", "sqlalchemy", "alembic", "psycopg"}.isdisjoint(installed.libraries)
    assert weight(installed.libraries.values()) + installed.bytes < MOST_BYTES


def test_a_text_is_answered_and_stop_is_kept_for_as_long_as_it_runs(installed: Installed) -> None:
    done = installed.run("text", "--from", "1", "kill myself", "STOP", "food", "START")
    said = done.stdout.splitlines()
    assert (len(said), done.returncode, done.stderr) == (4, 0, "")
    assert "988" in said[0]
    assert said[2] == "(no reply: optout)"
    assert not said[3].startswith("(")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["counts"], lacks("porchlight counts", "line")),
        (["serve"], lacks("The text line", "line")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_whose_extra_is_missing_says_which(
    installed: Installed, arguments: list[str], sentence: str
) -> None:
    done = installed.run(*arguments, PORCHLIGHT_KIOSK__ENABLED="false")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}.\n")


def test_a_school_has_the_pack_built_and_no_editor(installed: Installed) -> None:
    assert not (installed.program / "editor").exists()
    names = {path.name for path in (installed.program / "content/packs/california").iterdir()}
    assert names == {"core.json", "lang", "manifest.json", "sms", "sms.json"}
    done = installed.run("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "porchlight-editor" in done.stderr


def test_the_second_package_adds_its_commands_and_reads_text_files(
    with_editor: Installed, tmp_path: Path
) -> None:
    source = shutil.copytree(ROOT / "content/packs/california", tmp_path / "pack")
    done = with_editor.run("build", str(source), "--out", str(tmp_path / "built"))
    assert done.returncode == 0, done.stderr
    shipped = with_editor.program / "content/packs/california/manifest.json"
    assert (tmp_path / "built/manifest.json").read_bytes() == shipped.read_bytes()
    assert "publish" in with_editor.run("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "what", "extra"),
    [
        (["publish", "init", "site"], "Publishing", "publisher"),
        (["learn", str(ROOT / "content/packs/california")], "porchlight learn", "author"),
    ],
    ids=["publish", "learn"],
)
def test_a_command_of_the_editor_whose_extra_is_missing_says_which(
    with_editor: Installed, arguments: list[str], what: str, extra: str
) -> None:
    done = with_editor.run(*arguments)
    cure = f'pipx inject --force porchlight "porchlight-editor[{extra}]"'
    sentence = f'{what} needs the extra "{extra}", which is not installed: {cure}.\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


def test_a_modem_and_a_database_server_are_named_with_the_line(installed: Installed) -> None:
    done = installed.run(
        "serve",
        PORCHLIGHT_KIOSK__ENABLED="false",
        PORCHLIGHT_SMS__CARRIER="modem",
        PORCHLIGHT_STORE__URL="postgresql://db/line",
    )
    assert done.stderr == f"{lacks('The text line', 'line,modem,postgres')}.\n"


@pytest.mark.parametrize(("number", "kind"), [("", "note "), ("+19165550100", "wrong")])
def test_doctor_says_that_the_line_is_off_and_why(
    installed: Installed, number: str, kind: str
) -> None:
    done = installed.run("doctor", PORCHLIGHT_SMS__NUMBER=number)
    assert (
        f"{kind} {lacks('The text line', 'line')}. Until then, the text line is off." in done.stdout
    )
    assert "database" not in done.stdout


class Running:
    """The installed server, and what it printed."""

    def __init__(self, installed: Installed, **settings: str) -> None:
        self.output = installed.home / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                installed.python("-c", "import porchlight; porchlight.main()"),
                cwd=installed.home,
                env=installed.environ(PORCHLIGHT_SERVER__PORT="0", **settings),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> bytes:
        address = re.search(r"http://127.0.0.1:\d+", self.output.read_text("utf-8"))
        if not address:
            raise FileNotFoundError(self.output)
        return httpx2.get(address[0] + path, timeout=20, follow_redirects=True).content

    def until(self, holds: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError, httpx2.HTTPError):
                if holds():
                    return
            time.sleep(0.1)
        pytest.fail(self.output.read_text("utf-8"))

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0


def test_the_kiosk_is_served_though_the_line_cannot_be(installed: Installed) -> None:
    server = Running(installed)
    server.until(lambda: b"988" in server.get("/en/"), PATIENCE)
    server.end()
    said = server.output.read_text("utf-8")
    assert said.count(f"{lacks('The text line', 'line')}. Until then, the text line is off.") == 1
    data = installed.home / ".local/share/porchlight"
    shipped = installed.program / "settings.toml"
    assert f"Settings: {shipped}    Data: {data}\n" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_the_whole_pack_is_served_and_nothing_is_written_beside_the_program(
    installed: Installed,
) -> None:
    before = {path for path in installed.program.rglob("*") if "__pycache__" not in path.parts}
    server = Running(installed, PORCHLIGHT_SMS__ENABLED="false")
    server.until(lambda: b'"ready":true' in server.get("/readyz"), 4 * PATIENCE)
    assert b"What do you need today?" in server.get("/en/")
    server.end()
    assert (installed.home / ".local/share/porchlight/ACTIVE").is_file()
    after = {path for path in installed.program.rglob("*") if "__pycache__" not in path.parts}
    assert after == before


def own_file(home: Path, text: str) -> None:
    file = home / ".config/porchlight/settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("variables", "own", "folder"),
    [
        ({}, None, "{home}/.local/share/porchlight"),
        ({"XDG_DATA_HOME": "/srv/data"}, None, "/srv/data/porchlight"),
        ({"XDG_DATA_HOME": "data"}, None, "{home}/.local/share/porchlight"),
        ({"PORCHLIGHT_SERVER__DATA_DIR": "/srv/mine"}, None, "/srv/mine"),
        ({}, '[kiosk]\nschool = "Elm"\n', "{home}/.local/share/porchlight"),
        ({}, '[server]\ndata_dir = "kept"\n', "{home}/.config/porchlight/kept"),
    ],
    ids=["nothing", "xdg", "relative xdg", "variable", "own settings", "own folder"],
)
def test_state_lies_where_an_update_does_not_come(
    installed: Installed, variables: dict[str, str], own: str | None, folder: str
) -> None:
    if own is not None:
        own_file(installed.home, own)
    script = (
        f"import os, sys; sys.path.insert(0, {str(installed.program)!r});"
        "from settings.load import load; found = load(os.environ);"
        "assert found.kiosk.school_file == found.server.data_dir / 'school.toml';"
        "print(found.server.data_dir)"
    )
    try:
        done = subprocess.run(
            installed.python("-c", script),
            cwd=installed.home,
            env=installed.environ(**variables),
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        own_file(installed.home, "")
        (installed.home / ".config/porchlight/settings.toml").unlink()
    assert done.stdout == f"{folder.format(home=installed.home)}\n"


@pytest.mark.slow
def test_from_its_folder_it_installs_by_one_command_and_answers(tmp_path: Path) -> None:
    """As `uvx --from .` and `pipx install .` do: built, with the libraries of PyPI, by its script."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or pytest.skip("no uv is here")
    places = {"UV_TOOL_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environ = environment(tmp_path / "data", **places)
    del environ["HTTPS_PROXY"]  # which leads a server nowhere, and would lead uv there
    begun = f"{uv} tool run --python {sys.executable} --from {ROOT} porchlight"
    for arguments, said in (("--version", "porchlight "), ("text homeless", "211")):
        done = subprocess.run(
            [*begun.split(), *arguments.split()],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, said in done.stdout) == (0, True), done.stderr
