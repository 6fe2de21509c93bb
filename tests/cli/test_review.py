"""``held``, ``approve`` and ``refuse`` beside a running server: what staff type, and what they then
see."""

import shutil
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cli import review
from cli.command import Context
from content.model.built_pack import build, write_built
from content.model.pack import Pack
from content.releases.generations import Releases
from settings.load import Secrets
from settings.load import load as load_settings
from system.clock import now_utc
from tests.content.review.test_hold_policy import channel, resource
from tests.content.reviewed import NEW, Kiosk
from tests.running import Server, command, environment, serving, until
from tests.runtime.health.looked import of_content
from tests.shipped import pack as california

OLD_NUMBER, NEW_NUMBER = "1-866-331-9474", "1-916-445-3000"
PAGE = "/en/r/129"  # love is respect


def pack_folder(pack: Pack, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    write_built(build(pack), folder)
    return folder


@pytest.fixture(scope="module")
def kiosk(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], Server, Path]]:
    """A running server that asks about numbers, with a source of its own."""
    folder = tmp_path_factory.mktemp("reviewing")
    environ = environment(
        folder / "data",
        PORCHLIGHT_CONTENT__SOURCE=str(pack_folder(california(), folder / "source")),
        PORCHLIGHT_CONTENT__UNSIGNED="true",
        PORCHLIGHT_CONTENT__HOLD_NUMBERS="true",
    )
    assert command("refresh", environ=environ).returncode == 0
    with serving(environ) as server:
        yield environ, server, folder / "source"


@pytest.mark.slow
def test_a_changed_number_waits_is_shown_side_by_side_and_comes_with_a_yes(
    kiosk: tuple[dict[str, str], Server, Path],
) -> None:
    environ, server, source = kiosk
    assert command("held", environ=environ).stdout == "No new pack is waiting for approval.\n"
    pack_folder(channel("lir", number="+19164453000")(california()), source)

    waits = command("refresh", environ=environ)
    assert (waits.returncode, "is waiting for approval" in waits.stdout) == (0, True)
    shown = command("held", environ=environ).stdout
    assert f"old  {OLD_NUMBER}   →   new  {NEW_NUMBER}" in shown
    assert "love is respect: number to call" in shown
    assert "Nobody signed it" in shown
    assert "Never call a crisis line, 911 or 988" in shown
    assert OLD_NUMBER in server.http.get(PAGE).text
    assert server.detail()["held"]["late"] is False

    which = shown.split()[1]
    wrong = command("approve", "0123456789ab", environ=environ)
    assert (wrong.returncode, which in wrong.stderr) == (1, True)
    said = command("approve", which, environ=environ)
    assert (said.returncode, said.stderr) == (0, "")
    until(lambda: NEW_NUMBER in server.http.get(PAGE).text, "the approved number is on the screen")
    assert OLD_NUMBER not in server.http.get(PAGE).text
    assert server.detail()["held"] is None


@pytest.mark.slow
def test_a_withdrawn_line_leaves_screen_and_line_while_its_pack_waits_and_stays_away_after_a_no(
    kiosk: tuple[dict[str, str], Server, Path],
) -> None:
    """Case 38 of docs/develop/cases-content.md, from outside; and what the card says while its new number waits."""
    environ, server, source = kiosk
    trevor = "1-866-488-7386"
    active = Releases(Path(environ["PORCHLIGHT_SERVER__DATA_DIR"])).active(
        Releases(Path(environ["PORCHLIGHT_SERVER__DATA_DIR"])).state()
    )
    assert active is not None
    before = active.pack()
    recalled = resource("trevor", status="withdrawn")(before)
    pack_folder(channel("nrs", number="+19164453002")(recalled), source)
    assert trevor in server.http.get("/en/r/130").text

    assert "hidden immediately" in command("refresh", environ=environ).stdout
    until(
        lambda: trevor not in server.http.get("/en/r/130").text,
        "the withdrawn number is off the screen",
    )
    assert server.http.get("/en/r/130").status_code == 404
    pack_folder(channel("trevor", number="+19164453001")(before), source)
    assert "is waiting for approval" in command("refresh", environ=environ).stdout
    until(
        lambda: server.http.get("/en/r/130").status_code == 200, "the card says what it waits for"
    )
    page = server.http.get("/en/r/130")
    assert "Check this number: staff are reviewing." in page.text
    assert "988" in page.text
    assert trevor not in command("text", "im gay and scared", environ=environ).stdout
    for path in ("/en/adults", "/en/", "/es/", "/es/r/130", "/en/t/40"):
        assert trevor not in server.http.get(path).text, path

    which = command("held", environ=environ).stdout.split()[1]
    assert command("refuse", which, environ=environ).returncode == 0
    until(lambda: server.http.get("/en/r/130").status_code == 404, "the card is gone")
    assert "Somebody refused this pack" in command("refresh", environ=environ).stdout
    assert "Withdrawn: trevor, hidden here since" in command("releases", environ=environ).stdout
    assert "The withdrawn line trevor has been hidden" in command("doctor", environ=environ).stdout
    assert server.detail()["withdrawn"] == ["trevor"]


@pytest.mark.slow
def test_a_long_wait_is_wrong_in_doctor(kiosk: tuple[dict[str, str], Server, Path]) -> None:
    environ, server, source = kiosk
    pack_folder(channel("nrs", number="+19164453002")(california()), source)
    command("refresh", environ=environ)
    settings = load_settings(environ)
    later = now_utc() + timedelta(days=8)
    said = [
        finding
        for finding in of_content(settings, later, {})
        if "waiting for approval for" in str(finding.message)
    ]

    assert [(finding.kind, "for 8 days" in str(finding.message)) for finding in said] == [
        ("wrong", True)
    ]
    waiting = Releases(settings.server.data_dir).state().held
    assert waiting is not None
    assert server.detail()["held"] == {"id": waiting.id, "days": 0, "late": False}


def test_what_waits_is_printed_for_a_pack_of_two_signatures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kiosk = Kiosk(tmp_path).start()
    kiosk.accept(NEW)
    settings = load_settings(environment(kiosk.releases.root))
    later = kiosk.now + timedelta(days=8)
    assert review.print_held(Context(settings, Secrets(), Namespace(all=True), lambda: later)) == 0
    said = capsys.readouterr().out

    assert "Signed by 2 people (keys abababab, cdcdcdcd)." in said
    assert "(8 days). That is too long. Decide today." in said
    assert "A Line: number to call\n     old  1-916-445-4000   →   new  1-916-445-3000" in said
    assert "no note explains why" in said
