"""`doctor --carrier`: compares the Twilio account with our requirements; never quotes a message."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from messages.message import Message, known, message
from sms.carrier import SendError
from sms.twilio.account import Account
from sms.twilio.client import Twilio

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
LONGEST_VALID = 15 * 60  # seconds; after this time, somebody else may read the reply
MOST = 1000  # maximum messages and errors that are checked
FORGOTTEN_WITHIN = timedelta(hours=1)
DAY = timedelta(days=1)
HARMLESS = frozenset({21610, 30003, 30004, 30005, 30006})


def checks(twilio: Twilio, account: Account, *, now: datetime) -> Iterator[Message]:
    """Yield all findings. Never raises an error: an API failure is a finding, too."""
    try:
        found = twilio.ask(
            lambda client: client.incoming_phone_numbers.list(phone_number=account.number, limit=1)
        )
    except SendError as error:
        why = _unasked(error, message("account.about-number"))
        yield message("account.number-unknown", why=why)
        return
    if not found:
        yield message("account.no-number")
        return
    number = found[0]
    yield from _capabilities(number, account)
    try:
        service = _service_of(twilio, number.sid)
    except SendError as error:
        yield _unasked(error, message("account.about-services"))
    else:
        yield from _compare(number, service, account)
        yield from _asked(
            message("account.about-registration"),
            lambda: _registration(twilio, number, service, account),
        )
    yield from _asked(message("account.about-errors"), lambda: _errors(twilio, now))
    yield from _asked(message("account.about-held"), lambda: _held(twilio, now))


def _asked(about: Message, question: Callable[[], Iterable[Message]]) -> Iterator[Message]:
    try:
        yield from list(question())
    except SendError as error:
        yield _unasked(error, about)


def _unasked(error: SendError, about: Message) -> Message:
    if error.code in {401, 20003}:
        return message("account.not-accepted")
    if error.code:
        return message("account.answered", code=error.code, about=about)
    return message("account.not-asked")


def _service_of(twilio: Twilio, number_sid: str) -> Any:
    """Return the messaging service of the number, or None if it has no service."""
    for service in twilio.ask(lambda client: client.messaging.v1.services.list(limit=50)):
        if any(one.sid == number_sid for one in twilio.ask(partial(_numbers_of, service.sid))):
            return service
    return None


def _numbers_of(service_sid: str, client: Any) -> Any:
    return client.messaging.v1.services(service_sid).phone_numbers.list(limit=400)


def _compare(number: Any, service: Any, account: Account) -> Iterator[Message]:
    """Compare settings. A service's addresses apply unless it uses the number's addresses."""
    by_service = service is not None and not service.use_inbound_webhook_on_number
    whose = "service" if by_service else "number"
    url = service.inbound_request_url if by_service else number.sms_url
    method = service.inbound_method if by_service else number.sms_method
    fallback = service.fallback_url if by_service else number.sms_fallback_url
    address = account.address("/sms/inbound")
    wrong = [*_webhook(whose, url, method, address), *_fallback(whose, fallback, address)]
    yield from wrong
    if not wrong:
        yield message("account.posts-here", whose=whose)
    if service is None:
        yield message("account.no-service")
        return
    if (service.status_callback or "").partition("#")[0] != account.address("/sms/status"):
        yield message("account.no-callback", address=account.address("/sms/status"))
    if int(service.validity_period or 0) > LONGEST_VALID:
        yield message("account.late-replies", minutes=int(service.validity_period) // 60)
    if service.smart_encoding:
        yield message("account.smart-encoding")


def _webhook(whose: str, url: str | None, method: str | None, address: str) -> Iterator[Message]:
    where = (url or "").partition("#")[0]
    if where != address:
        yield message(
            "account.posts-elsewhere", whose=whose, where=where or "nothing", address=address
        )
    if (method or "POST") != "POST":
        yield message("account.uses-get", whose=whose)


def _fallback(whose: str, fallback: str | None, address: str) -> Iterator[Message]:
    elsewhere = (fallback or "").partition("#")[0]
    if not elsewhere:
        yield message("account.no-fallback", whose=whose)
    elif elsewhere.partition("/sms/")[0] == address.partition("/sms/")[0]:
        yield message("account.fallback-here", whose=whose)


def _capabilities(number: Any, account: Account) -> Iterator[Message]:
    able = number.capabilities or {}
    if not able.get("sms"):
        yield message("account.no-texts")
    if able.get("voice") and (number.voice_url or "").partition("#")[0] != account.address(
        "/voice/inbound"
    ):
        yield message("account.no-calls", address=account.address("/voice/inbound"))


def _registration(twilio: Twilio, number: Any, service: Any, account: Account) -> Iterator[Message]:
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


def _status(what: str, status: str, good: str) -> Message:
    if str(status).upper() == good:
        return message("account.approved", what=what)
    return message("account.not-approved", what=what, status=status)


def _errors(twilio: Twilio, now: datetime) -> Iterator[Message]:
    """Report the errors in Twilio's alerts and messages since yesterday."""
    alerts = twilio.ask(
        lambda client: client.monitor.v1.alerts.list(start_date=now - DAY, limit=MOST)
    )
    codes = Counter(int(alert.error_code or 0) for alert in alerts)
    for held in islice(twilio.list(now - DAY), MOST):
        codes[held.error_code] += 1
    del codes[0]
    for code, count in codes.most_common():
        yield message(
            "account.harmless-errors" if code in HARMLESS else "account.errors",
            code=code,
            count=count,
            meaning=known(f"carrier-error.{code}", otherwise=message("account.see-console")),
        )
    if not codes:
        yield message("account.no-errors")


def _held(twilio: Twilio, now: datetime) -> Iterator[Message]:
    old = (held for held in twilio.list(now - 7 * DAY) if held.sent_at < now - FORGOTTEN_WITHIN)
    count = sum(1 for _ in islice(old, MOST))
    if count:
        yield message("account.holds", count=count)
    else:
        yield message("account.holds-none")
    yield message("account.holds-older")
