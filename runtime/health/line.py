"""Checks of the text line's settings and carrier account."""

from collections.abc import Iterator
from typing import Any

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from messages.message import Message, message
from runtime import installation
from runtime.health.live import said
from runtime.health.observation import Observation
from settings import extras
from settings.schema import Settings
from system import files
from system.clock import now_utc

MOST_FALLBACK = 64_000  # bytes
FALLBACK = "fallback.xml"  # in data_dir: the static reply that was last printed and probably pasted


def line(seen: Observation) -> Iterator[Message]:
    """Check that forged texts can be detected, and that HELP contains everything required."""
    settings = seen.settings
    number = settings.sms.number
    if not settings.sms.enabled:
        yield message("line.off")
        if number:
            yield message("line.elsewhere")
    elif lacks := extras.line_lacks(settings):
        yield message("line.lacks" if number else "line.lacks-unused", lacks=lacks)
    elif settings.sms.carrier == "modem":
        yield from _modem(seen)
    else:
        yield from _account(seen)
        yield from _fallback(settings)


def _account(seen: Observation) -> Iterator[Message]:
    from sms.twilio.account import Account

    settings = seen.settings
    account = Account.configured(settings, seen.secrets)
    if problem := account.problem():
        is_used = account.is_begun or settings.sms.number
        yield message("carrier.refuses-all" if is_used else "carrier.not-begun", why=said(problem))
    elif not settings.server.public_url.startswith("https://"):
        yield message("line.not-https")
    if not settings.sms.contact:
        yield message("line.no-contact")
    yield message("line.carrier-answers-stop")


def _modem(seen: Observation) -> Iterator[Message]:
    """Check the modem and its state; ask the running server, if any, as it is using the modem."""
    from sms.modem.device import Modem

    sms = seen.settings.sms
    if not sms.contact:
        yield message("line.no-contact")
    if not sms.number:
        yield message("modem.no-number")
    if "modem" in seen.server:
        problem = "" if seen.state("modem") == "ok" else seen.state("modem")
        well = message("modem.answers-server", signal=seen.server.get("modem_signal_percent"))
    else:
        modem = Modem(device=sms.modem_device, clock=now_utc)
        health = modem.health()
        modem.close()
        problem, well = health.problem(), message("modem.well", why=said(health.sentence()))
    yield message("modem.wrong", why=said(problem)) if problem else well
    yield message("modem.alone")


def _fallback(settings: Settings) -> Iterator[Message]:
    """Check whether the static reply that was last printed still matches the pack."""
    try:
        pasted = files.read_plain(settings.server.data_dir / FALLBACK, most=MOST_FALLBACK).decode(
            "utf-8", "replace"
        )
    except (OSError, ValueError):
        if settings.sms.number:
            yield message("fallback.never-printed")
        return
    today = static_answer(settings)
    if not today:
        return  # before the first release, no reply can be outdated
    if pasted == today:
        yield message("fallback.current")
    else:
        yield message("fallback.outdated")


def static_answer(settings: Settings) -> str:
    """Return the carrier's TwiML for when this server is down; "" before the first release."""
    from sms.twilio.console_texts import fallback

    pack = installation.released(settings)
    return fallback(pack).decode() if pack else ""


def carrier(seen: Observation, http_client: Any = None) -> Iterator[Message]:
    """Report the carrier account's settings for the number, and the texts to paste by hand."""
    from sms.twilio.account import Account
    from sms.twilio.account_check import checks
    from sms.twilio.client import Twilio

    settings = seen.settings
    if settings.sms.carrier == "modem":
        yield message("carrier.none")
        return
    account = Account.configured(settings, seen.secrets)
    if account.can_ask and account.public_url:
        yield from checks(Twilio(account, http_client=http_client), account, now=seen.now)
    else:
        yield message("carrier.not-set")
    yield from _console(settings, installation.released(settings) or pinned_pack())


def _console(settings: Settings, pack: Pack) -> Iterator[Message]:
    """Yield the texts for STOP, START and HELP: a person must compare them in the console."""
    from sms.twilio.console_texts import texts

    yield message("carrier.compare-console")
    for language in pack.complete:
        for word, reply in texts(pack, settings.sms, language).items():
            yield message(
                "carrier.text-to-compare", word=word.upper(), language=language, text=reply.text
            )
