"""Makes the screen's fonts: kiosk/static/fonts/*.woff2, their licenses, the table of letters.

Usage: python -m tools.make.fonts NODE_MODULES CJK_FOLDER (see `make fonts`). NODE_MODULES contains
the four packages @fontsource-variable/atkinson-hyperlegible-next, noto-sans, noto-sans-arabic and
noto-sans-gurmukhi; CJK_FOLDER contains NotoSansCJK-Regular.ttc and -Bold.ttc from Debian's
fonts-noto-cjk. Chinese and Korean get two subsets: the letters in use now, in two weights, and a
wider set for words in later packs, which browsers fetch only if needed.
"""

import io
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from fontTools.varLib import instancer

from content.model.language import own_name
from content.model.pack import Pack
from editor.authoring import read_pack
from editor.authoring.checked_pack import needed
from kiosk.pages.ui_strings import Wording, keys

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "kiosk" / "static" / "fonts"
PACK = ROOT / "content" / "packs" / "california"
# Our file, then its source package and script. We use only weights 400 to 700.
CUT = {
    "noto-latin": ("noto-sans", "latin"),
    "noto-latin-ext": ("noto-sans", "latin-ext"),
    "noto-vietnamese": ("noto-sans", "vietnamese"),
    "noto-cyrillic": ("noto-sans", "cyrillic"),
    "noto-arabic": ("noto-sans-arabic", "arabic"),
    "noto-gurmukhi": ("noto-sans-gurmukhi", "gurmukhi"),
}
WHOLE = {"atkinson-latin": "latin", "atkinson-latin-ext": "latin-ext"}
SPACES = {0x20, 0xA0}  # a PDF takes spaces from the neighboring letters' font; a browser never does
ONLY = {"noto-arabic": [*SPACES, *range(0x600, 0x700), 0x25CC]}  # Arabic, Farsi and Urdu
LATIN_EXT = [*range(0x100, 0x180), *range(0x218, 0x21C), 0x1E9E]  # European names
CJK = {
    "zh-Hant": ("noto-tc", 3),
    "ko": ("noto-kr", 1),
}  # our file, and the font's index in the collection
STACK = {  # each language's files, as listed in fonts.css
    **dict.fromkeys(("en", "es", "fil", "hmn"), tuple(WHOLE)),
    **dict.fromkeys(
        ("vi", "ru"), ("noto-latin", "noto-latin-ext", "noto-vietnamese", "noto-cyrillic")
    ),
    "ar": ("noto-latin", "noto-latin-ext", "noto-arabic"),
    "pa": ("noto-latin", "noto-latin-ext", "noto-gurmukhi"),
    "zh-Hant": ("noto-latin", "noto-latin-ext", "noto-tc", "noto-tc-bold", "noto-tc-more"),
    "ko": ("noto-latin", "noto-latin-ext", "noto-kr", "noto-kr-bold", "noto-kr-more"),
}
NAMED = {  # names of languages, for links on pages in other languages
    "names-latin": ("noto-latin", ("vi",)),
    "names-vietnamese": ("noto-vietnamese", ("vi",)),
    "names-cyrillic": ("noto-cyrillic", ("ru",)),
    "names-arabic": ("noto-arabic", ("ar",)),
    "names-gurmukhi": ("noto-gurmukhi", ("pa",)),
    "names-tc": ("noto-tc", ("zh-Hant",)),
    "names-tc-bold": ("noto-tc-bold", ("zh-Hant",)),
    "names-kr": ("noto-kr", ("ko",)),
    "names-kr-bold": ("noto-kr-bold", ("ko",)),
}
PUNCTUATION = "、。〈〉《》「」『』【】〔〕！（），．：；？％～…—·／"


def main(packages: Path, cjk: Path) -> None:
    """Make every file. Fonts that are no longer made must be deleted by hand."""
    pack, _problems = read_pack.read(PACK)
    if pack is None:
        raise SystemExit(f"{PACK} cannot be read; run: porchlight check")
    for name, script in WHOLE.items():
        shutil.copyfile(
            _packaged(packages, "atkinson-hyperlegible-next", script), OUT / f"{name}.woff2"
        )
    _plain_zero(OUT / "atkinson-latin.woff2")
    for name, (package, script) in CUT.items():
        font = TTFont(_packaged(packages, package, script))
        wanted = {"noto-latin-ext": LATIN_EXT, **ONLY}.get(name, list(font.getBestCmap()))
        _write(_weights(font), wanted, OUT / f"{name}.woff2")
    for language, (name, number) in CJK.items():
        now, wide = _now(pack, language), _wide(language)
        for weight, suffix, points in (
            ("Regular", "", now),
            ("Bold", "-bold", now),
            ("Regular", "-more", wide - now),
        ):
            font = TTFont(cjk / f"NotoSansCJK-{weight}.ttc", fontNumber=number)
            _write(font, points | SPACES, OUT / f"{name}{suffix}.woff2")
    for name, (whole, languages) in NAMED.items():
        letters = {ord(char) for tag in languages for char in _greeting(tag)}
        _write(TTFont(OUT / f"{whole}.woff2"), letters, OUT / f"{name}.woff2")
    _licences(packages, cjk)
    _table()


def _now(pack: Pack, language: str) -> set[int]:
    """Return the language's own letters that its texts and keys use today. Latin letters and digits
    come from noto-latin."""
    texts = [text for _where, text in needed(pack, language)]
    own = keys(language)
    used = (*texts, *own["own"], *own["joins"])
    return {ord(char) for text in used for char in text if ord(char) >= 0x2E80}


