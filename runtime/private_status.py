"""Reports and actions of a running server for processes that can read its key."""

import hmac
import json
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPConnection, HTTPException

import msgspec

from messages.message import Message, kept, message
from runtime.host_names import asked_at
from settings.schema import AlarmSettings, Settings

ADDRESS = "/readyz"  # without the key, this address returns one boolean
ALARM_TEST = "/alarm-test"  # without the key, this address returns 404
PATIENCE_SECONDS = 4.0  # shorter than the time that ``ask`` waits
HANGS = message("server.hangs")


def proof(hash_key: bytes) -> str:
    """Return a header that only processes with access to the data folder can send."""
    return f"Bearer {hmac.digest(hash_key, b'status', 'sha256').hex()}"


def is_proven(header: str, hash_key: bytes) -> bool:
    return hmac.compare_digest(header.encode(), proof(hash_key).encode())


def ask(host: str, port: int, hash_key: bytes) -> dict[str, object]:
    """Return the server's report; {} if no server is running there, or none with this key."""
    return _asked(HTTPConnection(asked_at(host), port, timeout=5), "GET", ADDRESS, hash_key)


def alarm_test(settings: Settings, hash_key: bytes, *, patience: float) -> dict[str, object] | None:
    """Return each channel's reason for a failed test, or ""; None if no server sent a test."""
    host, port = asked_at(settings.server.host), settings.server.port
    connection = HTTPConnection(host, port, timeout=patience)
    report = _asked(connection, "POST", ALARM_TEST, hash_key)
    said = report.get("alarms")
    if not isinstance(said, dict):
        return None
    is_same = report.get("mail") == mail_settings(settings.alarms)
    return {name: problem for name, problem in said.items() if is_same or name != "mail"}


def mail_settings(alarms: AlarmSettings) -> str:
    """Return a hash of the mail settings. Only the service may know a webhook's address."""
    mail = msgspec.structs.replace(alarms, webhook="", heartbeat="")
    return sha256(msgspec.json.encode(mail)).hexdigest()


def _asked(
    connection: HTTPConnection, method: str, address: str, hash_key: bytes
) -> dict[str, object]:
    try:
        connection.request(method, address, headers={"Authorization": proof(hash_key)})
        report = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return {name: read(one) for name, one in report.items()} if isinstance(report, dict) else {}


def read(value: object) -> object:
    """Return a message as a Message (or its code, if unknown), also in a list; return other values
    unchanged."""
    if isinstance(value, list):
        return [read(one) for one in value]
    if not isinstance(value, dict) or "code" not in value:
        return value
    with suppress(msgspec.ValidationError):
        return kept(msgspec.convert(value, Message), str(value["code"]))
    return value
