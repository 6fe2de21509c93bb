"""What is taken away: paper that tells nobody anything, codes that read, a printer that never holds
a student up."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from content.model.pack import Pack
from kiosk.pages import sensitive_words
from settings.schema import Kiosk as Settings
from tests.browser import counter
from tests.browser.conftest import Visit, close
from tests.selection import Some
from tests.shipped import pack as shipped

SLIP, LETTER = (226.77, 340.16), (612.0, 792.0)  # 80 by 120 mm and 8.5 by 11 in, in points
CARDS = ("120", "121", "122", "123", "126", "135", "137", "150")


def paper(page: Page, tmp_path: Path) -> tuple[str, str]:
    """What a printer gets: its size and count from pdfinfo, its words from pdftotext."""
    file = tmp_path / "paper.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    told = [
        subprocess.run(
            [*command, str(file), *end], capture_output=True, text=True, check=True
        ).stdout
        for command, end in ((["pdfinfo"], []), (["pdftotext", "-layout"], ["-"]))
    ]
    return told[0], told[1]


def points(info: str) -> tuple[int, float, float]:
    """Sheets, width and height."""
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    count = re.search(r"Pages:\s+(\d+)", info)
    assert size
    assert count
    return int(count[1]), float(size[1]), float(size[2])


def names(pack: Pack) -> list[str]:
    """What a line is called, by its organisation and its site: on paper any of it would tell why."""
    told = {resource.organization for resource in pack.resources}
    told |= {
        text
        for texts in pack.texts.values()
        for key, text in texts.items()
        if key.endswith(":name")
    }
    sites = {
        urlsplit(c.url).netloc.replace(".ca.gov", ".gov").rsplit(".", 2)[-2]
        for r in pack.resources
        for c in r.channels
        if c.url
    }
    return [name for name in told | sites if not re.fullmatch(r"[\d-]+", name)]


@pytest.mark.parametrize(
    ("place", "size", "codes"),
    [
        ("/en/r/{}/print", SLIP, ()),
        ("/es/big+contrast/r/{}/print", SLIP, CARDS),
        ("/en/r/{}/sheet", LETTER, CARDS),
    ],
)
@pytest.mark.few(1)
def test_case_8_the_slips_pdf_text_holds_the_number_and_no_word_of_the_stop_list(
    visit: Visit,
    tmp_path: Path,
    place: str,
    size: tuple[float, float],
    codes: tuple[str, ...],
    *,
    some: Some,
) -> None:
    page, pack = visit(), shipped()
    telling = names(pack)
    every = [resource.code for resource in pack.resources if "student" in resource.audience]
    for code in codes or some(every, 8):
        page.goto(place.format(code))
        info, words = paper(page, tmp_path)
        numbers = page.locator(".slip-way .number").all_inner_texts()
        assert ("INFORMES" if place.startswith("/es/") else "INFO DESK") in words
        assert all(number in words for number in numbers), code
        assert numbers, code
        for site in page.locator(".slip-way .address").all_inner_texts():  # may break into lines
            unbroken = "".join(words.split())
            assert site in unbroken, code
            words = unbroken.replace(site, "")
        assert sensitive_words.named(words) == "", (code, words)
        assert [name for name in telling if name.lower() in words.lower()] == [], code
        sheets, width, height = points(info)
        assert sheets == 1, code
        assert (width, height) == pytest.approx(size, abs=1), code


@pytest.mark.parametrize("form", ["print", "sheet"])
def test_number_only_prints_nothing_but_the_number(visit: Visit, tmp_path: Path, form: str) -> None:
    page = visit()
    page.goto(f"/en/r/123/{form}")
    page.evaluate("() => { globalThis.print = () => {} }")
    page.locator("#print-number").tap()
    info, words = paper(page, tmp_path)
    assert words.split() == ["741741"]
    assert points(info)[0] == 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "HOME" in paper(page, tmp_path)[1]


@pytest.mark.parametrize("tag", ["es", "en"])
@pytest.mark.few(1)
def test_each_page_for_staff_and_the_sheet_of_all_numbers_is_one_sheet_of_paper(
    visit: Visit, tmp_path: Path, tag: str, some: Some
) -> None:
    page = visit()
    page.goto(f"/{tag}/adults")
    parts = page.locator("main a").evaluate_all("links => links.map((link) => link.pathname)")
    assert len(parts) > 10
    longest = [f"/{tag}/adults/{name}" for name in ("partners", "laws")]
    for place in (f"/{tag}/now/sheet", *longest, *some(parts, 2)):
        page.goto(place)
        sheets, width, height = points(paper(page, tmp_path)[0])
        assert (sheets, width, height) == pytest.approx((1, *LETTER), abs=1), place


def test_a_full_page_says_what_happens_and_what_to_say_and_not_why(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit()
    page.goto("/en/r/122/sheet")
    words = paper(page, tmp_path)[1]
    assert "A person asks how they can help." in words
    assert "I would like to talk to someone." in words
    page.goto("/en/r/120/sheet")
    assert "They ask where you are." in paper(page, tmp_path)[1]
    page.goto("/en/now/sheet")
    words = paper(page, tmp_path)[1]
    assert {"988", "741741", "1-888-373-7888"} <= set(words.split())
    assert sensitive_words.named(words) == ""
    assert [name for name in names(shipped()) if name.lower() in words.lower()] == []


def beside(code: Locator) -> tuple[list[str], list[str], list[str]]:
    """The numbers, words and addresses of the part of the page that a code stands in."""
    part = code.locator(
        "xpath=ancestor::*[(contains(@class,'way') and not(contains(@class,'help-way'))) or contains(@class,'option') or self::section][1]"
    )
    return tuple(
        part.locator(f"bdi.{kind}").all_inner_texts() for kind in ("number", "word", "address")
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("size", "mode", "cards"),
    [
        ("tall", "", CARDS),
        ("small", "", CARDS),
        ("wide", "", CARDS[2:4]),
        ("tall", "contrast/", CARDS[3:4]),
    ],
)
@pytest.mark.few(1)
def test_case_20_qr_codes_decode_from_the_screenshot_to_exactly_the_number_and_text_beside_them(
    visit: Visit, size: str, mode: str, cards: tuple[str, ...], some: Some
) -> None:
    page = visit(size)
    forms = [f"r/{code}{form}" for code in cards for form in ("", "/print", "/sheet")]
    for place in ["now", *some(forms, 6)]:
        page.goto(f"/en/{mode}{place}")
        for closed in page.locator("main details:not([open]) > summary").all():
            closed.tap()
        codes = [code for code in page.locator("main svg.qr").all() if code.is_visible()]
        assert codes or (size, place) == ("small", "now"), place  # Talk there is whole without
        for code in codes:
            code.evaluate("(code) => code.scrollIntoView({ block: 'center' })")  # not under More
            shot = Image.open(io.BytesIO(code.screenshot()))
            read = [found.text for found in zxingcpp.read_barcodes(shot)]
            assert len(read) == 1, (place, read)
            says, (numbers, words, addresses) = urlsplit(read[0]), beside(code)
            if says.scheme == "https":
                assert not numbers or addresses, place
                assert not addresses or addresses[0].replace("\u200b", "") == read[0].removeprefix(
                    "https://"
                ).rstrip("/")
                continue
            digits = re.sub(r"\D", "", says.path)
            assert digits == re.sub(r"\D", "", numbers[0]), place
            if says.scheme == "sms":
                assert parse_qs(says.query).get("body", []) == words[:1], place
            else:
                assert says.scheme == "tel"
                assert says.query == ""


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dev") / "lp0"


@pytest.fixture(scope="module")
def with_printer(device: Path) -> Iterator[str]:
    """The address of a kiosk whose slip printer is a file. The file is there when a test makes it."""
    pytest.importorskip("escpos", reason="the dependency group printer is not installed")
    with counter.kiosk(Settings(printer=str(device), languages=("en",))) as address:
        yield address


@pytest.fixture
def counter_page(browser: Browser, with_printer: str, device: Path) -> Iterator[Page]:
    """That kiosk's screen; its printer is not there yet."""
    device.unlink(missing_ok=True)
    context = browser.new_context(
        viewport={"width": 1080, "height": 1920},
        base_url=with_printer,
        has_touch=True,
        service_workers="block",
    )
    yield context.new_page()
    close(context)


