"""Plain HTML pages with the hotlines, for when there is no pack or an internal error.

The only numbers outside a pack; a test keeps them equal to the pinned set.
"""

from collections.abc import Iterator
from html import escape

from content.model import pinned
from content.model.language import direction, own_name
from kiosk.edition import assets
from kiosk.edition.edition import INDEX, Edition, Item
from kiosk.edition.headers import csp_hash
from kiosk.edition.links import LEAVE
from settings.schema import Kiosk

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
# Said so that nobody who reads along learns why: the lines' own names tell.
_NAMES = {
    "911": ("In danger now", "En peligro ahora"),
    "988": ("To talk about anything", "Para hablar de lo que sea"),
    "ctl": ("To talk by text", "Para hablar por texto"),
    "nhth": ("Someone controls you", "Alguien te controla"),
    "childhelp": ("Someone hurts you", "Alguien te lastima"),
    "ncmec": ("Pictures, or someone is missing", "Fotos, o alguien falta"),
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
        "staff": (
            "School staff: this screen is starting. If it stays like this, ask the person who"
            " runs it to look at it."
        ),
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
        "clear": "Ocultar pantalla",
        "staff": (
            "Personal de la escuela: esta pantalla está empezando. Si se queda así, avisen a quien"
            " la cuida."
        ),
        "leave": "Información de la escuela",
        "office": "Oficina: pregunta en la recepción.",
        "start": "Empezar",
    },
}
TITLE = "Student Info Desk"
AGAIN_SECONDS = 10
_STYLE = (
    "body{margin:0;padding:3vmin;background:#fff;color:#111;font:clamp(18px,2.6vmin,44px)/1.35"
    " sans-serif}main{display:grid;gap:3vmin;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,20em),1fr))}h1{margin:0;font-size:1.5em}"
    "p{margin:.3em 0}ul{margin:0;padding:0;list-style:none}"
    "li{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1em;"
    "padding:.3em 0;border-top:2px solid}bdi{font-weight:700;white-space:nowrap}"
    "li:nth-child(-n+2) bdi{font-size:1.8em;line-height:1}nav{display:flex;flex-wrap:wrap;"
    "gap:.6em 1em;align-items:center;margin-bottom:3vmin}nav a{color:inherit}"
    "nav a:first-child{margin-inline-end:auto;padding:.5em 1em;border-radius:.5em;background:#111;"
    "color:#fff;text-decoration:none}#cover{display:none;position:fixed;inset:0;background:#fff;"
    "color:#111;place-items:center;text-decoration:none}#cover:target{display:grid}"
)


def trouble(kiosk: Kiosk) -> bytes:
    """The page for an internal error, in every language of this file."""
    tags = _tags(kiosk)
    main = "".join(_lines(tag, _WORDS[tag]["wrong"]) for tag in tags)
    return _page(tags[0], main, sheet=_sheet(kiosk)).encode()


def edition(kiosk: Kiosk) -> Edition:
    """The few pages served without a pack."""
    return Edition.of(_items(_tags(kiosk), kiosk))


def local_file(kiosk: Kiosk) -> bytes:
    """A self-contained page for when this server is down, written to data_dir at start.

    Its Clear is a link to a cover over everything, which a touch takes away: it runs no script.
    """
    tags = _tags(kiosk)
    sections = {tag: _lines(tag, _WORDS[tag]["fine"]) for tag in tags}
    sections |= {tag: _names_only(tag) for tag in kiosk.languages if tag not in _WORDS}
    jumps = "".join(
        f'<a href="#{tag}" lang="{tag}">{own_name(tag)}</a>'
        for tag, body in sections.items()
        if body
    )
    policy = f"default-src 'none'; style-src {csp_hash(_STYLE)}"
    return (
        f'<!doctype html><html lang="{tags[0]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,'
        f' initial-scale=1"><title>{TITLE}</title>'
        f'<style>{_STYLE}</style></head><body><nav><a href="#cover">{_WORDS[tags[0]]["clear"]}</a>'
        f"{jumps}</nav><main>{''.join(sections.values())}</main>"
        f'<a id="cover" href="#">{TITLE}</a></body></html>'
    ).encode()


