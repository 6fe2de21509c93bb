"""Alarms that reach a person: real conversations with a mail server and a webhook."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest

from runtime.alarms import delivery, watch
from runtime.alarms.rules import DeliveryError, Ring, kinds
from runtime.alarms.watch import AlarmWatch
from runtime.health import alarms, live, report
from runtime.health.observation import NIGHTLY, NightlyRecord
from settings.load import Secrets
from settings.schema import AlarmSettings, Kiosk, Server, Settings
from system import files
from tests.content import hub
from tests.running import command, environment, until
from tests.runtime.alarms.receivers import Hook, Mailbox, running
from tests.runtime.health import looked
from tests.runtime.health.test_alarms import ROWS

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
NOBODY = "9"  # no server of ours answers on that port
HELD = looked.waiting(1, days=8)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox()) as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with running(Hook()) as server:
        yield server


class Machine:
    """An installation whose clocks a test moves, and which can be restarted."""

    def __init__(
        self, data: Path, mailbox: Mailbox, hook: Hook | None, patience: float = 30
    ) -> None:
        self.settings = Settings(
            server=Server(data_dir=data),
            kiosk=Kiosk(school="Elm\nStreet"),
            alarms=AlarmSettings(
                mail_to=("office@example.org", "it@example.org"),
                smtp_host="127.0.0.1",
                smtp_port=mailbox.port,
                smtp_security="none",
                webhook=hook.address if hook else "",
            ),
        )
        self.data, self.patience, self.seconds = data, patience, 0.0
        self.restart()

    def restart(self) -> None:
        send = delivery.channels(self.settings, Secrets(), "kiosk-1")
        self.watch = AlarmWatch(
            self.data,
            send,
            clock=lambda: NOW,
            steady=lambda: self.seconds,
            patience=self.patience,
        )

    def look(self, *, minutes: int = 1, **seen: Any) -> None:
        self.seconds += 60 * minutes
        asyncio.run(
            self.watch.turn(
                report.alarms(looked.observation(ringing=self.watch.memory.ringing, **seen))
            )
        )

    def doctor(self) -> list[tuple[str, str]]:
        found = looked.examined(self.settings, alarms.channels, alarms.ringing)
        return [(finding.kind, str(finding.message)) for finding in found]


def test_a_change_on_hold_reaches_the_office_once_and_its_end_once(
    tmp_path: Path, mailbox: Mailbox, hook: Hook
) -> None:
    machine = Machine(tmp_path, mailbox, hook)
    for _ in range(3):
        machine.look(held=HELD)
    machine.restart()
    machine.look(held=HELD)
    assert (len(mailbox.mails), len(hook.posts)) == (1, 1)
    mail = message_from_string(mailbox.mails[0], policy=policy.default)
    assert mail["subject"] == "Porchlight, Elm Street: A change needs a person's approval"
    assert mail["to"] == "office@example.org, it@example.org"
    assert "waiting for approval for 8 days" in str(mail.get_content())
    assert "Hay contenido nuevo que espera desde hace 8 días" in str(mail.get_content())
    assert (hook.posts[0]["alarm"], hook.posts[0]["state"]) == ("held", "wrong")
    for _ in range(3):
        machine.look()
    assert [post["state"] for post in hook.posts] == ["wrong", "well"]
    assert "Fixed: A change needs" in mailbox.mails[1].replace("\n ", " ")
    assert len(mailbox.mails) == 2
    assert [kind for kind, _ in machine.doctor()] == ["ok", "ok"]


def test_a_mail_server_that_refuses_is_tried_again_later_and_stands_in_doctor(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.mood = "refuses"
    machine = Machine(tmp_path, mailbox, None)
    machine.look(held=HELD)
    (wrong, _note) = machine.doctor()
    assert wrong[0] == "wrong"
    assert "by mail have not been sent since 2026-11-27 20:00 UTC (1 waiting)" in wrong[1]
    assert "refused the recipients. Check mail_to" in wrong[1]
    assert "secret-reason" not in wrong[1]
    calls = mailbox.calls
    machine.seconds -= 59
    machine.look(held=HELD)  # a second later: it waits
    assert mailbox.calls == calls
    mailbox.mood = "takes"
    machine.look(held=HELD, minutes=2)
    assert len(mailbox.mails) == 1
    assert [kind for kind, _ in machine.doctor()] == ["ok", "note"]


def test_a_mail_server_that_hangs_keeps_nobody_else_waiting(
    tmp_path: Path, mailbox: Mailbox, hook: Hook
) -> None:
    mailbox.mood = "hangs"
    machine = Machine(tmp_path, mailbox, hook)
    looking = threading.Thread(target=machine.look, kwargs={"held": HELD})
    looking.start()
    until(lambda: bool(hook.posts), "the webhook rings while the mail server hangs")
    assert looking.is_alive()
    mailbox.over.set()
    looking.join()
    assert "by mail have not been sent" in machine.doctor()[0][1]


def test_a_mail_server_that_hangs_is_left_at_the_deadline_and_tried_again(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    mailbox.mood = "hangs"
    machine = Machine(tmp_path, mailbox, None, patience=0.2)
    machine.look(held=HELD)
    assert "The other server did not finish" in machine.doctor()[0][1]
    mailbox.mood = "takes"
    machine.patience = 30
    machine.restart()
    machine.look(held=HELD)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_does_not_take_it_is_a_sentence(
    tmp_path: Path, mailbox: Mailbox, hook: Hook, status: int
) -> None:
    hook.status = status
    machine = Machine(tmp_path, mailbox, hook)
    machine.look(held=HELD)
    assert f"The webhook's server answered {status}." in machine.doctor()[1][1]
    assert len(mailbox.mails) == 1


def test_a_disk_that_keeps_nothing_still_rings(
    tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path / "gone", mailbox, None)  # no such folder: every write fails
    for _ in range(8):
        machine.look(**looked.disk_full(0))
    assert len(mailbox.mails) == 1


def test_memory_that_was_lost_or_is_older_does_not_keep_a_channel_silent(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    machine = Machine(tmp_path, mailbox, None)
    machine.look(held=HELD)
    file = tmp_path / watch.FILE
    file.write_text(file.read_text().replace('"number": 1', '"number": 0'))
    machine.restart()
    machine.look()
    assert len(mailbox.mails) == 2
    file.write_text("{")
    machine.restart()
    machine.look(held=HELD)
    assert len(mailbox.mails) == 3


def test_a_password_never_crosses_a_network_in_the_clear(tmp_path: Path) -> None:
    alarms = AlarmSettings(
        mail_to=("a@example.org",), smtp_host="mail.example.org", smtp_security="none"
    )
    send = delivery.channels(Settings(alarms=alarms), Secrets(smtp_password="x"), "kiosk-1")
    with pytest.raises(DeliveryError, match="only for a mail relay on this computer"):
        send["mail"](Ring(1, "test", False, "", NOW, NOW))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_password_goes_out_secured_and_to_a_trusted_server_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    ring = Ring(1, "test", False, "", NOW, NOW)
    with running(Mailbox(security, hub.certificate(tmp_path))) as mailbox:
        alarms = AlarmSettings(
            mail_to=("a@example.org",),
            smtp_host="127.0.0.1",
            smtp_port=mailbox.port,
            smtp_security=security,
            smtp_user="kiosk",
        )
        secrets = Secrets(smtp_password="seventeen letters")
        send = delivery.channels(Settings(alarms=alarms), secrets, "kiosk-1")["mail"]
        with pytest.raises(DeliveryError, match="no certificate that this computer trusts"):
            send(ring)
        assert mailbox.passwords == []
        monkeypatch.setenv("SSL_CERT_FILE", str(hub.authority(tmp_path)))
        send(ring)
        assert mailbox.passwords == ["\0kiosk\0seventeen letters"]
        assert "This is a test" in mailbox.mails[0]


def test_a_server_without_starttls_is_told_with_what_to_set(mailbox: Mailbox) -> None:
    mailbox.offers = "SIZE"
    alarms = AlarmSettings(
        mail_to=("a@example.org",), smtp_host="127.0.0.1", smtp_port=mailbox.port
    )
    send = delivery.channels(Settings(alarms=alarms), Secrets(), "kiosk-1")["mail"]
    with pytest.raises(DeliveryError, match='does not support STARTTLS, set smtp_security = "tls"'):
        send(Ring(number=1, kind="test", recovered=False, value="", at=NOW, since=NOW))


def test_who_is_named_later_hears_of_what_is_wrong_then(tmp_path: Path, mailbox: Mailbox) -> None:
    machine = Machine(tmp_path, mailbox, None)
    named, machine.settings = machine.settings, Settings()
    machine.restart()
    machine.look(held=HELD)
    assert list(machine.watch.memory.ringing) == ["held"]
    assert not (tmp_path / watch.FILE).exists()
    machine.settings = named
    machine.restart()
    machine.look(held=HELD)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("record", "kind", "says"),
    [
        (None, "note", "has not run yet"),
        (NightlyRecord(at=NOW, problems=()), "ok", "every known question got the correct answer"),
        (NightlyRecord(at=NOW, problems=("A.", "B.")), "wrong", "found 2 wrong answers: A. Run"),
    ],
)
def test_doctor_says_how_the_night_was(
    tmp_path: Path, record: NightlyRecord | None, kind: str, says: str
) -> None:
    if record:
        files.write_record(tmp_path / NIGHTLY, record)
    (found,) = looked.examined(Settings(server=Server(data_dir=tmp_path)), live.nightly)
    assert (found.kind, says in str(found.message)) == (kind, True)


def test_nobody_to_hear_is_a_note_and_a_list_without_a_server_is_wrong() -> None:
    (note,) = looked.examined(Settings(), alarms.channels)
    mail = Settings(alarms=AlarmSettings(mail_to=("a@example.org",)))
    (wrong,) = looked.examined(mail, alarms.channels)
    assert (note.kind, wrong.kind) == ("note", "wrong")


def test_alarm_test_sends_one_and_says_so(tmp_path: Path, mailbox: Mailbox) -> None:
    environ = environment(
        tmp_path,
        PORCHLIGHT_ALARMS__MAIL_TO='["office@example.org"]',
        PORCHLIGHT_ALARMS__SMTP_HOST="127.0.0.1",
        PORCHLIGHT_ALARMS__SMTP_PORT=str(mailbox.port),
        PORCHLIGHT_ALARMS__SMTP_SECURITY="none",
        PORCHLIGHT_SERVER__PORT=NOBODY,
    )
    done = command("alarm", "test", environ=environ)
    told = "mail: sent. Check that it arrives.\n"
    assert (done.returncode, done.stdout.endswith(told)) == (0, True)
    assert done.stdout.startswith("No server is running here, so this command sent the test itself")
    assert "This is a test" in mailbox.mails[0]
    mailbox.mood = "refuses"
    done = command("alarm", "test", environ=environ)
    assert (done.returncode, "refused the recipients" in done.stdout) == (1, True)
    silent = command("alarm", "test", environ=environment(tmp_path))
    assert (silent.returncode, "Nobody would get an alarm" in silent.stderr) == (1, True)


@pytest.mark.parametrize("kind", sorted(set(kinds()) - {"test"}))
def test_each_kind_of_trouble_rings_once_and_once_when_it_is_over(
    tmp_path: Path, mailbox: Mailbox, hook: Hook, kind: str
) -> None:
    seen = next(seen for seen, trouble in ROWS if kind in trouble and "ringing" not in seen)
    machine, rule = Machine(tmp_path, mailbox, hook), kinds()[kind]
    for _ in range(3):
        machine.look(minutes=rule.after + 1, **seen)
    assert [(post["alarm"], post["state"]) for post in hook.posts] == [(kind, "wrong")]
    for _ in range(3):
        machine.look(minutes=rule.clear + 1)
    assert [(post["alarm"], post["state"]) for post in hook.posts[1:]] == [(kind, "well")]
    assert len(mailbox.mails) == 2
