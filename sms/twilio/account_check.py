"""`doctor --carrier`: compares Twilio's account with what we need, quoting no message."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sms.carrier import SendError
from sms.twilio.account import Account
from sms.twilio.client import Twilio
from system.finding import Finding

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
LONGEST_VALID = 15 * 60  # seconds: later, somebody else may read the reply
MOST = 1000  # messages and errors looked at
FORGOTTEN_WITHIN = timedelta(hours=1)
DAY = timedelta(days=1)
# What an operator can do about an error; others are reported by number alone.
MEANINGS = {
    11200: "our address could not be reached",
    11205: "our address could not be reached",
    11210: "our address has no such host",
    11237: "our certificate is not right",
    12100: "an answer of ours could not be read: a fault of ours",
    12300: "an answer of ours was no XML: a fault of ours",
    21610: "the phone has sent STOP; nothing to do",
    30002: "the account is suspended",
    30003: "the phone is off or out of reach; nothing to do",
    30004: "the phone blocks us; nothing to do",
    30005: "no such phone; nothing to do",
    30006: "a landline; nothing to do",
    30007: "filtered for its wording: have it looked at",
    30032: "the toll-free number is not verified: replies do not arrive",
    30033: "the campaign is suspended: replies do not arrive",
    30034: "the number is in no approved campaign: replies do not arrive",
    30035: "the number is still being set up: replies do not arrive",
}
HARMLESS = frozenset({21610, 30003, 30004, 30005, 30006})


def checks(twilio: Twilio, account: Account, *, now: datetime) -> Iterator[Finding]:
    """All findings. Never raises: an API failure is a finding."""
    try:
        found = twilio.ask(
            lambda client: client.incoming_phone_numbers.list(phone_number=account.number, limit=1)
        )
    except SendError as error:
        yield Finding("wrong", _unasked(error, "about the number"))
        return
    if not found:
        yield Finding(
            "wrong",
            "The carrier knows no such number in this account; compare [sms] number with its"
            " console.",
        )
        return
    number = found[0]
    yield from _capabilities(number, account)
    try:
        service = _service_of(twilio, number.sid)
    except SendError as error:
        yield Finding("note", _unasked(error, "about messaging services"))
    else:
        yield from _compare(number, service, account)
        yield from _asked(
            "about the registration", lambda: _registration(twilio, number, service, account)
        )
    yield from _asked("about recent errors", lambda: _errors(twilio, now))
    yield from _asked("what it still holds", lambda: _held(twilio, now))


def _asked(about: str, question: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from list(question())
    except SendError as error:
        yield Finding("note", _unasked(error, about))


def _unasked(error: SendError, about: str) -> str:
    if error.code in {401, 20003}:
        return "The carrier does not accept TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN."
    if error.code:
        return f"The carrier answered {error.code} when asked {about}."
    return "The carrier could not be asked; try again when the network is there."


def _service_of(twilio: Twilio, number_sid: str) -> Any:
    """The number's messaging service; None if it has none."""
    for service in twilio.ask(lambda client: client.messaging.v1.services.list(limit=50)):
        if any(one.sid == number_sid for one in twilio.ask(partial(_numbers_of, service.sid))):
            return service
    return None


def _numbers_of(service_sid: str, client: Any) -> Any:
    return client.messaging.v1.services(service_sid).phone_numbers.list(limit=400)


def _compare(number: Any, service: Any, account: Account) -> Iterator[Finding]:
    """A service's addresses override the number's, unless the service says otherwise."""
    by_service = service is not None and not service.use_inbound_webhook_on_number
    whose = "service" if by_service else "number"
    url = service.inbound_request_url if by_service else number.sms_url
    method = service.inbound_method if by_service else number.sms_method
    fallback = service.fallback_url if by_service else number.sms_fallback_url
    wrong = list(_webhook(whose, url, method, fallback, account.address("/sms/inbound")))
    yield from (Finding("wrong", sentence) for sentence in wrong)
    if not wrong:
        yield Finding(
            "ok", f"The {whose} posts texts to this server, and has a fallback elsewhere."
        )
    if service is None:
        yield Finding(
            "wrong",
            "The number is in no messaging service: STOP and HELP cannot be given texts with"
            " crisis lines.",
        )
        return
    if (service.status_callback or "").partition("#")[0] != account.address("/sms/status"):
        yield Finding(
            "note",
            f"Set the service's delivery status callback to {account.address('/sms/status')}.",
        )
    if int(service.validity_period or 0) > LONGEST_VALID:
        yield Finding(
            "note",
            f"The service may deliver a reply {int(service.validity_period) // 60} minutes"
            " later; set 15.",
        )
    if service.smart_encoding:
        yield Finding(
            "note",
            "Smart Encoding is on: the carrier changes letters in replies; the pack decides"
            " that. Set it off.",
        )