def _names_only(tag: str) -> str:
    """For a language without words here: hotlines as the pinned set names them."""
    try:
        texts = pinned.pinned_pack().texts.get(tag, {})
    except Exception:  # noqa: BLE001 - the sections above suffice
        return ""
    rows = []
    for name, kind, number, keywords in LINES:
        if (key := f"resource:{name}:name") in texts:
            word = f"<bdi>{keywords['en']}</bdi> → " if "en" in keywords else ""
            sign = "☎" if kind == "voice" else "✉"
            sending = f"{sign} {word}<bdi>{number}</bdi>"
            rows.append(f"<li><span>{escape(texts[key])}</span><span>{sending}</span></li>")
    head = (
        f'<section id="{tag}" lang="{tag}" dir="{direction(tag)}"><h1>{escape(own_name(tag))}</h1>'
    )
    return f"{head}<ul>{''.join(rows)}</ul></section>" if rows else ""


def _tags(kiosk: Kiosk) -> list[str]:
    return [tag for tag in kiosk.languages if tag in _WORDS] or ["en"]


def _items(tags: list[str], kiosk: Kiosk) -> Iterator[Item]:
    sheet = _sheet(kiosk)
    for number, tag in enumerate(tags):
        words = _WORDS[tag]
        others = "".join(
            f'<a class="button" href="/{other}/" lang="{other}">{own_name(other)}</a> '
            for other in tags
            if other != tag
        )
        main = f"{_lines(tag, words['fine'])}<p>{words['staff']}</p><p>{others}</p>"
        home = _page(tag, main, sheet=sheet, again=True).encode()
        paths = [f"/{tag}/", f"/{tag}/now", f"missing/{tag}", *(["/"] if number == 0 else [])]
        yield from (Item(path, home) for path in paths)
    words = _WORDS[tags[0]]
    starts = " ".join(
        f'<a class="button primary" href="/{tag}/" lang="{tag}">{_WORDS[tag]["start"]}</a>'
        for tag in tags
    )
    school, office = f"<p>{escape(kiosk.school)}</p>", f"<p>{words['office']}</p>"
    main = f"<h1>{words['leave']}</h1>{school}{office}<p>{starts}</p>"
    yield Item(LEAVE, _page(tags[0], main, sheet=sheet, again=True).encode())
    # No pack: a browser that holds one must not replace it by these few pages.
    yield Item(INDEX, b'{"version":"","files":[]}', "application/json")
    yield from _assets(kiosk)


def _lines(tag: str, lead: str) -> str:
    words = _WORDS[tag]
    rows = []
    for name, kind, number, keywords in LINES:
        word = keywords.get(tag, "")
        sending = f'<bdi class="word">{word}</bdi> {words["to"]} ' if word else ""
        label = _NAMES[name][0 if tag == "en" else 1]
        what = words["send" if word else kind]
        rows.append(
            f"<li><span>{label}</span><span>{what} {sending}<b><bdi"
            f' class="number">{number}</bdi></b></span></li>'
        )
    listed = "".join(rows)
    return (
        f'<section id="{tag}" lang="{tag}"><h1>{words["title"]}</h1><p'
        f' class="lead">{lead}</p><ul>{listed}</ul></section>'
    )


def _page(tag: str, main: str, *, sheet: str, again: bool = False) -> str:
    """``again``: the browser asks once more by itself, since a pack may be there by then."""
    link = f'<link rel="stylesheet" href="{sheet}">' if sheet else ""
    if again:
        link += f'<meta http-equiv="refresh" content="{AGAIN_SECONDS}">'
    return (
        f'<!doctype html><html lang="{tag}" class="is-plain"><head><meta charset="utf-8"><meta'
        ' name="viewport" content="width=device-width,'
        f' initial-scale=1"><title>{TITLE}</title>{link}<link rel="icon"'
        ' href="data:,"></head><body><nav class="exit"><a class="clear"'
        f' href="{LEAVE}">{_WORDS[tag]["clear"]}</a></nav><main'
        f' id="main">{main}</main></body></html>'
    )


def _assets(kiosk: Kiosk) -> Iterator[Item]:
    try:
        yield from assets.shipped(kiosk.panel_inches)
    except (OSError, KeyError):
        return  # pages without a style sheet still have the numbers


def _sheet(kiosk: Kiosk) -> str:
    paths = (item.path for item in _assets(kiosk))
    return next((p for p in paths if p.startswith("/static/kiosk.") and p.endswith(".css")), "")
