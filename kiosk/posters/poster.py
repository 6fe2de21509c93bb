"""What a poster, a card or the sheet for parents says, as HTML: from the pack, without a topic."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
_WORDS_FROM = ("basics", "danger")  # "FOOD" and "SAFE": they say little over a shoulder
_OTHERS = 2  # further numbers: more would be a list, which nobody keeps


class PosterError(Exception):
    """Why there is no poster: a message for the person who asked for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number to call. ``code``: what its QR code says; ``hints``: language → how to reach it."""

    shown: str
    code: str
    hints: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One language's words, by name."""

    tag: str
    direction: Literal["ltr", "rtl"]
    say: Mapping[str, str]


def html(pack: Pack, settings: Settings, size: str, tags: Sequence[str], *, edition: str) -> str:
    """One document of that size in those languages, the first on top. PosterError."""
    _refuse(pack, size, tags)
    wordings = [Wording(tag) for tag in tags]
    emergency, talk, *others = [
        _number(resource, voice, wordings) for resource, voice in _answering(pack)
    ]
    line = settings.kiosk.text_line
    sides = [_side(_, pack, settings, parents=size == "parents") for _ in wordings]
    _refuse_letters(sides)
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
    """What a carrier wants on a poster, and the settings do not say."""
    if not settings.kiosk.text_line:
        yield "[sms] number is empty or the line is off: only numbers to call are on it."
        return
    if not settings.sms.contact:
        yield "[sms] contact is empty: carriers want a phone number or e-mail address on it."
    if not settings.sms.terms:
        yield "[sms] terms is empty: carriers want the address of your terms and privacy on it."


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


def _refuse_letters(sides: Iterable[Side]) -> None:
    for side in sides:
        known = font_coverage.coverage()[side.tag]
        if lacking := font_coverage.letters_beyond(known, "".join(side.say.values())):
            letters = " ".join(lacking)
            raise PosterError(message("poster.no-letters", tag=side.tag, letters=letters))


def _answering(pack: Pack) -> list[tuple[Resource, Channel]]:
    """The emergency line, then those of the crisis set where somebody answers day and night."""
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
    """How one reaches somebody there in this language."""
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
    """A number or word that keeps its order inside a sentence from right to left."""
    return f"\u2066{value}\u2069"


def words_to_text(pack: Pack, tag: str) -> list[str]:
    """What one can send: short words of the line, or the language's own that asks for an answer."""
    topics = {keyword.topic: keyword.words.get(tag) for keyword in pack.keywords}
    some = [topics.get(topic) for topic in _WORDS_FROM]
    alone = [words.alone[0] for words in some if words and words.alone]
    own = pack.line_words.get(tag)
    return [word.upper() for word in alone or (own.alone[:1] if own else ("help",))]


def _side(_: Wording, pack: Pack, settings: Settings, *, parents: bool) -> Side:
    sms, tag = settings.sms, _.language
    number = isolated(phone_numbers.display(settings.kiosk.text_line))
    say = {
        "headline": _("Numbers worth keeping"),
        "lead": _("For you, or for someone you know."),
        "people": _("People answer, day and night"),
        "more": _("More people who answer"),
        "scan": _("Scan to text") if settings.kiosk.text_line else _("Scan to call"),
    }
    if settings.kiosk.text_line:
        say |= {
            "machine": _("A machine answers; nobody reads it."),
            "not_emergency": _("This is not 911."),
            "by_text": _("Text"),
            "words": _(
                "Send a word, such as %(words)s, or your own words.",
                words=", ".join(words_to_text(pack, tag)),
            ),
            "screen": _("Replies can show on your locked screen, and texts on the phone bill."),
            "carrier": _(
                "%(program)s: one reply to each text. Message and data rates may apply. Text HELP"
                " for help, STOP to end. STOP blocks every reply; START brings them back.",
                program=isolated(sms.program_name),
            ),
            "questions": _("Questions: %(contact)s", contact=isolated(sms.contact))
            if sms.contact
            else "",
            "terms": _("Terms and privacy: %(address)s", address=isolated(sms.terms))
            if sms.terms
            else "",
        }
    if parents:
        say |= _for_parents(_, settings, number)
    if tag in pack.unchecked:
        say["unchecked"] = _("These words have not been checked by a native speaker yet.")
    return Side(tag=tag, direction=direction(tag), say=say)


def _for_parents(_: Wording, settings: Settings, number: str) -> dict[str, str]:
    """The sheet's paragraphs. ``q.N`` asks, ``a.N`` answers."""
    has_line, space = bool(settings.kiosk.text_line), " " if spaced(_.language) else ""
    adults = _("Teachers and other adults here must report child abuse and threats.")
    silent = _("The screen tells nobody anything.")
    if has_line:
        silent = _("The screen and the text line tell nobody anything.")
    screen = _(
        "It shows phone numbers, help nearby and what the law says. It asks for no name and needs"
        " no password. What a student opens or types there is not kept."
    )
    line = _(
        "A student can text %(number)s. A machine answers each text once, with phone numbers."
        " Nobody reads the texts, and the line never writes first.",
        number=number,
    )
    who = _(
        "The numbers lead to people outside this school. You can call them, too. Some of them must"
        " tell others when someone is in danger. Anyone can ask that first."
    )
    found = _(
        "It may be for a friend, for a class, or just in case. Nobody has to say why. “I am here if"
        " you want to talk” is enough."
    )
    contact = settings.sms.contact
    told = [
        (_("The screen at school"), screen),
        *([(_("The text line"), line)] if has_line else []),
        (_("Who answers"), who),
        (_("What is kept"), space.join(_kept(_, has_line=has_line))),
        (_("Adults at school"), f"{adults}{space}{silent}"),
        (_("If you find one of these numbers"), found),
        (_("Questions?"), isolated(contact) if contact else _("Ask at the front desk.")),
    ]
    return {
        "parents": _("For parents and guardians"),
        "parents_lead": _("Two quiet ways to find a phone number")
        if has_line
        else _("A quiet way to find a phone number"),
        **{f"q.{n}": asked for n, (asked, _answer) in enumerate(told)},
        **{f"a.{n}": answer for n, (_asked, answer) in enumerate(told)},
    }


def _kept(_: Wording, *, has_line: bool) -> list[str]:
    kept = [
        _("No name, no phone number and no text."),
        _(
            "Of a text, a code stays for a day and leads back to nobody. Then only a count stays."
            " Small counts are not shown."
        ),
        _("Phones and phone companies keep records of their own."),
    ]
    return kept if has_line else kept[::2]
