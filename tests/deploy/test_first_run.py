"""`make run` on a bare machine: what an interrupted or offline run left is repaired, and a failure
is one sentence.

The Makefile and its script are the real ones; Python, pip and uv are played, so that nothing is
fetched.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import ROOT

TOOLS = ("sh", "make", "touch", "grep", "sed", "head", "mkdir", "cp", "rm", "dirname", "cat")
NEVER_FETCHED = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(<pip._vendor.urllib3 object>:
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/uv/
ERROR: No matching distribution found for uv"""
NOT_LOCATED = """\
error: Failed to download `yarl==1.25.1`
  cause: client error (Connect)
  cause: dns error"""
# Plays Python, and the one of the virtual environment. `pip` and `uv` beside it are what is
# installed there.
PYTHON = """#!/bin/sh
here=$(dirname "$0")
for last; do :; done
case "$*" in
  *version_info*) ;;
  "-m venv"*)
    echo "$*" >> "$HOME/made"
    case "$*" in *--clear*) rm -rf "$last" ;; esac
    mkdir -p "$last/bin"; : > "$last/pyvenv.cfg"; cp "$0" "$last/bin/python"; : > "$last/bin/pip" ;;
  *"import pip"*) [ -e "$here/pip" ] ;;
  "-m pip install"*" -r tools/uv.txt")
    [ -e "$here/pip" ] || { echo "No module named pip" >&2; exit 1; }
    if [ -e "$HOME/pip-says" ]; then cat "$HOME/pip-says" >&2; exit 1; fi
    cp "$HOME/uv" "$here/uv" ;;
  server.py) echo "serving" ;;
  *) echo "not played: $*" >&2; exit 1 ;;
esac
"""
UV = """#!/bin/sh
case "$*" in
  --version) echo "uv 1.0" ;;
  sync*) if [ -e "$HOME/uv-says" ]; then cat "$HOME/uv-says" >&2; exit 2; fi; echo "$0 $*" >> "$HOME/synced" ;;
esac
"""


@dataclass(frozen=True)
class Bare:
    """A checkout on a machine that has make and Python."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / "checkout/.venv"

    def run(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["make", "run"],
            cwd=self.root / "checkout",
            env={"PATH": str(self.root / "bin"), "HOME": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def serves(self) -> None:
        done = self.run()
        assert (done.stdout, done.stderr) == ("serving\n", "")

    def refuses(self, sentence: str) -> None:
        """It ends with that sentence, and with nothing else than make's own word."""
        done = self.run()
        said, *rest = done.stderr.splitlines()
        assert (done.stdout, said) == ("", sentence)
        assert [row for row in rest if not row.startswith("make: ***")] == []
        assert done.returncode == 2

    def program(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o755)

    def lines(self, name: str) -> list[str]:
        path = self.root / name
        return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    (tmp_path / "checkout/tools").mkdir(parents=True)
    (tmp_path / "checkout/editor").mkdir()
    projects = ("pyproject.toml", "editor/pyproject.toml", "uv.lock")
    for name in ("Makefile", "tools/libraries.sh", "tools/uv.txt", *projects):
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    machine = Bare(tmp_path)
    machine.program("bin/python3", PYTHON)
    machine.program("uv", UV)
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    return machine


def test_a_bare_checkout_serves_and_a_second_run_fetches_nothing(bare: Bare) -> None:
    bare.serves()
    bare.serves()
    assert len(bare.lines("made")) == len(bare.lines("synced")) == 1


def test_a_run_that_was_killed_before_uv_was_there_is_repaired(bare: Bare) -> None:
    bare.serves()
    (bare.venv / ".run").unlink()
    (bare.venv / "bin/uv").unlink()
    bare.serves()
    assert len(bare.lines("made")) == 1  # what is whole stays


def test_a_run_that_was_killed_before_pip_was_there_is_repaired(bare: Bare) -> None:
    bare.program("checkout/.venv/bin/python", PYTHON)
    (bare.venv / "pyvenv.cfg").touch()
    bare.serves()
    assert bare.lines("made") == ["-m venv --clear .venv"]


