"""What a running server says and does for those who may read its key."""

import hmac
import json
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPConnection, HTTPException

import msgspec

from messages.message import Message, kept, message
from runtime.host_names import asked_at
from settings.schema import AlarmSettings, Settings

ADDRESS = "/readyz"  # tells everybody else one boolean
ALARM_TEST = "/alarm-test"  # for everybody else there is nothing
PATIENCE_SECONDS = 4.0  # less than ``ask`` waits
HANGS = message("server.hangs")


def proof(hash_key: bytes) -> str:
    """The header that only a process which may read the data folder can send."""
    return f"Bearer {hmac.digest(hash_key, b'status', 'sha256').hex()}"


def is_proven(header: str, hash_key: bytes) -> bool:
    return hmac.compare_digest(header.encode(), proof(hash_key).encode())


def ask(host: str, port: int, hash_key: bytes) -> dict[str, object]:
    """What the server that listens there says; {} if none runs, or none with this key."""
    return _asked(HTTPConnection(asked_at(host), port, timeout=5), "GET", ADDRESS, hash_key)


def alarm_test(settings: Settings, hash_key: bytes, *, patience: float) -> dict[str, object] | None:
    """Why each channel of the running server took no test, "" if it did; None if it sent none."""
    host, port = asked_at(settings.server.host), settings.server.port
    connection = HTTPConnection(host, port, timeout=patience)
    report = _asked(connection, "POST", ALARM_TEST, hash_key)
    said = report.get("alarms")
    if not isinstance(said, dict):
        return None
    is_same = report.get("mail") == mail_settings(settings.alarms)
    return {name: problem for name, problem in said.items() if is_same or name != "mail"}


def mail_settings(alarms: AlarmSettings) -> str:
    """A hash of what mail goes out by. A webhook's address may be known to the service alone."""
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
    """Return a message as one, of another version's code the code; other values as they came."""
    if not isinstance(value, dict) or "code" not in value:
        return value
    with suppress(msgspec.ValidationError):
        return kept(msgspec.convert(value, Message), str(value["code"]))
    return value
