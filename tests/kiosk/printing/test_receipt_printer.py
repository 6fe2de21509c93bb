"""The slip printer: what reaches it, and what the page says when it does not take a slip."""

import asyncio
import logging
import os
import pty
import re
import threading
import time
from pathlib import Path

import msgspec
import pytest

from content.model.pack import Pack
from kiosk.pages import sensitive_words
from kiosk.pages.build import Page
from kiosk.printing.receipt_printer import EVERY, SLIPS, Printer, bytes_of
from kiosk.printing.slip import Slip, read
from settings.schema import Kiosk
from tests.kiosk.screens import ask, showing

pytest.importorskip("escpos", reason="the dependency group printer is not installed")

TEXT_LINE = Slip(
    lines=("Text HOME to 741741",),
    plain=("HOME > 741741",),
    number="741741",
    code="sms:741741?body=HOME",
    modules=25,
)


def test_a_slip_holds_the_number_the_word_and_the_code() -> None:
    printed = bytes_of(TEXT_LINE)
    assert b"INFO DESK" in printed
    assert b"Text HOME to 741741" in printed
    assert b"sms:741741?body=HOME" in printed  # the printer draws the code itself


def test_a_slip_says_how_to_ask_the_text_line_but_in_a_script_that_the_printer_lacks() -> None:
    asked = "Or text M35 to (916) 555-0100. A machine answers; nobody reads it."
    assert asked.encode() in bytes_of(msgspec.structs.replace(TEXT_LINE, machine=asked))
    printed = bytes_of(msgspec.structs.replace(TEXT_LINE, machine="أو أرسل M35"))
    assert b"M35" not in printed


def test_the_head_is_in_the_slips_language_but_in_a_script_that_the_printer_lacks() -> None:
    assert b"INFORMES" in bytes_of(msgspec.structs.replace(TEXT_LINE, head="INFORMES"))
    assert b"INFO DESK" in bytes_of(msgspec.structs.replace(TEXT_LINE, head="معلومات"))


def test_number_only_holds_nothing_else() -> None:
    printed = bytes_of(TEXT_LINE, number_only=True)
    assert re.findall(rb"[A-Za-z0-9]{4,}", printed) == [b"741741"]


def test_a_script_that_the_printer_lacks_is_left_out_and_the_number_stays() -> None:
    printed = bytes_of(
        Slip(lines=("أرسل HOME إلى 741741",), plain=("HOME > 741741",), number="741741", code="")
    )
    assert b"HOME > 741741" in printed
    assert b"?" not in printed


@pytest.mark.slow
def test_no_slip_for_the_printer_tells_on_a_child(book: dict[str, Page], pack: Pack) -> None:
    made = {path: read(page.body) for path, page in book.items() if path.startswith("slip/")}
    names = [
        resource.organization for resource in pack.resources if not resource.organization.isdigit()
    ]
    assert len(made) >= 50
    for path, slip in made.items():
        printed = bytes_of(slip).decode("latin-1")
        assert slip.number or slip.code, path
        assert slip.number in printed, path
        if not slip.number:
            assert slip.plain[0] in printed, path
            printed = printed.replace(slip.plain[0], "").replace(slip.code, "")
        assert sensitive_words.named(printed) == "", path
        # A web address has no name but its own ("lawhelpca.org"), as words and as a code.
        beside_it = printed.replace(slip.number, "").replace(slip.code, "").lower()
        assert not [name for name in names if name.lower() in beside_it], path


def take(printer: Printer, times: int = 1) -> list[bool]:
    async def all_of_them() -> list[bool]:
        return [await printer.take(TEXT_LINE, number_only=False) for _ in range(times)]

    return asyncio.run(all_of_them())


def test_a_slip_reaches_the_device(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    assert take(Printer(str(device))) == [True]
    assert b"Text HOME to 741741" in device.read_bytes()


def test_a_child_that_leans_on_the_button_gets_a_few_slips_and_later_another(
    tmp_path: Path,
) -> None:
    device, now = tmp_path / "lp0", [0.0]
    device.touch()
    printer = Printer(str(device), clock=lambda: now[0])
    assert take(printer, SLIPS + 2) == [True] * SLIPS + [False, False]
    now[0] += EVERY
    assert take(printer, 2) == [True, False]


class Paperless:
    """A serial printer that answers when it is asked for its paper, and takes bytes or does not."""

    def __init__(self, answer: bytes, *, reads: bool) -> None:
        self.master, slave = pty.openpty()
        self.path, self.taken = os.ttyname(slave), b""
        self._slave, self._answer, self._reads = slave, answer, reads
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self.taken.endswith(b"\x1dV\x00"):
            if b"\x10\x04\x04" in self.taken and not self._reads:
                return
            try:
                self.taken += os.read(self.master, 1)
            except OSError:
                return
            if self.taken.endswith(b"\x10\x04\x04") and self._answer:
                os.write(self.master, self._answer)

    def close(self) -> None:
        os.close(self._slave)
        self._thread.join(2)
        os.close(self.master)


@pytest.mark.parametrize(("answer", "printed"), [(b"\x12", True), (b"\x72", False), (b"", True)])
def test_an_empty_roll_is_noticed_before_a_slip_is_sent(answer: bytes, printed: bool) -> None:
    device = Paperless(answer, reads=True)
    assert take(Printer(device.path)) == [printed]
    device._thread.join(30 if printed else 0.5)  # it ends with the slip
    assert (b"741741" in device.taken) == printed
    device.close()


def test_a_printer_that_takes_nothing_holds_nobody_up() -> None:
    device = Paperless(b"", reads=False)
    long = Slip(lines=("1",) * 60_000, plain=("1",), number="1", code="")
    began = time.monotonic()
    assert asyncio.run(Printer(device.path, seconds=0.5).take(long, number_only=False)) is False
    assert time.monotonic() - began < 5
    device.close()


def test_a_printer_that_is_gone_is_logged_by_its_device_and_nothing_of_the_slip(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert take(Printer(str(tmp_path / "gone"))) == [False]
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [
        "porchlight.kiosk"
    ]
    assert "cannot open it" in caplog.text
    assert "741741" not in caplog.text


@pytest.mark.slow
def test_the_page_says_that_the_slip_comes_or_that_the_printer_rests(
    pack: Pack, tmp_path: Path
) -> None:
    device = tmp_path / "lp0"
    device.touch()
    app = showing(pack, Kiosk(printer=str(device)))
    status, _, page = ask(app, "/en/r/123/print", method="POST")
    assert (status, b'data-printed="yes"' in page) == (200, True)
    assert b"Text HOME to 741741" in device.read_bytes()
    device.unlink()
    status, _, page = ask(app, "/es/big/r/121/print", method="POST", body=b"only=number")
    assert (status, b'data-printed="no"' in page) == (503, True)
    assert b"AYUDA" in page


def test_a_kiosk_without_a_slip_printer_takes_no_slip(pack: Pack) -> None:
    assert ask(showing(pack), "/en/r/123/print", method="POST").status == 405
