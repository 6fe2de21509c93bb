"""Drives a GSM modem through gammu (the extra "modem").

gammu's own log is off: it contains numbers and texts. Sources: docs.gammu.org (libGammu 1.45); 3GPP
TS 27.005 (error codes).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from content.model.sms_segments import measure
from messages.message import Message
from sms.carrier import CarrierMessage, SendError
from sms.modem.health import Health, failure_message, opening_message
from sms.modem.multipart import JoinedMessage, Key, ReceivedPart, join, received_part

T = TypeVar("T")
CONNECTION = "at"  # gammu's name for the connection; correct for nearly every USB modem
DUMMY = "none"  # this connects to gammu's dummy phone, whose device is a folder
PART_WAIT = timedelta(minutes=3)  # wait this long for missing parts, then answer without them
RECEIVED = frozenset({"Read", "UnRead"})
_SHORTEST, _LONGEST = 5, 720  # minutes of validity that a byte can express, in steps of 5
# _NEVER: refused permanently. _UNKNOWN: no answer, so perhaps sent. All others: retry.
_NEVER = frozenset({
    *("ERR_INVALIDDATA", "ERR_NOTSUPPORTED", "ERR_NOTIMPLEMENTED", "ERR_BUG"),
    *("ValueError", "TypeError"),
})  # fmt: skip
_UNKNOWN = frozenset({
    *("ERR_TIMEOUT", "ERR_DEVICEREADERROR", "ERR_ABORTED", "ERR_NOECHO"),
    *("ERR_UNKNOWNRESPONSE", "ERR_UNKNOWNFRAME", "ERR_FRAMENOTREQUESTED"),
})  # fmt: skip


def _gammu() -> Any:
    import gammu  # noqa: PLC0415  optional, and needed only for a modem

    return gammu


def _new_phone() -> Any:
    gammu = _gammu()
    gammu.SetDebugLevel("nothing")
    return gammu.StateMachine()


class Modem:
    """A modem. Methods may block for a minute, so call them in one thread (system/bounded.py)."""

    def __init__(
        self,
        *,
        device: str,
        clock: Callable[[], datetime],
        new_phone: Callable[[], Any] = _new_phone,
    ) -> None:
        """``device``: gammu's name, or a folder for its dummy phone. ``new_phone`` makes phones."""
        self._device, self._connection = device, DUMMY if Path(device).is_dir() else CONNECTION
        self._clock = clock
        self._new_phone = new_phone
        self._phone: Any = None
        self._opened: object = None
        self._problem: Message | None = None
        self._places: dict[str, list[int]] = {}
        self._waiting: dict[Key, datetime] = {}
        self._unsent: tuple[str, str, list[dict[str, Any]]] = ("", "", [])

    def send(self, to: str, text: str, *, valid_for: timedelta) -> str:
        """Send a text, resuming a long one at the part that failed; return the last part's id."""
        minutes = int(valid_for / timedelta(minutes=1))
        validity = f"{min(max(minutes, _SHORTEST), _LONGEST)}M"
        known_to, known_text, rest = self._unsent
        if (known_to, known_text) != (to, text) or not rest:
            rest = self._ask(lambda _: _encoded(text))
        reference = 0
        while rest:
            self._unsent = (to, text, rest)
            part = {**rest[0], "Number": to, "SMSC": {"Location": 1, "Validity": validity}}
            try:
                reference = self._ask(partial(_send, part=part))
            except SendError as error:
                if error.kind == "never":
                    self._unsent = ("", "", [])
                raise
            rest = rest[1:]
        self._unsent = ("", "", [])
        return str(reference)

    def list(self, since: datetime) -> Iterator[CarrierMessage]:
        """Yield texts, newest first; incomplete ones only after ``PART_WAIT``. Raises SendError."""
        for message in reversed(self._read()):
            if message.sent_at >= since and not self._waits(message):
                yield _held(message)

    def forget(self, sid: str) -> bool:
        """Delete a message's parts; return True even if there are none. Raises SendError."""
        if sid not in self._places:
            self._read()
        for location in self._places.pop(sid, ()):
            self._delete(location)
        return True

    def health(self) -> Health:
        """Return the state of the SIM, network, signal and memory. Never raises."""
        try:
            code = self._ask(_about("GetSecurityStatus"))
            network = self._ask(_about("GetNetworkInfo"))
            signal = self._ask(_about("GetSignalQuality"))
            texts = self._ask(_about("GetSMSStatus"))
        except SendError:
            return Health(away=self._problem)
        return Health(
            sim_code=code or "",
            network=(network or {}).get("State", ""),
            signal_percent=max((signal or {}).get("SignalPercent", -1), -1),
            texts=sum((texts or {}).get(kind, 0) for kind in ("SIMUsed", "PhoneUsed")),
            room=sum((texts or {}).get(kind, 0) for kind in ("SIMSize", "PhoneSize")),
        )

    @property
    def problem(self) -> Message | None:
        """Return why the last call failed, or None if it succeeded."""
        return self._problem

    def close(self) -> None:
        phone, self._phone = self._phone, None
        self._places.clear()
        if phone is not None:
            with suppress(Exception):
                phone.Terminate()

    def _read(self) -> "list_[JoinedMessage]":
        parts, reports = self._ask(lambda phone: _all(phone, self._clock))
        for location in reports:
            self._delete(location)
        messages = join(parts)
        self._places = {}
        for message in messages:
            self._places.setdefault(message.sid, []).extend(message.locations)
        missing = [message.key for message in messages if message.missing]
        self._waiting = {key: self._waiting.get(key, self._clock()) for key in missing}
        return messages

    def _waits(self, message: JoinedMessage) -> bool:
        since = self._waiting.get(message.key) if message.missing else None
        return since is not None and timedelta() <= self._clock() - since < PART_WAIT

    def _delete(self, location: int) -> None:
        def delete(phone: Any) -> None:
            with suppress(_gammu().ERR_EMPTY):  # already deleted
                phone.DeleteSMS(0, location)

        self._ask(delete)

    def _ask(self, work: Callable[[Any], T]) -> T:
        """Run ``work``. Any failure releases the device, so that the next call opens it again."""
        phone = self._open()
        try:
            result = work(phone)
        except Exception as error:
            name = type(error).__name__
            self._problem = failure_message(name)
            self.close()
            kind = "never" if name in _NEVER else "unknown" if name in _UNKNOWN else "later"
            raise SendError(kind, _code(error)) from error  # type: ignore[arg-type]
        self._problem = None
        return result

    def _open(self) -> Any:
        there = self._there()
        if self._phone is not None and there == self._opened:
            return self._phone
        self.close()
        if there is None:
            self._problem = opening_message("", self._device)
            raise SendError("later")
        try:
            phone = self._new_phone()
            phone.SetConfig(0, self._configuration())
            phone.Init(1)  # one try: otherwise, gammu sends again after a timeout
        except Exception as error:
            self._problem = opening_message(type(error).__name__, self._device)
            raise SendError("later", _code(error)) from error
        self._phone, self._opened = phone, there
        return phone

    def _there(self) -> object:
        """Return the device node's identity, which changes when the modem is plugged in again."""
        if not self._device.startswith("/"):
            return self._device  # this is not a file but an address for gammu
        try:
            found = Path(self._device).stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino, found.st_rdev)

    def _configuration(self) -> dict[str, object]:
        return {
            "Device": self._device,
            "Connection": self._connection,
            "Model": "dummy" if self._connection == DUMMY else "",
            "UseGlobalDebugFile": 0,
            "DebugLevel": "nothing",
        }


