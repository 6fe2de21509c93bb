"""``say`` where the system forbids what is only a courtesy."""

import os
from argparse import Namespace
from pathlib import Path

import pytest

from cli import pack
from cli.command import Context
from settings.load import Secrets
from settings.load import load as load_settings
from system.clock import now_utc
from tests.running import environment


def test_say_goes_on_where_the_units_filter_forbids_it_to_step_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SystemCallFilter=~@resources: setpriority(2) fails with EPERM."""

    def forbidden(_: int) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "nice", forbidden)
    monkeypatch.setenv("PATH", str(tmp_path))  # no voice: what it says next is quick
    settings = load_settings(environment(tmp_path / "data", PORCHLIGHT_KIOSK__AUDIO="headset"))

    code = pack.say(Context(settings, Secrets(), Namespace(at_rest=False), now_utc))

    assert code == 1
    assert "espeak-ng is not installed" in capsys.readouterr().err
