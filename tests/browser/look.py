"""Measures a finished page: where things are, how large and how dark they are. Only asks
questions.

Owns the JavaScript that asks a page for its geometry and colors. It does not judge: the tests say
what is enough.
"""

from math import hypot
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.visits import letters

KINDS = (
    *(
        "",
        "t/7",
        "t/32",
        "r/122",
        "r/122/print",
        "r/122/sheet",
        "now",
        "partners",
        "r/173",
        "adults",
        "adults/now",
        "adults/partners",
        "search",
    ),
    *("languages", "nothing-here", "t/31", "t/35", "t/48", "tell", "now/sheet"),
    "t/31/2",
)
SHEET = "**/static/kiosk.*.css"

# Whether a part of the page ends above More.
ABOVE_MORE = """(part) => { const main = document.querySelector("main");
    return part.getBoundingClientRect().bottom
        <= main.getBoundingClientRect().top + main.clientTop + main.clientHeight }"""
_SEEN = """const seen = (part) => part.checkVisibility({ visibilityProperty: true })
    && !part.closest(".skip, .unseen") && getComputedStyle(part).clipPath === "none";
  const targets = () => [...document.querySelectorAll("a[href], button, input")].filter(seen);
  const name = (part) => part.outerHTML.slice(0, 90);"""

_TARGETS = f"""() => {{ {_SEEN}
  return targets().map((part) => {{ const box = part.getBoundingClientRect(); const style = getComputedStyle(part);
    return {{ name: name(part), x: box.x, y: box.y, width: box.width, height: box.height,
      in_main: part.closest("main") !== null, bordered: parseFloat(style.borderTopWidth) >= 1 }} }}) }}"""

_LETTERS = f"""() => {{ {_SEEN}
  const pen = document.createElement("canvas").getContext("2d");
  const found = {{}};
  for (const part of document.querySelectorAll("body *")) {{
    const said = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!said || !seen(part) || part.closest("svg, template")) continue;
    const style = getComputedStyle(part);
    pen.font = `${{style.fontWeight}} ${{style.fontSize}} ${{style.fontFamily}}`;
    found[name(part)] = pen.measureText("H").actualBoundingBoxAscent;
  }}
  return found }}"""

_CLIPPED = f"""() => {{ {_SEEN}
  return [...document.querySelectorAll("a, button, h1, h2, h3, b, .pill, .tile > *")].filter((part) => seen(part)
    && getComputedStyle(part).display !== "inline"
    && (part.scrollWidth > part.clientWidth + 1 || (part.closest("a, button")
      && part.scrollHeight > part.clientHeight + 4 && getComputedStyle(part).overflow !== "visible"))).map(name) }}"""

# Things outside main must be in view and on top; things inside may need scrolling, but must fit the
# width.
_LOST = f"""() => {{ {_SEEN}
  const lost = [];
  for (const part of targets()) {{
    const box = part.getBoundingClientRect();
    const inside = box.left >= -1 && box.right <= innerWidth + 1;
    if (part.closest("main")) {{ if (!inside) lost.push(name(part)); continue; }}
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!inside || box.top < -1 || box.bottom > innerHeight + 1 || !part.contains(on)) lost.push(name(part));
  }}
  for (const part of document.querySelectorAll("body *")) {{
    if (!seen(part) || part.closest("svg, template")) continue;
    for (const node of part.childNodes) {{
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const holder = part.closest("a.tile, .button, .pill, .tool, .clear, .talk, .more") ?? document.body;
      const frame = holder.getBoundingClientRect();
      if (box.left < frame.left - 2 || box.right > frame.right + 2) lost.push(`wide: ${{name(part)}}`);
      if (holder !== document.body && (box.top < frame.top - 4 || box.bottom > frame.bottom + 4))
        lost.push(`high: ${{name(part)}}`);
    }}
  }}
  for (const part of document.querySelectorAll("html, body, main"))
    if (part.scrollWidth > part.clientWidth) lost.push(`${{part.tagName}} scrolls sideways`);
  return lost }}"""

# Parts of one container in main that overlap. Words in a line, and elements without their own box,
# are looked through.
_OVER = f"""() => {{ {_SEEN}
  const held = (part) => [...part.children].flatMap((child) =>
    getComputedStyle(child).display === "contents" ? held(child) : [child]);
  const boxed = (part) => {{ const style = getComputedStyle(part);
    return seen(part) && style.display !== "inline" && !["absolute", "fixed"].includes(style.position)
      && !part.closest("svg, template, .skip, .unseen") && part.getBoundingClientRect().width > 2; }};
  const over = [];
  for (const holder of [document.querySelector("main"), ...document.querySelectorAll("main *")]) {{
    if (!seen(holder) || holder.closest("svg")) continue;
    const parts = held(holder).filter(boxed).map((part) => [part, part.getBoundingClientRect()]);
    parts.forEach(([one, a], at) => {{ for (const [other, b] of parts.slice(at + 1))
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2)
        over.push(`${{name(one)}} | ${{name(other)}}`); }});
  }}
  return over }}"""

