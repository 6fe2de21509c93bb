"""Describes a modem's state: sentences for the operator, fields for `doctor --json`."""

from dataclasses import dataclass

from messages.message import Message, message
from settings import extras

INSTALL = message("extras.needed", lacks=extras.needs("[sms] carrier", "modem"))
REGISTERED = {"HomeNetwork": message("modem.home"), "RoamingNetwork": "roaming"}
FULL = 0.9  # share of the storage in use: a full modem silently receives nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A modem's report. ``away``: why it is not responding. Unknown values are "", -1 or 0."""

    away: Message | None = None
    sim_code: str = ""
    network: str = ""
    signal_percent: int = -1
    texts: int = 0
    room: int = 0

    def problem(self) -> Message | None:
        """Say why texts cannot get through and what to do; return None if nothing is wrong."""
        if self.away:
            return self.away
        if self.sim_code:
            return message("modem.sim-code-named", sim_code=self.sim_code)
        if self.network and self.network not in REGISTERED:
            return message("modem.no-network", network=self.network)
        if self.room and self.texts >= self.room * FULL:
            return message("modem.full", texts=self.texts, room=self.room)
        return None

    def sentence(self) -> Message:
        where = REGISTERED.get(self.network, message("modem.unknown"))
        signal = (
            f"{self.signal_percent} %" if self.signal_percent >= 0 else message("modem.unknown")
        )
        return message("modem.fine", where=where, signal=signal, texts=self.texts, room=self.room)

    def report(self) -> dict[str, object]:
        return {
            "modem": self.problem() or "ok",
            "modem_sim": "" if self.away else self.sim_code or "ready",
            "modem_network": self.network,
            "modem_signal_percent": self.signal_percent,
            "modem_texts": self.texts,
        }


def failure_message(error: str) -> Message:
    """Say at which task a connected modem failed. ``error``: the exception's class name."""
    if error == "ERR_NOSIM":
        return message("modem.no-sim")
    if error == "ERR_SECURITYERROR":
        return message("modem.sim-code")
    return message("modem.error", error=error)


def opening_message(error: str, device: str) -> Message:
    """Say why the modem did not open. ``error``: its class name, or "" if there is no modem."""
    if error == "ModuleNotFoundError":
        return INSTALL
    if not error:
        return message("modem.no-device", device=device)
    if error == "ERR_DEVICENOPERMISSION":
        return message("modem.no-permission", device=device)
    return message("modem.other-device", device=device, error=error)
