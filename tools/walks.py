"""Measures how many of our modules a refresh, `doctor` and a text enter, with the shipped pack.

Usage: python tools/walks.py [--of FOLDER]. A return is a call from one module to another that was
entered earlier; each pair of caller and callee counts once. This tool does not enforce any limits.
"""

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parent.parent
# The command's arguments, and the file and function where the walk begins.
WALKS = {
    "refresh": (("refresh", "--from", "content/packs/california"), "cli/releases.py", "look"),
    "doctor": (("doctor",), "cli/doctor.py", "run"),
    "text": (("text", "my dad hits me"), "sms/line.py", "answer"),
}
# One language is enough to enter every module; the pack's source is not a signed release.
SETTINGS = {"PORCHLIGHT_KIOSK__LANGUAGES": '["en"]', "PORCHLIGHT_CONTENT__UNSIGNED": "true"}
BESIDE = ("tests/", "tools/", "bench/", ".venv/")


class Walk:
    """A profile function. ``modules``: in the order entered; ``returns``: calls back to them."""

    def __init__(self, root: Path, file: str, function: str) -> None:
        self.modules: list[str] = []
        self.returns = 0
        self._root, self._begin = f"{root}/", (file, function)
        self._known: dict[CodeType, str] = {}
        self._pairs: set[tuple[CodeType, CodeType]] = set()
        self._inside: FrameType | None = None

    def __call__(self, frame: FrameType, event: str, _given: object) -> None:
        """Count a call; ignore other events except the end of the first function."""
        if event == "call" and (module := self._module(frame.f_code)):
            if self._inside is None and (module, frame.f_code.co_name) == self._begin:
                self._inside = frame
                self.modules.append(module)
            elif self._inside is not None and frame.f_code.co_name != "<module>":
                self._entered(frame, module)

    def _entered(self, frame: FrameType, module: str) -> None:
        back = frame.f_back
        while back is not None and not self._module(back.f_code):
            back = back.f_back
        if back is None or self._module(back.f_code) == module:
            return
        if (pair := (back.f_code, frame.f_code)) in self._pairs:
            return
        self._pairs.add(pair)
        if module in self.modules:
            self.returns += 1
        else:
            self.modules.append(module)

    def _module(self, code: CodeType) -> str:
        """Return the file's path if the file is ours, otherwise ""."""
        if code not in self._known:
            path = code.co_filename.removeprefix(self._root)
            is_ours = path != code.co_filename and not path.startswith(BESIDE)
            self._known[code] = path if is_ours else ""
        return self._known[code]


def measured(name: str) -> str:
    """Run the command in this process, in the checkout's folder; return the figures as a line."""
    arguments, file, function = WALKS[name]
    root = Path.cwd()
    sys.path.insert(0, str(root))
    import server  # noqa: PLC0415  from the measured checkout

    walk = Walk(root, file, function)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        threading.setprofile(walk)
        sys.setprofile(walk)
        try:
            server.main([*arguments], dict(os.environ))
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    return f"{name}: {len(walk.modules)} modules, {walk.returns} returns"


def main(arguments: list[str]) -> int:
    """Print a line for each walk, each in its own process and new data folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--of", type=Path, default=ROOT, metavar="FOLDER", help="another checkout")
    parser.add_argument("walk", nargs="?", choices=WALKS, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.walk:
        print(measured(given.walk))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name in WALKS:
            environ = {**os.environ, **SETTINGS, "PORCHLIGHT_SERVER__DATA_DIR": folder}
            command = [sys.executable, __file__, name]
            subprocess.run(command, cwd=given.of, env=environ, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