@pytest.mark.parametrize("text", ["", "#!/bin/sh\nexit 1\n"], ids=["empty", "broken"])
def test_half_of_uv_is_replaced(bare: Bare, text: str) -> None:
    bare.serves()
    (bare.venv / ".run").unlink()
    bare.program("checkout/.venv/bin/uv", text)
    bare.serves()
    assert (bare.venv / "bin/uv").read_text("utf-8") == UV


def test_a_python_that_no_longer_runs_is_replaced(bare: Bare) -> None:
    bare.serves()
    (bare.venv / "bin/python").unlink()
    (bare.venv / "bin/python").symlink_to("/nowhere/python3")
    bare.serves()
    assert bare.lines("made") == ["-m venv .venv", "-m venv --clear .venv"]
    assert len(bare.lines("synced")) == 2


def test_a_folder_that_is_no_virtual_environment_is_not_emptied(bare: Bare) -> None:
    bare.venv.mkdir()
    (bare.venv / "mine").touch()
    bare.serves()
    assert (bare.venv / "mine").exists()


def test_an_installed_uv_is_used(bare: Bare) -> None:
    bare.program("bin/uv", UV)
    (bare.root / "pip-says").write_text(NEVER_FETCHED, "utf-8")
    bare.serves()
    assert [row.split()[0] for row in bare.lines("synced")] == [str(bare.root / "bin/uv")]
    assert bare.lines("made") == ["-m venv --without-pip .venv"]  # pip would be 27 MB for nothing


@pytest.mark.parametrize(
    ("who", "said"), [("pip-says", NEVER_FETCHED), ("uv-says", NOT_LOCATED)], ids=["pip", "uv"]
)
def test_without_a_network_one_sentence_says_so_and_the_next_run_goes_on(
    bare: Bare, who: str, said: str
) -> None:
    (bare.root / who).write_text(said, "utf-8")
    for _ in range(2):
        bare.refuses(
            "Porchlight could not download its libraries: their server cannot be reached."
            " Check the network, then run make run again."
        )
    (bare.root / who).unlink()
    bare.serves()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: No space left on device (os error 28)", "the disk is full. Free up space"),
        (
            "error: x\n  cause: invalid peer certificate: UnknownIssuer\n  cause: client error (Connect)",
            "this machine does not trust this network's certificate. Ask the person who manages the network",
        ),
        (
            "error: Failed to install\n  cause: Hash mismatch for `rich==14.0.0`",
            "a downloaded file is not the one that this version expects, so nothing was installed."
            " Ask the person who manages the network",
        ),
        (
            "warning: w\nerror: Failed to parse: `uv.lock`\nhint: h",
            "Failed to parse: `uv.lock`. Fix that",
        ),
    ],
    ids=["disk", "certificate", "hash", "lock"],
)
def test_another_reason_is_named(bare: Bare, said: str, sentence: str) -> None:
    (bare.root / "uv-says").write_text(said, "utf-8")
    bare.refuses(
        f"Porchlight could not download its libraries: {sentence}, then run make run again."
    )


def test_uv_is_taken_only_by_its_hash() -> None:
    rows = (ROOT / "tools/uv.txt").read_text("utf-8").replace("\\\n", "").splitlines()
    options = [row for row in rows if row.startswith("--")]
    pins = [row.split() for row in rows if row and not row.startswith(("#", "--"))]
    assert options == ["--require-hashes", "--only-binary :all:"]
    assert [re.fullmatch(r"uv==[\d.]+", pin[0]) is not None for pin in pins] == [True]
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in pins[0][1:])
    assert len(pins[0]) > 10  # a wheel for each machine that we name, and more


def test_the_script_is_plain_shell() -> None:
    script = ROOT / "tools/libraries.sh"
    subprocess.run(["sh", "-n", script], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", script], check=True)