def _webhook(
    whose: str, url: str | None, method: str | None, fallback: str | None, address: str
) -> Iterator[str]:
    where = (url or "").partition("#")[0]
    if where != address:
        yield f"The {whose} posts to {where or 'nothing'}; set its messaging webhook to {address}."
    if (method or "POST") != "POST":
        yield f"The {whose}'s messaging webhook uses GET; set it to POST."
    elsewhere = (fallback or "").partition("#")[0]
    if not elsewhere:
        yield (
            f"The {whose} has no fallback address: when this server is down, nobody is answered."
            " Set a TwiML Bin."
        )
    elif elsewhere.partition("/sms/")[0] == address.partition("/sms/")[0]:
        yield (
            f"The {whose}'s fallback address is this server; it must not depend on it. Set a TwiML"
            " Bin."
        )


def _capabilities(number: Any, account: Account) -> Iterator[Finding]:
    able = number.capabilities or {}
    if not able.get("sms"):
        yield Finding("wrong", "The number cannot send or receive texts.")
    if able.get("voice") and (number.voice_url or "").partition("#")[0] != account.address(
        "/voice/inbound"
    ):
        yield Finding(
            "note",
            "Whoever calls the number does not hear the crisis lines: set"
            f" {account.address('/voice/inbound')}.",
        )


def _registration(twilio: Twilio, number: Any, service: Any, account: Account) -> Iterator[Finding]:
    if account.number[2:5] in TOLL_FREE:
        which = {"tollfree_phone_number_sid": number.sid, "limit": 1}
        found = twilio.ask(lambda c: c.messaging.v1.tollfree_verifications.list(**which))
        status = found[0].status if found else "none"
        yield _status("toll-free verification", status, "TWILIO_APPROVED")
        return
    campaigns = []
    if service is not None:
        sid = service.sid
        campaigns = twilio.ask(
            lambda c: c.messaging.v1.services(sid).us_app_to_person.list(limit=1)
        )
    yield _status("campaign", campaigns[0].campaign_status if campaigns else "none", "VERIFIED")
    for campaign in campaigns:
        brand = twilio.ask(partial(_brand, campaign.brand_registration_sid))
        yield _status("brand", str(brand.status), "APPROVED")


def _brand(sid: str, client: Any) -> Any:
    return client.messaging.v1.brand_registrations(sid).fetch()


def _status(what: str, status: str, good: str) -> Finding:
    if str(status).upper() == good:
        return Finding("ok", f"The {what} is approved.")
    return Finding(
        "wrong",
        f"The {what} is not approved (status: {status}): until it is, replies do not arrive.",
    )


def _errors(twilio: Twilio, now: datetime) -> Iterator[Finding]:
    """Errors since yesterday, from Twilio's alerts and messages."""
    alerts = twilio.ask(
        lambda client: client.monitor.v1.alerts.list(start_date=now - DAY, limit=MOST)
    )
    codes = Counter(int(alert.error_code or 0) for alert in alerts)
    for held in islice(twilio.list(now - DAY), MOST):
        codes[held.error_code] += 1
    del codes[0]
    for code, count in codes.most_common():
        yield Finding(
            "note" if code in HARMLESS else "wrong",
            f"Error {code}, {count} times since yesterday:"
            f" {MEANINGS.get(code, 'see the console')}.",
        )
    if not codes:
        yield Finding("ok", "No error since yesterday.")


def _held(twilio: Twilio, now: datetime) -> Iterator[Finding]:
    old = (held for held in twilio.list(now - 7 * DAY) if held.sent_at < now - FORGOTTEN_WITHIN)
    count = sum(1 for _ in islice(old, MOST))
    if count:
        told = (
            f"The carrier still holds {count} messages of the last week that are older than an hour"
        )
        yield Finding("note", f"{told}; a running server deletes them.")
    else:
        yield Finding(
            "ok", "The carrier holds no message of the last week that is older than an hour."
        )
    yield Finding(
        "note",
        "Messages older than a week, the error log, calls and bills stay with the carrier: see"
        " its console.",
    )