list_ = list  # inside the class, `list` is the protocol's method


def _encoded(text: str) -> list_[dict[str, Any]]:
    """Return the parts of a text, in GSM-7 if its characters allow it."""
    unicode = measure(text).encoding == "UCS-2"
    entry = {"ID": "ConcatenatedTextLong", "Buffer": text}
    message = {"Class": -1, "Unicode": unicode, "Entries": [entry]}
    parts: list_[dict[str, Any]] = _gammu().EncodeSMS(message)
    return parts


def _send(phone: Any, *, part: dict[str, Any]) -> int:
    return int(phone.SendSMS(part))


def _all(phone: Any, clock: Callable[[], datetime]) -> tuple[list_[ReceivedPart], list_[int]]:
    """Return received parts, and where delivery reports are; stop at an unreadable entry."""
    parts: list_[ReceivedPart] = []
    reports: list_[int] = []
    seen: set[int] = set()
    position: dict[str, object] = {"Start": True}
    while True:
        try:
            found = phone.GetNextSMS(Folder=0, **position)
        except _gammu().ERR_EMPTY:
            return parts, reports
        except _gammu().GSMError:
            if parts:
                return parts, reports
            raise
        for raw in found:
            if raw["Type"] == "Status_Report":
                reports.append(raw["Location"])
            elif raw["State"] in RECEIVED:
                parts.append(received_part(raw, now=clock()))
        position = {"Location": found[0]["Location"]}
        if found[0]["Location"] in seen:  # the modem repeats entries
            return parts, reports
        seen.add(found[0]["Location"])


def _held(message: JoinedMessage) -> CarrierMessage:
    return CarrierMessage(
        sid=message.sid,
        sender=message.sender,
        recipient="",
        body=message.body,
        sent_at=message.sent_at,
        inbound=True,
        status="received",
    )


def _about(question: str) -> Callable[[Any], Any]:
    """Return a function that gets a value: None if it is unknown or the modem needs its PIN."""

    def ask(phone: Any) -> Any:
        gammu = _gammu()
        try:
            return getattr(phone, question)()
        except (gammu.ERR_NOTSUPPORTED, gammu.ERR_NOTIMPLEMENTED, gammu.ERR_SECURITYERROR):
            return None

    return ask


def _code(error: Exception) -> int:
    told = error.args[0] if error.args else None
    return int(told.get("Code", 0)) if isinstance(told, dict) else 0
