"""The line behind a modem, on gammu's dummy phone and both databases: once each, in time, and
nothing lost."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from content.model.pinned import pinned_pack
from messages.message import message
from runtime.text_door import TextDoor
from settings.load import Secrets
from settings.schema import Server, Settings, Sms
from sms.line import TextLine
from sms.modem.device import Modem
from sms.modem.loop import ModemLoop
from store.group_commit import Store
from tests.sms.conftest import NOON, Clock
from tests.sms.dummy_phone import PHONE, Network

LONG = "me corrieron de mi casa y no sé a dónde ir, quiero morir 😀 " * 2
NewLine = Callable[..., TextLine]
Start = Callable[[], ModemLoop]
FOOD, DANGER = "Basics: 211. More: text M46.", "Danger: 911. More: text M31."
sqlite_alone = pytest.mark.parametrize(
    "url", ["sqlite"], indirect=True
)  # what no statement of ours decides
STOPPED, STARTED = "Off. 911, 988. START turns it on.", "You can text again. 911, 988."


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path / "modem")


@pytest.fixture
def start(store: Store, new_line: NewLine, network: Network, clock: Clock) -> Start:
    """Starts the program anew: a line, a modem and a loop that remember nothing, over the same
    store and SIM."""

    def begin() -> ModemLoop:
        line = new_line(store, carrier_keeps_list=False, confirms_stop=True)
        modem = Modem(device=str(network.folder), clock=clock, new_phone=network.new_phone)
        return ModemLoop(line, modem, clock=clock)

    return begin


def run(play: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(play())  # type: ignore[arg-type]


def turns(loop: ModemLoop, count: int = 1) -> None:
    async def play() -> None:
        for _ in range(count):
            await loop.turn()

    run(play)


def test_a_long_text_in_spanish_is_answered_once_and_deleted(
    network: Network, start: Start, clock: Clock
) -> None:
    network.deliver(LONG, at=clock())
    assert network.lying() == 2
    turns(start(), 2)
    assert [number for number, _ in network.texts] == [PHONE]
    assert "988" in network.texts[0][1]
    assert network.texts[0][1].startswith("(es)")
    assert network.lying() == 0


@sqlite_alone
def test_texts_are_answered_oldest_first(network: Network, start: Start, clock: Clock) -> None:
    for after, body in ((9, "FOOD"), (3, "im not safe")):
        network.deliver(body, at=clock() + timedelta(seconds=after))
    turns(start())
    assert network.texts == [(PHONE, DANGER), (PHONE, FOOD)]


def test_stop_is_confirmed_once_and_holds_over_a_restart_until_start(
    network: Network, start: Start, clock: Clock
) -> None:
    for restart in (False, True):
        loop = start()
        for body in ("FOOD",) if restart else ("STOP", "FOOD", "stop"):
            network.deliver(body, at=clock())
            clock.pass_by(1)
        turns(loop)
    assert network.texts == [(PHONE, STOPPED)]
    network.deliver(
        "im not safe", sender="9165550123", at=clock()
    )  # the same phone, as another network writes it
    turns(loop)
    assert network.texts == [(PHONE, STOPPED)]
    for body in ("START", "FOOD"):
        clock.pass_by(1)
        network.deliver(body, at=clock())
    turns(loop)
    assert network.texts == [(PHONE, STOPPED), (PHONE, STARTED), (PHONE, FOOD)]
    assert network.lying() == 0


@sqlite_alone
def test_help_is_answered_by_the_line_itself(network: Network, start: Start, clock: Clock) -> None:
    network.deliver("HELP", at=clock())
    turns(start())
    assert network.texts == [
        (PHONE, "Porchlight: 911, 988, 1-888-373-7888. Questions: help@example.org. STOP to end.")
    ]


@pytest.mark.few(2)
@pytest.mark.parametrize("body", ["FOOD", "STOP"])
def test_what_was_answered_and_could_not_be_deleted_is_not_answered_again(
    network: Network, start: Start, clock: Clock, body: str
) -> None:
    """A crash between answering and deleting leaves the message where it lay."""
    network.undeletable = True
    network.deliver(body, at=clock())
    turns(start(), 2)
    assert len(network.texts) == 1
    if body == "STOP":
        network.deliver("START", at=clock() + timedelta(seconds=5))
    crashed = start()
    turns(crashed, 2)
    clock.pass_by(200)
    network.undeletable = False
    turns(start())
    assert len(network.texts) == (2 if body == "STOP" else 1)
    assert network.lying() == 0
    network.deliver("FOOD", at=clock())  # and the STOP of before did not count a second time
    turns(start())
    assert network.texts[-1] == (PHONE, FOOD)


@pytest.mark.slow
def test_a_crash_before_sending_loses_nothing(network: Network, start: Start, clock: Clock) -> None:
    network.deliver("FOOD", at=clock())
    loop = start()
    network.refusals = ["ERR_UNKNOWN"]
    turns(loop)  # claimed, and not sent
    assert network.texts == []
    turns(start())
    assert network.texts == [(PHONE, FOOD)]


@sqlite_alone
@pytest.mark.slow
def test_a_reply_that_was_not_sent_is_tried_again_ever_more_slowly_until_the_window_ends(
    network: Network, start: Start, clock: Clock
) -> None:
    network.deliver("FOOD", at=clock())
    loop = start()
    network.refusals = ["ERR_UNKNOWN"] * 1000
    tried = []
    for seconds in (4, 1, 9, 1, 20, 40, 80, 119, 1, 120, 120, 120, 120, 120, 119, 1):
        left = len(network.refusals)
        turns(loop)
        tried.append(left - len(network.refusals))
        clock.pass_by(seconds)
    assert tried == [1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0]
    network.refusals = []
    turns(loop)
    assert network.lying() == 0
    assert network.texts == []


@sqlite_alone
def test_replies_that_do_not_go_out_are_told_until_one_does(
    network: Network, start: Start, clock: Clock
) -> None:
    network.deliver("FOOD", at=clock())
    network.refusals = ["ERR_UNKNOWN"]
    loop = start()
    turns(loop)
    assert loop.report()["replies"] == message("modem.held-up", since="2026-11-24 20:00")
    clock.pass_by(10)
    turns(loop)
    assert loop.report()["replies"] == "ok"
    assert network.texts == [(PHONE, FOOD)]


@sqlite_alone
@pytest.mark.parametrize(
    ("refusals", "sent"),
    [
        (["ERR_INVALIDDATA"], 0),  # never: given up at once
        (["ERR_TIMEOUT"], 1),  # unknown: once more
        (["ERR_UNKNOWN", "ERR_TIMEOUT"], 1),
        (["ERR_TIMEOUT", "ERR_TIMEOUT"], 0),  # and only once: it may have gone out both times
    ],
    ids=str,
)
@pytest.mark.slow
def test_what_a_failure_means_decides_whether_it_is_sent_again(
    network: Network, start: Start, clock: Clock, refusals: list[str], sent: int
) -> None:
    network.deliver("FOOD", at=clock())
    network.refusals = list(refusals)
    loop = start()
    for _ in range(4):
        turns(loop)
        clock.pass_by(60)
    assert (len(network.texts), network.refusals, network.lying()) == (sent, [], 0)


def test_after_an_outage_only_what_is_recent_is_answered_and_the_rest_is_deleted(
    network: Network, start: Start, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    network.deliver("im not safe", at=clock())
    network.deliver("STOP", sender="+19165550177", at=clock())
    clock.pass_by(15 * 60)
    network.deliver("FOOD", sender="+19165550188", at=clock())
    clock.pass_by(1)
    loop = start()
    turns(loop)
    assert network.texts == [("+19165550188", FOOD)]
    assert network.lying() == 0
    assert "modem-late" in caplog.text
    network.deliver("FOOD", sender="+19165550177", at=clock())
    turns(loop)
    assert len(network.texts) == 1  # a STOP counts however late it is read


@sqlite_alone
def test_a_stop_silences_the_texts_before_it_that_still_wait(
    network: Network, start: Start, clock: Clock
) -> None:
    network.deliver("FOOD", at=clock())
    network.deliver("FOOD", sender="+19165550177", at=clock())
    network.refusals = ["ERR_UNKNOWN"] * 2
    loop = start()
    turns(loop)
    clock.pass_by(30)
    network.deliver("STOP", at=clock())
    turns(loop)
    assert sorted(network.texts) == [(PHONE, STOPPED), ("+19165550177", FOOD)]
    assert network.lying() == 0


@sqlite_alone
@pytest.mark.parametrize(
    "sender", ["12345", "888777", "AMAZON", "+266696687", "+19165550100", "9165550100", ""]
)
def test_who_cannot_or_must_not_be_texted_back_is_not(
    network: Network, start: Start, clock: Clock, sender: str
) -> None:
    network.deliver("im not safe", sender=sender, at=clock())
    network.deliver("FOOD", sender="+525512345678", at=clock())
    turns(start())
    assert network.texts == [("+525512345678", FOOD)]
    assert network.lying() == 0


@sqlite_alone
def test_two_machines_do_not_talk_for_ever(network: Network, start: Start, clock: Clock) -> None:
    loop = start()
    for k in range(18):
        network.deliver("I am driving", at=clock() + timedelta(seconds=k))
    turns(loop)
    assert len(network.texts) == 13
    assert network.texts[-1][1] == "Call 911. 988."
    assert network.lying() == 0


@sqlite_alone
def test_a_modem_that_is_away_is_told_and_found_again(
    network: Network, start: Start, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    loop = start()
    assert loop.report()["modem"] == message("modem.not-asked")
    turns(loop)
    assert (loop.report()["modem"], loop.report()["modem_signal_percent"]) == ("ok", 42)
    aside = network.folder.with_name("aside")
    network.folder.rename(aside)
    turns(loop)
    assert "Is the modem plugged in?" in str(loop.report()["modem"])
    assert "The modem is not responding" in caplog.text
    aside.rename(network.folder)
    network.deliver("FOOD", at=clock())
    turns(loop)
    assert loop.report()["modem"] == "ok"
    assert network.texts == [(PHONE, FOOD)]


@sqlite_alone
def test_a_modem_that_hangs_is_told(
    network: Network, store: Store, new_line: NewLine, clock: Clock
) -> None:
    """gammu waits for ever for some modems (python-gammu issue 24)."""
    released = threading.Event()
    modem = Modem(
        device=str(network.folder),
        clock=clock,
        new_phone=lambda: released.wait(60),
    )
    line = new_line(store, carrier_keeps_list=False)
    loop = ModemLoop(line, modem, clock=clock)

    async def play() -> tuple[object, object]:
        turn = asyncio.create_task(loop.turn())
        await asyncio.sleep(0)
        before = loop.report()["modem"]
        clock.pass_by(181)
        hung = loop.report()["modem"]
        released.set()
        await turn
        return before, hung

    before, hung = asyncio.run(play())
    assert before == message("modem.not-asked")
    assert hung == message("modem.hangs", hung="2026-11-24 20:00 UTC")
    assert "not responded since" not in str(loop.report()["modem"])


def test_without_the_database_texts_are_answered_and_what_is_not_answered_stays_in_the_modem(
    network: Network, start: Start, store: Store, clock: Clock
) -> None:
    network.deliver("FOOD", at=clock())
    network.deliver("im not safe", at=clock() - timedelta(hours=1))
    loop = start()
    store.close()
    turns(loop, 2)
    assert network.texts == [(PHONE, FOOD)]
    assert network.lying() == 1


def test_the_settings_name_the_modem_and_a_text_counts_as_late_after_a_quarter_of_an_hour(
    network: Network, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    network.deliver("FOOD", at=clock())
    clock.pass_by(14 * 60)
    sms = Sms(carrier="modem", modem_device=str(network.folder))

    def made(sms: Sms) -> TextDoor:
        settings = Settings(server=Server(data_dir=tmp_path), sms=sms)
        given: dict[str, Any] = {"hash_key": b"key", "clock": clock, "carrier": None}
        return TextDoor(pinned_pack(), settings, Secrets(), **given)

    assert made(Sms()).modem is None
    door = made(sms)
    assert door.modem is not None
    door.store.open()
    turns(door.modem)
    door.store.close()
    assert (network.lying(), door.modem.report()["modem_texts"]) == (0, 1)
    assert "modem-late" not in caplog.text


@sqlite_alone
def test_the_program_ends_after_the_message_in_hand(
    network: Network, start: Start, clock: Clock
) -> None:
    network.deliver("FOOD", at=clock())

    async def play() -> None:
        loop = start()
        task = asyncio.create_task(loop.run())
        while not network.texts:
            await asyncio.sleep(0)
        task.cancel()  # sent, and neither written down nor deleted
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    run(play)
    assert network.lying() == 0
    turns(start())
    assert network.texts == [(PHONE, FOOD)]


@pytest.mark.slow
def test_nothing_about_a_person_is_logged_or_kept(
    tmp_path: Path, network: Network, start: Start, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    network.deliver("xyzzy-secret", at=clock())
    network.deliver("STOP", sender="+19165550177", at=clock())
    network.deliver("xyzzy-late", sender="+19165550188", at=NOON - timedelta(days=1))
    network.refusals = ["ERR_TIMEOUT"]
    loop = start()
    with caplog.at_level(logging.DEBUG):
        turns(loop)
        clock.pass_by(60)
        turns(loop)
    assert network.lying() == 0
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for secret in ("xyzzy", "55501"):
        assert secret not in caplog.text
        assert secret.encode() not in files
