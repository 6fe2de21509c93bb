"""What is wrong with the text line, and what its carrier's account says."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from content.model.pack import Pack
from content.model.pinned import pinned_pack
from runtime import installation
from settings import extras
from settings.load import Secrets
from settings.schema import Settings
from system import files
from system.finding import Finding

MOST_FALLBACK = 64_000  # bytes
FALLBACK = "fallback.xml"  # in data_dir: the static answer as last printed, and so as pasted


def of_line_process(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Why the line's own process, where it has one, is not well, as the kiosk's heard from it."""
    for part in ("line_pack", "replies") if settings.sms.port else ():
        if (why := server.get(part, "ok")) != "ok":
            yield Finding("wrong", f"Text line: {why}")


def of_line(
    settings: Settings, secrets: Secrets, server: Mapping[str, object]
) -> Iterator[Finding]:
    """Whether a real text could be told from a forged one, and whether HELP says what it must."""
    if not settings.sms.enabled:
        yield Finding("note", "[sms] enabled is false: there is no text line on this machine.")
        if settings.sms.number:
            yield Finding(
                "note",
                "[sms] number is shown, and another machine answers it; this one cannot see whether"
                " it does: text it from a phone now and then.",
            )
        return
    if lacks := extras.line_lacks(settings):
        kind: Literal["wrong", "note"] = "wrong" if settings.sms.number else "note"
        yield Finding(kind, f"{lacks}. Until then it is off.")
        return
    if settings.sms.carrier == "modem":
        yield from of_modem(settings, server)
        return
    from sms.twilio.account import Account

    account = Account.configured(settings, secrets)
    if problem := account.problem():
        yield Finding("wrong" if account.is_begun or settings.sms.number else "note", problem)
    elif not settings.server.public_url.startswith("https://"):
        yield Finding(
            "wrong", "[server] public_url is not https: texts could be read on their way."
        )
    if not settings.sms.contact:
        yield Finding("note", "[sms] contact is empty: HELP must name whom to ask about the line.")
    yield Finding(
        "note",
        "The carrier answers STOP and HELP itself; paste a HELP text with hotlines in its console.",
    )
    yield from of_fallback(settings)


def of_modem(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Whether the modem answers, and how it stands. A running server, which holds it, is asked."""
    from sms.modem.device import Modem
    from system.clock import now_utc

    if not settings.sms.contact:
        yield Finding("note", "[sms] contact is empty: HELP must name whom to ask about the line.")
    if not settings.sms.number:
        yield Finding(
            "note",
            "[sms] number is empty: the line cannot tell its own voice; write the SIM's number"
            " there.",
        )
    if "modem" in server:
        problem = "" if server["modem"] == "ok" else str(server["modem"])
        signal = server.get("modem_signal_percent")
        sentence = f"The modem answers the running server: signal {signal} %."
    else:
        sms = settings.sms
        modem = Modem(device=sms.modem_device, connection=sms.modem_connection, clock=now_utc)
        health = modem.health()
        modem.close()
        problem, sentence = health.problem(), health.sentence()
    yield Finding("wrong", problem) if problem else Finding("ok", sentence)
    yield Finding(
        "note",
        "Nobody answers texts while this machine is off, and the line keeps the list of STOPs"
        " itself.",
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
                "Nobody answers while this server is down: run `fallback` and paste what it"
                " prints.",
            )
        return
    today = static_answer(settings)
    if not today:
        return  # before the first release nothing can be out of date
    if pasted == today:
        yield Finding(
            "ok", "The static answer that `fallback` printed last is what the pack says today."
        )
    else:
        yield Finding(
            "wrong",
            "The static answer at the carrier is out of date: run `fallback` and paste it again.",
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
        yield Finding("note", "There is no account to ask: [sms] carrier is modem.")
        return
    account = Account.configured(settings, secrets)
    if account.can_ask and account.public_url:
        yield from checks(Twilio(account, http_client=http_client), account, now=now)
    else:
        yield Finding(
            "note",
            "The carrier cannot be asked before number, public address, account and token are set.",
        )
    yield from of_console(settings, installation.released(settings) or pinned_pack())


def of_console(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """The texts for STOP, START and HELP, which only a person in the console can read or set."""
    from sms.twilio.console_texts import texts

    yield Finding(
        "note", "Compare in the console (Messaging Service, Opt-Out, Advanced Opt-Out on):"
    )
    for language in pack.complete:
        for word, reply in texts(pack, settings.sms, language).items():
            yield Finding("note", f"{word.upper()} ({language}): {reply.text}")