# Each line of text in main must be fully visible at some scroll position, with nothing over it; if
# main continues below, More says so; and main has room for a page.
_UNREAD = f"""() => {{ {_SEEN}
  const main = document.querySelector("main"), wrong = [];
  if (main.clientHeight < innerHeight / 5) wrong.push(`main has ${{main.clientHeight}} px`);
  if (main.scrollHeight - main.clientHeight > 8 && !seen(document.getElementById("more")))
    wrong.push("main goes on below, without More");
  const hidden = (part) => part !== main && (getComputedStyle(part).clipPath !== "none" || hidden(part.parentElement));
  const lines = [];
  for (const part of main.querySelectorAll("*")) {{
    if (!seen(part) || part.closest("svg, template") || hidden(part)) continue;
    for (const node of part.childNodes) {{
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const number of [...range.getClientRects()].keys()) lines.push([part, range, number]);
    }}
  }}
  const read = new Set();
  const step = main.clientHeight / 2;
  for (let top = 0; top < main.scrollHeight; top += step) {{
    main.scrollTop = top;
    const from = main.getBoundingClientRect().top + main.clientTop - 1, to = from + main.clientHeight + 2;
    for (const line of lines) {{
      const [part, range, number] = line, box = range.getClientRects()[number];
      const free = box?.height * 0.15; // a font's own room above and below its letters
      if (!box || box.top + free < from || box.bottom - free > to) continue;
      const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      // The room of a large number's font reaches over its neighbors; its letters do not.
      const words = main.contains(on) && getComputedStyle(on).display === "inline";
      if (words || (main.contains(on) && (part.contains(on) || on.contains(part)))) read.add(line);
      else wrong.push(`covered by ${{on && name(on)}}: ${{name(part)}}`);
    }}
  }}
  main.scrollTop = 0;
  for (const line of lines) {{ const box = line[1].getClientRects()[line[2]];
    if (!read.has(line) && box?.height < main.clientHeight) wrong.push(`never seen whole: ${{name(line[0])}}`); }}
  return [...new Set(wrong)] }}"""

# Numbers, words to text and codes to scan, at each position that More leads to: none is cut by an
# edge of main, each is whole at one position, and none breaks across lines.
_SLICED = f"""async () => {{ {_SEEN}
  const main = document.querySelector("main"), more = document.getElementById("more");
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const pale = (part) => part !== main && (getComputedStyle(part).opacity === "0" || pale(part.parentElement));
  const KINDS = ".number, .word, .qr";
  const parts = [...main.querySelectorAll(KINDS)].filter(seen);
  const wrong = new Set(), read = new Set();
  for (const part of parts) {{
    const lines = new Set(Array.from(part.getClientRects(), (box) => Math.round(box.top)));
    if (!part.matches(".qr") && lines.size > 1) wrong.add(`broken: ${{name(part)}}`);
  }}
  for (let turns = 0; turns < 120; turns += 1) {{
    await drawn();
    const from = main.getBoundingClientRect().top + main.clientTop, to = from + main.clientHeight;
    const within = (part) => {{
      const box = part.getBoundingClientRect(), free = part.matches(".qr") ? 1 : box.height * 0.15;
      return Math.min(box.top + free - from, to - box.bottom + free);
    }};
    const cut = (part) => within(part) <= 1;
    for (const part of parts) {{
      const box = part.getBoundingClientRect(), inside = within(part);
      if (box.bottom <= from || box.top >= to || box.height > to - from) continue;
      if (inside >= -1 && !pale(part)) read.add(part);
      if (inside < -1 && !pale(part)) wrong.add(`cut: ${{name(part)}}`);
      const apart = ![...(part.closest(".cut")?.querySelectorAll(`${{KINDS}}, .half .row:has(b) > span`) ?? [])].some(cut);
      if (apart && inside > 1 && pale(part)) wrong.add(`hidden: ${{name(part)}}`);
    }}
    if (!main.classList.contains("long") || main.classList.contains("ended")) break;
    more.click();
  }}
  main.scrollTop = 0;
  const room = main.clientHeight;
  for (const part of parts) if (!read.has(part) && part.getBoundingClientRect().height < room)
    wrong.add(`never whole: ${{name(part)}}`);
  return [...wrong] }}"""

