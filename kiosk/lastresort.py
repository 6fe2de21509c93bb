"""What the screen shows when everything else fails: the crisis lines, in plain HTML.

Owns a few pages that need neither a pack nor a template nor a file. Refuses to fail: the numbers stand in this file,
and a test keeps them equal to the pinned set. It is the one place outside a pack where numbers are written.
"""

from collections.abc import Iterator
from html import escape

from content.language import own_name
from kiosk.assets import Assets
from kiosk.edition import Edition, Item
from kiosk.links import LEAVE
from kiosk.privacy import KEEP_FOR_EVER
from settings import Kiosk

LINES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("911", "voice", "911", {}),
    ("988", "voice", "988", {}),
    ("988", "sms", "988", {"es": "AYUDA"}),
    ("ctl", "sms", "741741", {"en": "HOME", "es": "HOME"}),
    ("nhth", "voice", "1-888-373-7888", {}),
    ("nhth", "sms", "233733", {}),
    ("childhelp", "voice", "1-800-422-4453", {}),
    ("childhelp", "sms", "1-800-422-4453", {}),
    ("ncmec", "voice", "1-800-843-5678", {}),
)
_NAMES = {
    "911": ("In danger now", "En peligro ahora"),
    "988": ("Crisis and suicide line", "Línea de crisis y suicidio"),
    "ctl": ("Crisis text line", "Línea de crisis por texto"),
    "nhth": ("Human trafficking hotline", "Línea contra la trata de personas"),
    "childhelp": ("Child abuse line", "Línea de maltrato infantil"),
    "ncmec": ("Missing and exploited children", "Menores desaparecidos o explotados"),
}
_WORDS = {
    "en": {
        "title": "Talk to someone now",
        "wrong": "Something went wrong on this screen. These lines answer now.",
        "fine": "These lines answer now. Use any phone.",
        "voice": "Call",
        "sms": "Text",
        "send": "Text",
        "to": "to",
        "clear": "Clear screen",
        "staff": "School staff: this screen has no content yet. Ask the person who runs it to look at it.",
        "leave": "School info",
        "office": "Office: ask at the front desk.",
        "start": "Start",
    },
    "es": {
        "title": "Habla con alguien ahora",
        "wrong": "Algo falló en esta pantalla. Estas líneas contestan ahora.",
        "fine": "Estas líneas contestan ahora. Usa cualquier teléfono.",
        "voice": "Llama al",
        "sms": "Envía un mensaje al",
        "send": "Envía",
        "to": "al",
        "clear": "Limpiar pantalla",
        "staff": "Personal de la escuela: esta pantalla aún no tiene contenido. Avisen a quien la cuida.",
        "leave": "Información de la escuela",
        "office": "Oficina: pregunta en la recepción.",
        "start": "Empezar",
    },
}
_TITLE = "Student Info Desk"


def trouble(kiosk: Kiosk) -> bytes:
    """The page for an error of ours, in every language it can speak, with a way to clear the screen."""
    tags = _tags(kiosk)
    return _page(tags[0], "".join(_lines(tag, _WORDS[tag]["wrong"]) for tag in tags), sheet=_sheet()).encode()


def edition(kiosk: Kiosk) -> Edition:
    """The few pages a screen shows while no pack is there. The first language of the settings comes first."""
    return Edition.memory(_items(_tags(kiosk), kiosk.school))


def _tags(kiosk: Kiosk) -> list[str]:
    return [tag for tag in kiosk.languages if tag in _WORDS] or ["en"]


def _items(tags: list[str], school: str) -> Iterator[Item]:
    sheet = _sheet()
    for number, tag in enumerate(tags):
        words = _WORDS[tag]
        others = "".join(
            f'<a class="button" href="/{other}/" lang="{other}">{own_name(other)}</a> '
            for other in tags
            if other != tag
        )
        main = f"{_lines(tag, words['fine'])}<p>{words['staff']}</p><p>{others}</p>"
        home = _page(tag, main, sheet=sheet).encode()
        paths = [f"/{tag}/", f"/{tag}/now", f"missing/{tag}", *(["/"] if number == 0 else [])]
        yield from (Item(path, home) for path in paths)
    words = _WORDS[tags[0]]
    starts = " ".join(
        f'<a class="button primary" href="/{tag}/" lang="{tag}">{_WORDS[tag]["start"]}</a>' for tag in tags
    )
    main = f"<h1>{words['leave']}</h1><p>{escape(school)}</p><p>{words['office']}</p><p>{starts}</p>"
    yield Item(LEAVE, _page(tags[0], main, sheet=sheet).encode())
    yield from _assets()


def _lines(tag: str, lead: str) -> str:
    words = _WORDS[tag]
    rows = []
    for name, kind, number, keywords in LINES:
        word = keywords.get(tag, "")
        sending = f'<bdi class="word">{word}</bdi> {words["to"]} ' if word else ""
        label = _NAMES[name][0 if tag == "en" else 1]
        what = words["send" if word else kind]
        rows.append(
            f'<li><span>{label}</span><span>{what} {sending}<b><bdi class="number">{number}</bdi></b></span></li>'
        )
    listed = "".join(rows)
    return f'<section lang="{tag}"><h1>{words["title"]}</h1><p class="lead">{lead}</p><ul>{listed}</ul></section>'


def _page(tag: str, main: str, *, sheet: str) -> str:
    link = f'<link rel="stylesheet" href="{sheet}">' if sheet else ""
    return (
        f'<!doctype html><html lang="{tag}" class="is-plain"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_TITLE}</title>{link}'
        f'<link rel="icon" href="data:,"></head><body><nav class="exit"><a class="clear" href="{LEAVE}">'
        f'{_WORDS[tag]["clear"]}</a></nav><main id="main">{main}</main></body></html>'
    )


def _assets() -> Iterator[Item]:
    try:
        for asset in Assets():
            yield Item(asset.path, asset.body, asset.content_type, KEEP_FOR_EVER)
    except (OSError, KeyError):
        return  # plain pages without a style sheet are still pages with the numbers on them


def _sheet() -> str:
    return next(
        (item.path for item in _assets() if item.path.startswith("/static/kiosk.") and item.path.endswith(".css")), ""
    )
