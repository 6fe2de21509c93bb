"""Sends one alarm by e-mail (SMTP) or as a JSON post. Each failure is reported as one sentence.

An alarm contains only the words for its kind, a number, times, the school and the machine.
"""

import json
import smtplib
import socket
import ssl
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from messages.message import Message, in_words, message
from runtime.alarms.rules import LANGUAGES, DeliveryError, Ring, Send
from settings.load import Secrets
from settings.schema import AlarmSettings, Settings
from system.hosts import is_loopback

SECONDS = 15.0  # the limit for one step of a conversation; the caller limits the total
_REASONS: Mapping[type[BaseException], str] = {
    TimeoutError: "delivery.timeout",
    socket.gaierror: "delivery.unknown-name",
    ssl.SSLError: "delivery.no-certificate",
    smtplib.SMTPAuthenticationError: "delivery.no-sign-in",
    smtplib.SMTPRecipientsRefused: "delivery.no-recipients",
    smtplib.SMTPNotSupportedError: "delivery.not-offered",
    ConnectionRefusedError: "delivery.no-connection",
}


def channels(settings: Settings, secrets: Secrets, machine: str) -> Mapping[str, Send]:
    """Return the configured channels by name; each call may block and raise DeliveryError."""
    alarms, school = settings.alarms, " ".join(settings.kiosk.school.split())
    send: Mapping[str, Send] = {
        "mail": partial(_mail, alarms, secrets.smtp_password, school, machine),
        "webhook": partial(_post, alarms.webhook, school, machine),
    }
    return {name: send[name] for name in alarms.channels}


def texts(ring: Ring, language: str) -> tuple[str, str]:
    title = message(f"alarm-title.{ring.kind}")
    since = message("alarms.since", when=f"{ring.since:%Y-%m-%d %H:%M}")
    if ring.recovered:
        again = message("alarms.well-again", title=title)
        return in_words(again, language), in_words(message("alarms.ended", since=since), language)
    parts = message(f"alarm-says.{ring.kind}", value=ring.value), since
    says, when = (in_words(part, language) for part in parts)
    todo = in_words(message(f"alarm-do.{ring.kind}"), language)
    return in_words(title, language), f"{says} ({when})\n\n{todo}"


def _message(ring: Ring, alarms: AlarmSettings, school: str, machine: str) -> EmailMessage:
    """Return the e-mail. A second attempt has the same Message-ID."""
    named = alarms.smtp_user if "@" in alarms.smtp_user else alarms.mail_to[0]
    sender, mail = alarms.mail_from or named, EmailMessage()
    mail["Subject"] = f"Porchlight, {school or machine}: {texts(ring, 'en')[0]}"
    mail["From"], mail["To"], mail["Date"] = sender, ", ".join(alarms.mail_to), ring.at
    name = f"{ring.kind}.{ring.number}.{ring.at:%Y%m%d%H%M%S}.{machine}"
    mail["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    parts = ["\n\n".join(texts(ring, language)) for language in LANGUAGES]
    mail.set_content("\n\n--\n\n".join([*parts, f"{school}\n{machine}"]))
    return mail


def _mail(alarms: AlarmSettings, password: str, school: str, machine: str, ring: Ring) -> None:
    security, host = alarms.smtp_security, alarms.smtp_host
    if security == "none" and not is_loopback(host):
        raise DeliveryError(message("alarms.no-tls"))
    context = _trusted()
    tls = partial(smtplib.SMTP_SSL, context=context)
    connect = tls if security == "tls" else smtplib.SMTP
    try:
        with connect(host, alarms.smtp_port, timeout=SECONDS) as server:
            if security == "starttls":
                server.starttls(context=context)
            if password and security != "none":
                server.login(alarms.smtp_user, password)
            server.send_message(_message(ring, alarms, school, machine))
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(_why(error, f"The mail server {host}")) from error


def _trusted() -> ssl.SSLContext:
    """Allow schools' own authorities that fail Python 3.13's checks, as fetch_https.py does."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: a redirected POST would arrive as a GET without a body."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(address: str, school: str, machine: str, ring: Ring) -> None:
    title, text = texts(ring, "en")
    body = {
        "source": "porchlight",
        "school": school,
        "machine": machine,
        "alarm": ring.kind,
        "state": "well" if ring.recovered else "wrong",
        "number": ring.number,
        "at": ring.at.isoformat(),
        "since": ring.since.isoformat(),
        "text": f"{school or machine}: {title}\n{text}",
    }
    _ask(_of_json(address, body), "webhook")


def beat(address: str, about: Mapping[str, object]) -> None:
    """Tell the heartbeat's address that this machine works. Blocks; raises DeliveryError.

    ``about``: the machine's state, without anything about use.
    """
    _ask(_of_json(address, about), "heartbeat")


def _of_json(address: str, body: Mapping[str, object]) -> urllib.request.Request:
    headers = {"content-type": "application/json", "user-agent": "porchlight"}
    return urllib.request.Request(address, json.dumps(body).encode(), headers)  # noqa: S310


def _ask(asked: urllib.request.Request, who: str) -> None:
    try:
        secure = urllib.request.HTTPSHandler(context=_trusted())
        urllib.request.build_opener(_NoRedirect(), secure).open(asked, timeout=SECONDS).close()
    except HTTPError as error:
        error.close()
        raise DeliveryError(f"The {who}'s server answered {error.code}.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise DeliveryError(_why(error, f"The {who}'s server")) from error


def _why(error: Exception, who: str) -> Message:
    """Return the reason without the other server's words, which may quote a name or an address."""
    cause = error.reason if isinstance(error, URLError) else error
    code = next((code for kind, code in _REASONS.items() if isinstance(cause, kind)), "")
    if code:
        return message(code, who=who, seconds=round(SECONDS))
    name = f"{type(cause).__name__} {getattr(cause, 'smtp_code', '')}".rstrip()
    return message("delivery.failed", who=who, name=name)
