"""A refresh in a checkout reads its pack's text files again, and asks a person about what it would
ask about from any unsigned source."""

import shutil
from argparse import Namespace
from datetime import timedelta
from pathlib import Path

import pytest

from cli import releases as releases_command
from cli.command import Context
from content.model import built_pack
from content.releases import approval
from content.releases.generations import Releases
from editor.authoring import shipped_copy
from messages.message import message
from runtime import disk_check, installation
from runtime.refresh import refresh
from settings.load import Secrets, load
from settings.schema import Settings
from tests.content.candidates import NOW
from tests.shipped import PACK

LATER = NOW + timedelta(hours=6)
CRISIS, WORDS = "resources/rainn.toml", "resources/211.toml"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def settings_of(tmp_path: Path, own: Path) -> Settings:
    return load(
        {
            "PORCHLIGHT_SERVER__DATA_DIR": str(tmp_path / "data"),
            "PORCHLIGHT_CONTENT__PACK": str(own),
            "PORCHLIGHT_KIOSK__LANGUAGES": '["en", "es"]',  # each refresh makes all of their pages
        }
    )


def edit(own: Path, file: str, old: str, new: str) -> None:
    text = (own / file).read_text("utf-8")
    assert old in text
    (own / file).write_text(text.replace(old, new), "utf-8")


def test_what_an_author_changed_is_shown_and_a_crisis_number_waits_for_a_yes(
    tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path, own)
    releases = Releases(tmp_path / "data")
    assert refresh(settings, NOW).state == "active"
    edit(own, WORDS, '"211 line"', '"211 helpline"')
    assert refresh(settings, NOW).state == "active"
    shown = releases.state().active

    edit(own, CRISIS, "+18006564673", "+18006564670")
    assert refresh(settings, LATER).state == "held"
    assert releases.state().active == shown
    context = Context(settings, Secrets(), Namespace(), lambda: LATER)
    assert releases_command.show(context) == 0
    assert f"Last check for a new pack at {LATER:%Y-%m-%d %H:%M} UTC" in capsys.readouterr().out

    waiting = releases.state().held
    assert waiting is not None
    machine = installation.machine(settings, LATER)
    outcome = approval.approve(waiting.id, machine, doubt=disk_check.judge(settings).doubt)
    assert outcome.state == "active"
    assert disk_check.set_aside(settings, LATER).refused.keys() <= {shown}


def test_a_waiting_pack_that_the_folder_does_not_make_is_not_approved(
    tmp_path: Path, own: Path
) -> None:
    settings = settings_of(tmp_path, own)
    assert refresh(settings, NOW).state == "active"
    edit(own, CRISIS, "+18006564673", "+18006564670")
    assert refresh(settings, LATER).state == "held"
    waiting = Releases(tmp_path / "data").state().held
    assert waiting is not None
    edit(own, CRISIS, "+18006564670", "+18006564673")
    outcome = approval.approve(
        waiting.id, installation.machine(settings, LATER), doubt=disk_check.judge(settings).doubt
    )
    assert outcome.state == "refused"
    assert outcome.reason == message("review.not-signed", why=message("unserved.not-shipped"))


def test_nobody_is_asked_about_the_built_pack_of_an_installation(tmp_path: Path, own: Path) -> None:
    """It comes with an update of the program, whose keeper decided."""
    settings = settings_of(tmp_path, own)
    assert refresh(settings, NOW).state == "active"
    edit(own, CRISIS, "+18006564673", "+18006564670")
    shipped_copy.replace(own)
    assert built_pack.is_built(own)
    assert refresh(settings, LATER).state == "active"