# Controls of something that opened over the page: in view, with nothing over them.
_BURIED = f"""(selector) => {{ {_SEEN}
  const parts = [...document.querySelectorAll(`:is(${{selector}}) :is(a, button), #clear`)].filter(seen);
  return parts.filter((part) => {{
    const box = part.getBoundingClientRect();
    return box.top < -1 || box.left < -1 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1
      || (!part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
        && part.id !== "clear");
  }}).map(name) }}"""

_COLOURS = f"""() => {{ {_SEEN}
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", {{ willReadFrequently: true }});
  const paint = (layers) => {{ // the colours as they come out on the screen, one over the other
    for (const layer of layers) {{ pen.fillStyle = layer; pen.fillRect(0, 0, 1, 1); }}
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }};
  const ground = (part) => {{
    const layers = [];
    for (let at = part; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return layers;
  }};
  const found = {{ text: [], icon: [], border: [] }};
  for (const part of document.querySelectorAll("body *")) {{
    if (!seen(part) || part.closest("template, svg.qr")) continue;
    const style = getComputedStyle(part);
    const under = ground(part);
    if ([...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && !part.closest("svg"))
      found.text.push([name(part), paint([...under, style.color]), paint(under)]);
    if (part.matches("svg.icon")) found.icon.push([name(part), paint([...under, style.color]), paint(under)]);
    if (part.matches("a, button, input") && parseFloat(style.borderTopWidth)) {{
      const around = ground(part.parentElement);
      found.border.push([name(part), paint([...around, style.borderTopColor]), paint(around)]);
    }}
  }}
  return found }}"""


def millimetre(page: Page, inches: float = 21.5) -> float:
    """Return the pixels in one millimeter on a panel with this diagonal."""
    size = page.viewport_size
    assert size is not None
    return hypot(size["width"], size["height"]) / (inches * 25.4)


def on_a_panel(page: Page, inches: float) -> None:
    """Make the page believe that it is on a panel with this diagonal, as the setting would in the
    style sheet."""

    def sheet(route: Route) -> None:
        answer = route.fetch()
        assert "--panel: 21.5;" in answer.text()
        route.fulfill(
            response=answer, body=answer.text().replace("--panel: 21.5;", f"--panel: {inches};")
        )

    page.route(SHEET, sheet)


def opened(page: Page, place: str) -> Page:
    """Return the page once its fonts have loaded."""
    page.goto(place)
    letters(page)
    page.wait_for_selector("body:not(.new)", state="attached")  # it accepts touches
    return page


def targets(page: Page) -> list[dict[str, Any]]:
    """Return everything that a finger can touch, with its box and whether it has a border."""
    found: list[dict[str, Any]] = page.evaluate(_TARGETS)
    return found


def capitals(page: Page) -> dict[str, float]:
    """Return the height of a capital H in pixels, wherever there is text."""
    found: dict[str, float] = page.evaluate(_LETTERS)
    return found


def clipped(page: Page) -> list[str]:
    """Return labels that are wider than their space."""
    found: list[str] = page.evaluate(_CLIPPED)
    return found


def lost(page: Page) -> list[str]:
    """Return controls out of reach, and words that stick out of their control or the screen."""
    found: list[str] = page.evaluate(_LOST)
    return found


def unread(page: Page) -> list[str]:
    """Return what makes a line of main unreadable: text cut or covered, no More, no room."""
    found: list[str] = page.evaluate(_UNREAD)
    return found


def sliced(page: Page) -> list[str]:
    """Return numbers, words to text and codes to scan that are cut or broken where More leads."""
    found: list[str] = page.evaluate(_SLICED)
    return found


def buried(page: Page, selector: str) -> list[str]:
    """Return controls of an overlay that are out of view or covered."""
    found: list[str] = page.evaluate(_BURIED, selector)
    return found


def overlaps(page: Page) -> list[str]:
    """Return pairs of overlapping parts inside main."""
    found: list[str] = page.evaluate(_OVER)
    return found


def colours(page: Page) -> dict[str, list[tuple[str, list[int], list[int]]]]:
    """Return text, icons and controls' borders, each with color and background, as rendered."""
    found: dict[str, list[tuple[str, list[int], list[int]]]] = page.evaluate(_COLOURS)
    return found


def contrast(one: list[int], other: list[int]) -> float:
    """Return the WCAG contrast of two sRGB colors."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: list[int]) -> float:
    linear = [
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
