"""What a running server says of itself, to those who may read its key: `doctor` asks so."""

import hmac
import json
from http.client import HTTPConnection, HTTPException

from runtime.host_names import asked_at

ADDRESS = "/readyz"  # tells everybody else one boolean
PATIENCE_SECONDS = 4.0  # less than ``ask`` waits
HANGS = "A file of this machine does not answer: look at the disk or share that it is on."


def proof(hash_key: bytes) -> str:
    """The header that only a process which may read the data folder can send."""
    return f"Bearer {hmac.digest(hash_key, b'status', 'sha256').hex()}"


def is_proven(header: str, hash_key: bytes) -> bool:
    """Whether a request's Authorization header is the proof."""
    return hmac.compare_digest(header.encode(), proof(hash_key).encode())


def ask(host: str, port: int, hash_key: bytes) -> dict[str, object]:
    """What the server that listens there says; {} if none runs, or none with this key."""
    connection = HTTPConnection(asked_at(host), port, timeout=5)
    try:
        connection.request("GET", ADDRESS, headers={"Authorization": proof(hash_key)})
        report = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return report if isinstance(report, dict) else {}
