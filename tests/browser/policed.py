"""Chromium as the kiosk runs it, with the shipped policies and flags, in a mount namespace that
only this browser sees.

A small program starts the browser and binds a copy of /etc/chromium over the real one, only for
itself. Two policies keep every test out (no developer tools, no remote debugging); ``loosened``
removes exactly those two.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy" / "chromium" / "kiosk.json"
FLAGS = ROOT / "deploy" / "chromium" / "flags"
SHIPPED_PORT, LOCAL_PAGE = "8000", "/run/porchlight-kiosk/lines.html"
# Flags that a browser without a screen cannot use; everything else is as shipped.
ON_A_SCREEN_ONLY = {"--kiosk", "--ozone-platform=wayland"}
WITHOUT_A_SCREEN = ["--headless=new", "--no-sandbox", "--disable-gpu"]
Wrap = Callable[..., list[str]]


def policies(port: int, *, local_page: Path | None = None) -> dict[str, Any]:
    """Return the shipped policies for a server on this port, and for the one local page at the
    test's path."""
    text = SHIPPED.read_text(encoding="utf-8").replace(SHIPPED_PORT, str(port))
    read: dict[str, Any] = json.loads(
        text.replace(LOCAL_PAGE, str(local_page)) if local_page else text
    )
    return read


def loosened(strict: dict[str, Any], *more: str, tabs: bool = False) -> dict[str, Any]:
    """Return the same with the access that a test needs, and the addresses that only a test
    opens.

    Forced incognito has one window and opens no tab for a test; ``tabs`` turns incognito off
    instead.
    """
    assert strict["RemoteDebuggingAllowed"] is False
    rest = {key: value for key, value in strict.items() if key != "RemoteDebuggingAllowed"}
    opened = {"DeveloperToolsAvailability": 1, "URLAllowlist": [*strict["URLAllowlist"], *more]}
    return {**rest, **opened, **({"IncognitoModeAvailability": 1} if tabs else {})}


def flags() -> list[str]:
    """Return the shipped flags as the session script reads them."""
    lines = FLAGS.read_text(encoding="utf-8").splitlines()
    return [
        line for line in lines if line and not line.startswith("#") and line not in ON_A_SCREEN_ONLY
    ]


def launcher(folder: Path, policy: dict[str, Any], *, wrap: Wrap | None = None) -> Path:
    """Return a program that starts Chromium under these policies; skip the test if permissions do
    not allow it."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip(
            "Policies of the test's own need root and unshare --mount (in a container: CAP_SYS_ADMIN)."
        )
    etc = folder / "etc-chromium"
    shutil.copytree("/etc/chromium", etc)
    (etc / "policies" / "managed").mkdir(parents=True, exist_ok=True)
    (etc / "policies" / "managed" / "kiosk.json").write_text(json.dumps(policy), encoding="utf-8")
    inside = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        f'mount --bind "{etc}" /etc/chromium && exec "$@"',
        "sh",
    ]
    command = " ".join(f"'{part}'" for part in [*(wrap or _plainly)(*inside), "/usr/bin/chromium"])
    program = folder / "chromium"
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def _plainly(*command: str) -> list[str]:
    return list(command)


@contextmanager
def kiosk_browser(
    playwright: Playwright,
    program: Path,
    profile: Path,
    address: str,
    *,
    more: tuple[str, ...] = (),
) -> Iterator[BrowserContext]:
    """Yield the browser with the shipped flags and none of Playwright's, opened at the address as
    an app."""
    profile.mkdir(exist_ok=True)
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=program,
        ignore_default_args=True,
        args=[
            *flags(),
            *WITHOUT_A_SCREEN,
            *more,
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            f"--app={address}",
        ],
        viewport={"width": 1080, "height": 1920},
        has_touch=True,
    )
    try:
        yield context
    finally:
        context.close()
