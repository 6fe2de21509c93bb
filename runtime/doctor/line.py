"""What is wrong with the text line, and what its carrier's account says."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from messages.message import Finding, message, verbatim
from runtime import installation
from settings import extras
from settings.load import Secrets
from settings.schema import Settings
from system import files

MOST_FALLBACK = 64_000  # bytes
FALLBACK = "fallback.xml"  # in data_dir: the static answer as last printed, and so as pasted


def of_line_process(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Why the line's own process, where it has one, is not well, as the kiosk's heard from it."""
    for part in ("line_pack", "replies") if settings.sms.port else ():
        if (why := server.get(part, "ok")) != "ok":
            yield Finding("wrong", message("line.process", why=verbatim(str(why))))


def of_line(
    settings: Settings, secrets: Secrets, server: Mapping[str, object]
) -> Iterator[Finding]:
    """Whether a real text could be told from a forged one, and whether HELP says what it must."""
    if not settings.sms.enabled:
        yield Finding("note", message("line.off"))
        if settings.sms.number:
            yield Finding(
                "note",
                message("line.elsewhere"),
            )
        return
    if lacks := extras.line_lacks(settings):
        kind: Literal["wrong", "note"] = "wrong" if settings.sms.number else "note"
        yield Finding(kind, message("line.lacks", lacks=lacks))
        return
    if settings.sms.carrier == "modem":
        yield from of_modem(settings, server)
        return
    from sms.twilio.account import Account

    account = Account.configured(settings, secrets)
    if problem := account.problem():
        yield Finding(
            "wrong" if account.is_begun or settings.sms.number else "note", verbatim(problem)
        )
    elif not settings.server.public_url.startswith("https://"):
        yield Finding("wrong", message("line.not-https"))
    if not settings.sms.contact:
        yield Finding("note", message("line.no-contact"))
    yield Finding(
        "note",
        message("line.carrier-answers-stop"),
    )
    yield from of_fallback(settings)


def of_modem(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Whether the modem answers, and how it stands. A running server, which holds it, is asked."""
    from sms.modem.device import Modem
    from system.clock import now_utc

    if not settings.sms.contact:
        yield Finding("note", message("line.no-contact"))
    if not settings.sms.number:
        yield Finding(
            "note",
            message("modem.no-number"),
        )
    if "modem" in server:
        problem = "" if server["modem"] == "ok" else str(server["modem"])
        signal = server.get("modem_signal_percent")
        sentence = message("modem.answers-server", signal=signal)
    else:
        sms = settings.sms
        modem = Modem(device=sms.modem_device, connection=sms.modem_connection, clock=now_utc)
        health = modem.health()
        modem.close()
        problem, sentence = health.problem(), verbatim(health.sentence())
    yield Finding("wrong", verbatim(problem)) if problem else Finding("ok", sentence)
    yield Finding(
        "note",
        message("modem.alone"),
    )


def of_fallback(settings: Settings) -> Iterator[Finding]:
    """Whether the static answer that was last printed is still what the pack says."""
    try:
        pasted = files.read_plain(settings.server.data_dir / FALLBACK, most=MOST_FALLBACK).decode(
            "utf-8", "replace"
        )
    except (OSError, ValueError):
        if settings.sms.number:
            yield Finding(
                "note",
                message("fallback.never-printed"),
            )
        return
    today = static_answer(settings)
    if not today:
        return  # before the first release nothing can be out of date
    if pasted == today:
        yield Finding("ok", message("fallback.current"))
    else:
        yield Finding(
            "wrong",
            message("fallback.outdated"),
        )


def static_answer(settings: Settings) -> str:
    """The TwiML for the carrier while this server is down, "" before the first release."""
    from sms.twilio.console_texts import fallback

    pack = installation.released(settings)
    return fallback(pack).decode() if pack else ""


def of_carrier(
    settings: Settings, secrets: Secrets, now: datetime, http_client: Any = None
) -> Iterator[Finding]:
    """What the carrier's account says about the number, and what to paste by hand."""
    from sms.twilio.account import Account
    from sms.twilio.account_check import checks
    from sms.twilio.client import Twilio

    if settings.sms.carrier == "modem":
        yield Finding("note", message("carrier.none"))
        return
    account = Account.configured(settings, secrets)
    if account.can_ask and account.public_url:
        yield from checks(Twilio(account, http_client=http_client), account, now=now)
    else:
        yield Finding(
            "note",
            message("carrier.not-set"),
        )
    yield from of_console(settings, installation.released(settings) or pinned_pack())


def of_console(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """The texts for STOP, START and HELP, which only a person in the console can read or set."""
    from sms.twilio.console_texts import texts

    yield Finding("note", message("carrier.compare-console"))
    for language in pack.complete:
        for word, reply in texts(pack, settings.sms, language).items():
            yield Finding(
                "note",
                message(
                    "carrier.text-to-compare", word=word.upper(), language=language, text=reply.text
                ),
            )
