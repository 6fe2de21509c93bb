"""Why a refresh failed: kinds (stored in its record), and a sentence for the school office."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal[
    "no network",
    "sign-in page",
    "blocked",
    "inspection",
    "clock",
    "slow",
    "hub down",
    "hub incomplete",
    "hub stale",
    "old stick",
    "older",
    "older stick",
    "bad signature",
    "damaged",
    "stick",
    "disk",
]


class _Meaning(NamedTuple):
    words: str
    alarm: bool = False
    again: bool = False


_STAYS = "What is shown stays."
_CALL = "This may be an attack: tell the publisher today, by phone."
_MEANINGS: dict[Kind, _Meaning] = {
    "no network": _Meaning(
        "The publisher could not be reached: {}. Check the network cable or Wi-Fi and the proxy; "
        "this machine tries again by itself.",
        again=True,
    ),
    "sign-in page": _Meaning(
        "Something answered in the publisher's place with a web page or a redirection ({}), as a"
        " sign-in page does. Sign this machine in, or ask IT to let it through without signing in.",
        again=True,
    ),
    "blocked": _Meaning(
        "A web filter blocks the publisher ({}). Ask IT to allow that address for this machine."
    ),
    "inspection": _Meaning(
        "The secure connection was not trusted ({}). If the school inspects secure connections, ask"
        " IT for the certificate file of the inspection and name it in SSL_CERT_FILE, or for an"
        " exception for that address."
    ),
    "clock": _Meaning(
        "By this machine's clock the publisher's certificate is not valid yet, or not any more"
        " ({}). Set date and time, or bring the pack on a USB stick, which needs no clock."
    ),
    "slow": _Meaning("The download did not end in time and was stopped ({}).", again=True),
    "hub down": _Meaning(
        "The publisher's server has a fault ({}). Nothing is wrong here.", again=True
    ),
    "hub incomplete": _Meaning("The publisher's files are not all there ({}). Tell the publisher."),
    "hub stale": _Meaning(
        "What the publisher offers is out of date: {}. Tell the publisher that it must be signed"
        " again."
    ),
    "old stick": _Meaning("{}"),
    "older stick": _Meaning(
        "The stick is older than what this machine already has ({}). An older pack is never taken."
    ),
    "older": _Meaning(
        f"An older pack was offered in place of the one already taken ({{}}). {_CALL}", alarm=True
    ),
    "bad signature": _Meaning(
        f"The pack is not signed by those whom this machine trusts ({{}}). {_CALL}", alarm=True
    ),
    "damaged": _Meaning(f"A file is not what the publisher signed ({{}}). {_CALL}", alarm=True),
    "stick": _Meaning(
        "The stick or folder could not be read: {}. Copy the publisher's files to it again."
    ),
    "disk": _Meaning(
        "The data directory could not be written ({}): make room, or let Porchlight write there.",
        again=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind, and its detail: a host, a status, a file of the publisher."""

    kind: Kind
    detail: str

    @property
    def alarm(self) -> bool:
        """Whether this may be an attack."""
        return _MEANINGS[self.kind].alarm

    @property
    def again(self) -> bool:
        """Whether to retry soon."""
        return _MEANINGS[self.kind].again

    def sentence(self) -> str:
        """What happened and what to do, for a person in a school office."""
        return f"{_MEANINGS[self.kind].words.format(self.detail)} {_STAYS}"


class RefreshError(Exception):
    """A refresh ended without a pack; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence())
        self.failure = failure


def of_status(status: int, host: str) -> Failure:
    """What an HTTP status other than 200 means for a file that should be there."""
    detail = f"{host}, status {status}"
    if status == 511 or 300 <= status < 400:
        return Failure("sign-in page", detail)
    if status in (401, 403, 407, 451):
        return Failure("blocked", detail)
    if status in (404, 410):
        return Failure("hub incomplete", detail)
    return Failure("hub down", detail)


def is_page(body: bytes) -> bool:
    """Whether a body that should be JSON begins as a web page does."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
