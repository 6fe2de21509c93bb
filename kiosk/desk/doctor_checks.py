"""`doctor`'s findings about [desk]: whether only those who may can open it."""

from collections.abc import Iterator

from kiosk.desk import passphrase
from kiosk.desk.setup import first_start
from settings.schema import Settings
from system.finding import Finding
from system.hosts import is_loopback


def findings(settings: Settings) -> Iterator[Finding]:
    """None where the desk is off."""
    desk, data_dir = settings.desk, settings.server.data_dir
    if not desk.enabled:
        return
    is_near = is_loopback(desk.host)
    if passphrase.kept(data_dir) is None:
        place = f"http://{desk.host}:{desk.port}"
        if desk.address.startswith("https://"):
            place = desk.address.rstrip("/")
        shut = (
            f"The staff desk stays shut until this machine is set up: open {place}/staff/ and type"
            " the code that `desk code` prints, or run `desk passphrase`."
        )
        if not first_start.is_fresh(settings):
            shut = "The staff desk stays shut until it has a passphrase: run `desk passphrase`."
        yield (
            Finding("note", shut)
            if is_near
            else Finding(
                "wrong",
                f"[desk] host is {desk.host}, so that others on the network reach the desk, and"
                " no passphrase is set; run `desk passphrase`.",
            )
        )
    if not is_near:
        yield Finding(
            "wrong",
            f"[desk] host is {desk.host}: the passphrase crosses the network in the clear, or can;"
            ' set host back to "127.0.0.1" and put a proxy with TLS in front'
            ' (docs/operating.md, "The desk").',
        )
