"""Controls the receipt printer at the server: ESC/POS to a device, with python-escpos (optional).

Drops a slip that does not print at once, or the next child would get it. Keeps no record.
"""

import logging
import os
import select
import termios
import threading
import time
import tty
from collections.abc import Callable
from functools import partial

from kiosk.printing.slip import HEAD, Slip
from system.bounded import Pool

SECONDS = 4.0  # seconds; sending a slip of half a kilobyte takes well under one
PATIENCE = 0.3  # seconds to wait for the paper status, which many printers never send
DOTS = 320  # 40 mm at 8 dots/mm, as on every 80 mm printer
SLIPS, EVERY = 3, 20.0  # allow a burst of 3 slips, then one every 20 s
_ASK_PAPER = b"\x10\x04\x04"  # DLE EOT 4: printers answer it even when busy or offline
_ANSWER, _NO_PAPER = (0x93, 0x12), 0x60  # the bits set in every answer, and those for an empty roll
_MEDIUM = 1  # error correction level, as in the screen's QR codes
log = logging.getLogger("porchlight.kiosk")


class PrinterError(Exception):
    """Raised if no slip was printed; the message is for the person in charge of the printer."""


class Printer:
    def __init__(
        self, device: str, *, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS
    ) -> None:
        self._device, self._clock, self._seconds = device, clock, seconds
        self._left, self._since = float(SLIPS), clock()
        self._busy = threading.Lock()
        self._pool = Pool("slip", 1, patience=seconds + 1)

    async def take(self, slip: Slip, *, number_only: bool) -> bool:
        """Print a slip; return False at once after too many, or without paper or a printer."""
        if not self._allowed() or not self._busy.acquire(blocking=False):
            return False
        try:
            return await self._pool.run(partial(self._printed, slip, number_only=number_only))
        except TimeoutError:
            return False

    def state(self) -> str:
        """Return the printer's state: ok, empty or away. Blocks for at most PATIENCE."""
        if not self._busy.acquire(blocking=False):
            return "ok"  # the printer is printing a slip
        try:
            file = _opened(self._device)
            try:
                return "empty" if _paper_is_out(file) else "ok"
            finally:
                os.close(file)
        except (PrinterError, OSError):
            return "away"
        finally:
            self._busy.release()

    def _allowed(self) -> bool:
        now = self._clock()
        self._left = min(float(SLIPS), self._left + (now - self._since) / EVERY)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _printed(self, slip: Slip, *, number_only: bool) -> bool:
        try:
            _send(self._device, bytes_of(slip, number_only=number_only), seconds=self._seconds)
        except PrinterError as problem:
            log.warning("the printer at %s is resting: %s", self._device, problem)
            return False
        except Exception as problem:  # noqa: BLE001 - the error's text may contain the slip
            log.warning("the printer at %s is resting: %s", self._device, type(problem).__name__)
            return False
        finally:
            self._busy.release()
        return True


def bytes_of(slip: Slip, *, number_only: bool = False) -> bytes:
    """Return a slip as ESC/POS. Raises PrinterError without python-escpos."""
    try:
        from escpos.printer import Dummy  # noqa: PLC0415 - optional
    except ImportError:
        raise PrinterError(
            'the extra "printer" is not installed; `porchlight doctor` says how'
        ) from None
    page = Dummy()
    page.hw("INIT")
    if number_only:
        page.set(align="center", bold=True, double_width=True, double_height=True)
        page.text(f"{slip.number}\n")
    else:
        page.set(align="center")
        page.text(f"{slip.head if _latin([slip.head]) else HEAD}\n\n")
        page.set(align="center", bold=True, double_height=True)
        lines = slip.lines if _latin(slip.lines) else slip.plain
        page.text("".join(f"{line}\n" for line in lines))
        page.set(align="center", normal_textsize=True, bold=False)
        page.text(f"{slip.free if _latin([slip.free]) else ''}\n")
        if slip.machine and _latin([slip.machine]):
            page.text(f"{slip.machine}\n")
        if slip.code:
            dots = max(1, min(16, DOTS // slip.modules))
            page.qr(slip.code, ec=_MEDIUM, size=dots, native=page.profile.supports("qrCode"))
    page.cut()
    return bytes(page.output)


def _latin(lines: tuple[str, ...] | list[str]) -> bool:
    """Return whether every printer can print these letters; others become question marks."""
    return all(
        line.isascii() or line.encode("cp437", "replace").decode("cp437") == line for line in lines
    )


def _send(device: str, data: bytes, *, seconds: float) -> None:
    """Write without blocking in the kernel, where nothing could interrupt the write."""
    end = time.monotonic() + seconds
    file = _opened(device)
    try:
        if _paper_is_out(file):
            raise PrinterError("no paper")
        while data:
            if not select.select([], [file], [], max(0.0, end - time.monotonic()))[1]:
                raise PrinterError("it does not accept the slip; check that it is on and has paper")
            data = data[os.write(file, data) :]
    except OSError as problem:
        raise PrinterError(f"Porchlight cannot write to it ({problem.strerror})") from None
    finally:
        if data and os.isatty(file):
            termios.tcflush(file, termios.TCOFLUSH)  # the next child must not get the rest
        os.close(file)


def _opened(device: str) -> int:
    for access in (os.O_RDWR, os.O_WRONLY):  # some devices do not allow reading
        try:
            file = os.open(device, access | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as problem:
            reason = problem.strerror
            continue
        if os.isatty(file):
            tty.setraw(file)  # a tty must not translate a QR code's bytes
        return file
    raise PrinterError(f"Porchlight cannot open it ({reason})")


def _paper_is_out(file: int) -> bool:
    try:
        os.write(file, _ASK_PAPER)
        if not select.select([file], [], [], PATIENCE)[0]:
            return False
        said = os.read(file, 16)
    except OSError:
        return False
    mask, always = _ANSWER
    return bool(said) and said[-1] & mask == always and bool(said[-1] & _NO_PAPER)
