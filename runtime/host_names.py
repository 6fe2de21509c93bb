"""Accepts only our own host names at the main port, because DNS rebinding needs another name."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from settings.schema import Server
from system.hosts import address_of, name_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# The address at which its own machine reaches a server that listens on all addresses.
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  not for listening
REFUSAL = (
    "Porchlight does not answer at this name. Use the machine's own address, or set [server]"
    " public_url.\n"
)


def asked_at(host: str) -> str:
    """Return the address at which this machine reaches a server that listens on ``host``."""
    return EVERYWHERE.get(host, host)


class OwnNames:
    """Answers 421 if a request to ``app`` has a host name that is not this server's."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        """If the server listens on all addresses, accept any IP address as a host name."""
        self._app, self._everywhere = app, server.host in EVERYWHERE
        public = urlsplit(server.public_url).netloc
        self._names = LOOPBACK | {name_of(server.host), server.host, name_of(public)} - {""}
        # Browsers usually send one of these names, so comparing them first avoids parsing.
        self._usual = frozenset(f"{name}:{server.port}".encode() for name in self._names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = self._is_own(scope["headers"])
        await (self._app if is_own else PlainTextResponse(REFUSAL, 421))(scope, receive, send)

    def _is_own(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        asked = [value for name, value in headers if name == b"host"]
        if len(asked) != 1:
            return False
        if asked[0] in self._usual:
            return True
        name = name_of(asked[0].decode("latin-1"))
        return name in self._names or (self._everywhere and address_of(name) is not None)