@pytest.mark.slow
def test_a_slip_comes_from_the_desks_own_printer_without_leaving_the_page(
    counter_page: Page, device: Path
) -> None:
    page = counter_page
    device.touch()
    page.goto("/en/r/123/print")
    entries = page.evaluate("history.length")
    page.locator("#print").tap()
    expect(page.get_by_text("Your slip is printing.")).to_be_visible(timeout=15_000)
    assert b"Text HOME to 741741" in device.read_bytes()
    assert page.evaluate("history.length") == entries


def test_a_printer_that_is_gone_leaves_the_number_large_and_a_code(counter_page: Page) -> None:
    page = counter_page
    page.goto("/en/r/123/print")
    page.locator("#print").tap()
    expect(
        page.get_by_text("The printer is resting. Write the number down or scan it.")
    ).to_be_visible()
    assert (
        page.locator(".slip-way .number").evaluate(
            "part => parseFloat(getComputedStyle(part).fontSize)"
        )
        > 48
    )
    shot = Image.open(io.BytesIO(page.locator(".slip .qr").screenshot()))
    assert [found.text for found in zxingcpp.read_barcodes(shot)] == ["sms:741741?body=HOME"]
    expect(page.locator("#clear")).to_be_in_viewport(ratio=1)


@pytest.mark.slow
def test_a_kiosk_without_a_printer_offers_no_paper(browser: Browser) -> None:
    with counter.kiosk(Settings(printer="off", languages=("en",))) as address:
        context = browser.new_context(base_url=address, service_workers="block")
        page = context.new_page()
        for place in ("/en/r/122", "/en/r/122/print", "/en/adults/1", "/en/r/122/sheet"):
            page.goto(place)
            expect(page.locator("#print, #print-number, .button.print")).to_have_count(0)
        close(context)
