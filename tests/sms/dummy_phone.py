"""gammu's own dummy phone: a modem that is a folder, with a network played by the tests."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import gammu

PHONE = "+19165550123"
INBOX = 1


class Network:
    """The network behind the modem: accepts or refuses outgoing texts, delivers incoming ones."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.sent: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        self.undeletable = False
        self.unreadable = 0
        self.opened = 0
        self.answers: dict[str, Any] = {}

    def new_phone(self) -> Any:
        """Return a gammu.StateMachine on the folder, which tells this network what it sends."""
        self.opened += 1
        return _Phone(self)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Return everything sent: number and words, with parts joined as a phone joins them."""
        told: list[tuple[str, str]] = []
        for part in self.sent:
            later_part = part["UDH"]["PartNumber"] > 1
            number, before = told.pop() if later_part else (part["Number"], "")
            told.append((number, before + part["Text"]))
        return told

    def lying(self) -> int:
        """Return how many parts are in the modem."""
        return sum(1 for file in (self.folder / "sms").rglob("*") if file.is_file())

    def deliver(
        self, text: str, *, sender: str = PHONE, at: datetime, only: int = 0, **more: Any
    ) -> None:
        """Deliver a text to the modem as a network does, in parts if it is long. ``only``: deliver
        just this part."""
        unicode = not text.isascii()
        received = {"Folder": INBOX, "State": "UnRead", "Type": "Deliver"}
        entry = {"ID": "ConcatenatedTextLong", "Buffer": text}
        for part in gammu.EncodeSMS({"Class": -1, "Unicode": unicode, "Entries": [entry]}):
            if only in {0, part["UDH"]["PartNumber"]}:
                self._lay({**part, **received, "Number": sender, "DateTime": at, **more})

    def _lay(self, part: dict[str, Any]) -> None:
        phone = gammu.StateMachine()
        phone.SetConfig(0, {"Model": "dummy", "Connection": "none", "Device": str(self.folder)})
        phone.Init()
        phone.AddSMS({**part, "SMSC": {"Location": 1}})
        phone.Terminate()


class _Phone(gammu.StateMachine):  # type: ignore[misc]  # gammu has no types
    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def SendSMS(self, part: dict[str, Any]) -> int:  # noqa: N802  gammu's name
        refusal = self._network.refusals.pop(0) if self._network.refusals else ""
        if refusal:
            raise error(refusal)
        reference = int(super().SendSMS(part))
        self._network.sent.append(part)
        return reference

    def DeleteSMS(self, folder: int, location: int) -> None:  # noqa: N802
        if self._network.undeletable:
            raise error("ERR_UNKNOWN")
        super().DeleteSMS(folder, location)

    def GetNextSMS(self, **which: Any) -> Any:  # noqa: N802
        found = super().GetNextSMS(**which)
        if found[0]["Location"] == self._network.unreadable:
            raise error("ERR_CORRUPTED")
        return found

    def GetSecurityStatus(self) -> Any:  # noqa: N802
        return self._told("GetSecurityStatus", super().GetSecurityStatus)

    def GetNetworkInfo(self) -> Any:  # noqa: N802
        return self._told("GetNetworkInfo", super().GetNetworkInfo)

    def GetSMSStatus(self) -> Any:  # noqa: N802
        return self._told("GetSMSStatus", super().GetSMSStatus)

    def _told(self, question: str, ask: Callable[[], Any]) -> Any:
        answer = self._network.answers[question] if question in self._network.answers else ask()
        if isinstance(answer, str) and answer.startswith("ERR_"):
            raise error(answer)
        return answer


def error(name: str) -> Exception:
    """Return one of gammu's errors, as gammu raises it."""
    codes = {known: code for code, known in gammu.ErrorNumbers.items()}
    made: Exception = getattr(gammu, name)({"Text": name, "Where": "SendSMS", "Code": codes[name]})
    return made