def _wide(language: str) -> set[int]:
    """Return the letters that nearly every text in the language uses."""
    if language == "ko":
        codec, leads, trails = (
            "euc_kr",
            range(0xB0, 0xC9),
            range(0xA1, 0xFF),
        )  # the 2,350 syllables of KS X 1001
    else:
        codec, leads, trails = (
            "big5",
            range(0xA4, 0xC7),
            range(0x40, 0xFF),
        )  # the 5,401 characters of Big5, level 1
    found = {ord(char) for char in PUNCTUATION}
    for lead in leads:
        for trail in trails:
            char = bytes([lead, trail]).decode(codec, "ignore")
            found |= {ord(char)} if len(char) == 1 else set()
    return {point for point in found if point >= 0x2E80}


def _greeting(language: str) -> str:
    """Return the text of a link to a language: its name and, on the first page, its "Start"."""
    wording = Wording(language)
    return own_name(language) + wording("Start") + wording("Tap here to begin")


def _packaged(packages: Path, package: str, script: str) -> Path:
    folder = packages / "@fontsource-variable" / package
    return folder / "files" / f"{package}-{script}-wght-normal.woff2"


def _plain_zero(file: Path) -> None:
    """Remove the zero's slash, which makes 800 look like 888 from a step away. In every weight, a
    smaller copy of the outline replaces the two halves of the hole."""
    font = TTFont(file)
    glyph, varied = font["glyf"]["zero"], font["gvar"].variations["zero"]
    points, ends = list(glyph.coordinates), glyph.endPtsOfContours
    if len(ends) != 3:
        raise SystemExit(f"{file.name}: the zero has {len(ends)} outlines, not the 3 of a slash")
    rim = ends[0] + 1
    turned = [0, *range(rim - 1, 0, -1)]  # a hole is drawn in the opposite direction

    def drawn(shape: list[tuple[float, float]]) -> list[tuple[float, float]]:
        columns = []
        for axis in (0, 1):
            outer = [point[axis] for point in shape[:rim]]
            inner = [point[axis] for point in shape[rim : ends[-1] + 1]]
            scale = (max(inner) - min(inner)) / (max(outer) - min(outer))
            columns.append([min(inner) + (outer[at] - min(outer)) * scale for at in turned])
        return [*shape[:rim], *zip(*columns, strict=True)]

    plain = drawn(points)
    for variation in varied:
        by = zip(points, variation.coordinates[:-4], strict=True)
        moved = [(x + dx, y + dy) for (x, y), (dx, dy) in by]
        new = zip(drawn(moved), plain, strict=True)
        deltas = [(round(x - px), round(y - py)) for (x, y), (px, py) in new]
        variation.coordinates = [*deltas, *variation.coordinates[-4:]]
    glyph.coordinates = GlyphCoordinates([(round(x), round(y)) for x, y in plain])
    glyph.flags = bytearray([*glyph.flags[:rim], *(glyph.flags[at] for at in turned)])
    glyph.endPtsOfContours, glyph.numberOfContours = [rim - 1, 2 * rim - 1], 2
    font.recalcTimestamp = False
    font.save(file)


def _weights(font: Any) -> TTFont:
    """Keep only the weights that the screen uses. Saves and reopens the font, because the subsetter
    needs complete tables."""
    kept = io.BytesIO()
    instancer.instantiateVariableFont(font, {"wght": (400, 700)}).save(kept)
    kept.seek(0)
    return TTFont(kept)


def _write(font: Any, points: Iterable[int], out: Path) -> None:
    """Write the font with only those code points and all its features, such as joining letters and
    tabular digits."""
    options = subset.Options()
    options.layout_features = ["*"]
    options.flavor = "woff2"
    options.hinting = False  # useless at this letter size
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13, 14]  # the owner and the license
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(points))
    cutter.subset(font)
    font["head"].modified = font["head"].created  # so that the same input gives the same file
    font.recalcTimestamp = False
    subset.save_font(font, out, options)


def _licences(packages: Path, cjk: Path) -> None:
    """Write each license next to the fonts. The collection contains its own notice; the license
    text is the same."""
    text = ""
    for package, name in (
        ("atkinson-hyperlegible-next", "OFL.txt"),
        ("noto-sans", "OFL-noto-sans.txt"),
        ("noto-sans-arabic", "OFL-noto-sans-arabic.txt"),
        ("noto-sans-gurmukhi", "OFL-noto-sans-gurmukhi.txt"),
    ):
        text = (packages / "@fontsource-variable" / package / "LICENSE").read_text("utf-8")
        (OUT / name).write_text(text, "utf-8")
    notice = TTFont(cjk / "NotoSansCJK-Regular.ttc", fontNumber=3)["name"].getDebugName(0)
    body = text[text.index("This Font Software is licensed") :]
    (OUT / "OFL-noto-sans-cjk.txt").write_text(f"{notice} (Noto Sans CJK)\n\n{body}", "utf-8")


def ranges(points: Iterable[int]) -> str:
    """Write code points as in the table: "20-7E A0"."""
    spans: list[tuple[int, int]] = []
    for point in sorted(points):
        if spans and spans[-1][1] == point - 1:
            spans[-1] = (spans[-1][0], point)
        else:
            spans.append((point, point))
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in spans)


def _table() -> None:
    held = {file.stem: set(TTFont(file).getBestCmap()) for file in OUT.glob("*.woff2")}
    table = {
        tag: ranges(set().union(*(held[name] for name in STACK[tag]))) for tag in sorted(STACK)
    }
    (OUT / "coverage.json").write_text(json.dumps(table, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
