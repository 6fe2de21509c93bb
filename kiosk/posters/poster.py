"""Makes posters, cards and the sheet for parents as HTML from the pack, without naming topics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from content.model import phone_numbers
from content.model.language import direction, spaced
from content.model.pack import Channel, Pack, Resource
from kiosk.edition import last_resort
from kiosk.pages import font_coverage, qr
from kiosk.pages.talk_now import FIRST
from kiosk.pages.templates_env import strict
from kiosk.pages.ui_strings import Wording
from messages.message import message
from settings.schema import Settings

TEMPLATES = Path(__file__).parent / "templates"
SIZES = ("letter", "half", "wallet", "parents")
MOST_LANGUAGES = 2
_WORDS_FROM = ("basics", "danger")  # topics of the words "FOOD" and "SAFE", which reveal little
_OTHERS = 2  # more numbers would make a list, which nobody would keep


class PosterError(Exception):
    """Raised if no poster can be made; the message is for the person who requested it."""


class Number(NamedTuple):
    """A number to call. ``code``: its QR code's content; ``hints``: language → how to reach it."""

    shown: str
    code: str
    hints: Mapping[str, str]


class Side(NamedTuple):
    tag: str
    direction: Literal["ltr", "rtl"]
    say: Mapping[str, Any]


def html(pack: Pack, settings: Settings, size: str, tags: Sequence[str], *, edition: str) -> str:
    """Make a document of that size in those languages, the first one on top. Raises PosterError."""
    _refuse(pack, size, tags)
    wordings = [Wording(tag) for tag in tags]
    emergency, talk, *others = [
        _number(resource, voice, wordings) for resource, voice in _answering(pack)
    ]
    line = settings.kiosk.text_line
    sides = [_side(_, pack, settings) for _ in wordings]
    return (
        strict(TEMPLATES)
        .get_template(f"{size}.html")
        .render(
            title=last_resort.TITLE,
            school=settings.kiosk.school,
            sides=sides,
            emergency=emergency,
            talk=talk,
            others=others[:_OTHERS],
            line=phone_numbers.display(line),
            code=qr.svg(phone_numbers.sms(line) if line else talk.code),
            edition=edition,
        )
    )


def open_points(settings: Settings) -> Iterator[str]:
    """Say what carriers require on a poster that the settings do not include."""
    if not settings.kiosk.text_line:
        yield "[sms] number is empty or the line is off, so the poster has only numbers to call."
        return
    if not settings.sms.contact:
        yield (
            "[sms] contact is empty. Carriers require a phone number or e-mail address on the"
            " poster."
        )
    if not settings.sms.terms:
        yield (
            "[sms] terms is empty. Carriers require the address of your terms and privacy page"
            " on the poster."
        )


def _refuse(pack: Pack, size: str, tags: Sequence[str]) -> None:
    if size not in SIZES:
        raise PosterError(message("poster.no-size", size=size, sizes=SIZES))
    if not 1 <= len(set(tags)) == len(tags) <= MOST_LANGUAGES:
        raise PosterError(message("poster.languages"))
    for tag in tags:
        if tag not in pack.languages:
            has = tuple(pack.languages)
            raise PosterError(message("poster.no-language", tag=tag, languages=has))
        if tag not in font_coverage.coverage():
            raise PosterError(message("poster.no-font", tag=tag))


def _answering(pack: Pack) -> list[tuple[Resource, Channel]]:
    """Return the emergency line, then the crisis lines that people answer day and night."""
    pinned = [r for r in pack.resources if r.pinned and r.status == "live"]
    voices = [(r, voice) for r in pinned if (voice := r.channel("voice"))]
    emergency = [one for one in voices if one[0].answers == "emergency"]
    talk = [one for one in voices if one[0].answers == "counselling" and one[1].hours == "24/7"]
    if not emergency or not talk:
        raise PosterError(message("poster.no-numbers"))
    return [*emergency[:1], *sorted(talk, key=lambda one: one[0].id not in FIRST)]


def _number(resource: Resource, voice: Channel, wordings: Iterable[Wording]) -> Number:
    return Number(
        shown=phone_numbers.display(voice.number),
        code=phone_numbers.tel(voice.number),
        hints={_.language: _hint(resource, voice, _) for _ in wordings},
    )


def _hint(resource: Resource, voice: Channel, _: Wording) -> str:
    """Say how to reach a person at this number in this language."""
    if resource.answers == "emergency":
        return _("In danger right now?")
    text, tag = resource.channel("sms"), _.language
    by_text = text is not None and text.number == voice.number and tag in text.languages
    word = text.keyword.get(tag, "") if text and by_text else ""
    hints = [_("Call or text, day or night.") if by_text and not word else _("Call, day or night.")]
    if word:
        number = phone_numbers.display(voice.number)
        hints.append(_("Text %(word)s to %(number)s", word=isolated(word), number=isolated(number)))
    if key := voice.press.get(tag):
        hints.append(_("%(language)s: press %(key)s", language=_.tongues([tag]), key=key))
    elif voice.interpreters and tag not in voice.languages:
        hints.append(_("Interpreters can help"))
    return " · ".join(hint.rstrip(".。।") for hint in hints) if len(hints) > 1 else hints[0]


def isolated(value: str) -> str:
    """Keep a number or word in its own order inside a right-to-left sentence."""
    return f"\u2066{value}\u2069"


def words_to_text(pack: Pack, tag: str) -> list[str]:
    """Return words to text: topics' words or, without any, the word for answers in ``tag``."""
    topics = {keyword.topic: keyword.words.get(tag) for keyword in pack.keywords}
    some = [topics.get(topic) for topic in _WORDS_FROM]
    alone = [words.alone[0] for words in some if words and words.alone]
    own = pack.line_words.get(tag)
    return [word.upper() for word in alone or (own.alone[:1] if own else ("help",))]


def _side(_: Wording, pack: Pack, settings: Settings) -> Side:
    line, sms, tag = settings.kiosk.text_line, settings.sms, _.language
    words = (
        strict(TEMPLATES)
        .get_template("words.html")
        .make_module(
            {
                "_": _,
                "line": isolated(phone_numbers.display(line)) if line else "",
                "words": ", ".join(words_to_text(pack, tag)),
                "program": isolated(sms.program_name),
                "contact": isolated(sms.contact) if sms.contact else "",
                "terms_at": isolated(sms.terms) if sms.terms else "",
                "gap": " " if spaced(tag) else "",
                "is_unchecked": tag in pack.unchecked,
            }
        )
    )
    say = {name: text for name, text in vars(words).items() if not name.startswith("_")}
    texts = "".join(text if isinstance(text, str) else str(text) for text in say.values())
    known = font_coverage.coverage()[tag]
    if lacking := font_coverage.letters_beyond(known, texts):
        raise PosterError(message("poster.no-letters", tag=tag, letters=" ".join(lacking)))
    return Side(tag=tag, direction=direction(tag), say=say)
