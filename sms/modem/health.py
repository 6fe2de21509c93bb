"""A modem's state as sentences for the operator and fields for `doctor --json`."""

from dataclasses import dataclass

from settings import extras

INSTALL = f"{extras.needs('[sms] carrier', 'modem')}."
REGISTERED = {"HomeNetwork": "at home", "RoamingNetwork": "roaming"}
FULL = 0.9  # of the places for texts: a full modem silently receives nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the modem reports. ``away``: why it does not answer. Unknown values: "", -1, 0."""

    away: str = ""
    sim_code: str = ""
    network: str = ""
    signal_percent: int = -1
    texts: int = 0
    room: int = 0

    def problem(self) -> str:
        """What keeps texts from passing and what to do; "" if nothing does."""
        if self.away:
            return self.away
        if self.sim_code:
            return (
                f"The SIM asks for a code ({self.sim_code}): put it into a phone and switch its PIN"
                " off."
            )
        if self.network and self.network not in REGISTERED:
            return (
                f"The modem is on no network ({self.network}): look at the antenna, the SIM and its"
                " contract."
            )
        if self.room and self.texts >= self.room * FULL:
            return (
                f"The modem is nearly full ({self.texts} of {self.room} texts): delete what lies in"
                " it by hand."
            )
        return ""

    def sentence(self) -> str:
        """The state while nothing is wrong."""
        where = REGISTERED.get(self.network, "not known")
        signal = f"{self.signal_percent} %" if self.signal_percent >= 0 else "not known"
        return (
            f"The modem answers: network {where}, signal {signal}, {self.texts} of {self.room}"
            " texts lie in it."
        )

    def report(self) -> dict[str, object]:
        """The fields for the desk and `doctor --json`."""
        return {
            "modem": self.problem() or "ok",
            "modem_sim": "" if self.away else self.sim_code or "ready",
            "modem_network": self.network,
            "modem_signal_percent": self.signal_percent,
            "modem_texts": self.texts,
        }


def failure_sentence(error: str) -> str:
    """What an open modem failed to do. ``error``: the exception's class name."""
    if error == "ERR_NOSIM":
        return "There is no SIM in the modem, or it does not sit right."
    if error == "ERR_SECURITYERROR":
        return "The SIM asks for a code: put it into a phone and switch its PIN off."
    return f"The modem answered with an error ({error}); it is opened again."


def opening_sentence(error: str, device: str) -> str:
    """Why it could not be opened. ``error``: the exception's class name, "" for no device."""
    if error == "ModuleNotFoundError":
        return INSTALL
    if not error:
        return f"[sms] modem_device: there is no {device}; is the modem plugged in?"
    if error == "ERR_DEVICENOPERMISSION":
        return (
            f"[sms] modem_device: {device} may not be opened; put the user that runs this into the"
            " group dialout."
        )
    return (
        f"[sms] modem_device: {device} does not answer as a modem ({error}); another program may"
        " hold it (ModemManager), or another of its ports is the right one."
    )
