"""Chooses the reply to a message. Keeps no state per sender.

Every message gets a reply, except the carrier's own words and our own replies.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from content.model import order_by_place
from content.model.county_hotline import usual_number
from content.model.pack import County, Pack, Problem
from settings.schema import Sms
from sms import replies
from sms.fingerprints import Fingerprints
from sms.replies import SILENCE, Reply
from sms.understanding import classifier, names_and_codes, optout
from sms.understanding.classifier import Prediction
from sms.understanding.dictionary import ordinary
from sms.understanding.figures_of_speech import FIGURES
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.language_guess import LanguageGuess
from sms.understanding.line_questions import asked
from sms.understanding.normalise import Tokens, tokenize
from sms.understanding.partial_languages import PartialLanguages, without
from sms.understanding.scripts import main_script

GENERAL = "line:general:en"
URGENT = frozenset({"danger", "suicide"})  # always answered, however fast they come


class ScriptError(Exception):
    """A pack without what the text line needs; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply and how it was found (docs/sms.md). ``recall`` finds it again by ``code``."""

    code: str
    topic: str | None
    also: str | None
    language: str
    how: str
    reply: Reply


class Script:
    """One pack's words and replies. Building takes 0.2 s: not on the event loop."""

    def __init__(self, pack: Pack, sms: Sms) -> None:
        """ScriptError without a general reply or with an unknown placeholder."""
        self.languages = pack.complete
        self._pack = pack
        self._sms = sms
        try:
            self._replies = {
                draft.code: replies.ready(draft.text, budget=draft.budget)
                for draft in replies.drafts(pack, sms)
            }
        except KeyError as error:
            raise ScriptError(
                f"A reply of the pack {pack.name!r} cannot be filled in: {error}."
            ) from error
        if GENERAL not in self._replies:
            raise ScriptError(
                f"The pack {pack.name!r} has no text sms:line:general; add it to sms/line.toml."
            )
        self.spoken = tuple(tag for tag in pack.languages if f"line:general:{tag}" in self._replies)
        self.partial = PartialLanguages(pack, self.spoken)
        self.priority = {keyword.topic: keyword.priority for keyword in pack.keywords}
        words = ordinary()
        known = (
            without(entry, pack.partial)
            for entry in pack.keywords
            if self.has(f"t:{entry.topic}:en:first")
        )
        self.matcher = Matcher(known, words, figures=FIGURES)
        self.model = classifier.shipped()
        self.language_guess = LanguageGuess(pack.keywords, known=pack.complete)
        self.names = names_and_codes.Names(pack.live_partners, words)
        self.codes = names_and_codes.codes(pack.topics)
        self._counties = {county.fips: county for county in pack.counties}
        self._places: dict[str, Reply | None] = {}
        self.fingerprints = Fingerprints(reply.text for reply in self._replies.values())

    def has(self, code: str) -> bool:
        """Whether a reply has this code."""
        return self._find(code) is not None

    def reply(self, code: str) -> Reply:
        """The reply under a code; the language's general reply for a code of another pack."""
        found = self._find(code)
        if found is not None:
            return found
        language = next((part for part in code.split(":") if part in self.spoken), "en")
        return self._replies.get(f"line:general:{language}", self._replies[GENERAL])

    def counties_of(self, zip_code: str) -> Sequence[County]:
        """The pack's counties in which a ZIP code lies."""
        return [
            self._counties[fips]
            for fips in order_by_place.counties_of(zip_code)
            if fips in self._counties
        ]

    def _find(self, code: str) -> Reply | None:
        if code.startswith("silent:"):
            return SILENCE
        if code.startswith("place:"):
            return self._place(code)
        return self._replies.get(code) or (self._with_second(code) if "+" in code else None)

    def _with_second(self, code: str) -> Reply | None:
        """The reply to two needs: "t:danger:en:first+basics"."""
        plain, _, other = code.partition("+")
        language = plain.split(":")[2] if plain.count(":") == 3 else ""
        first, second = self._replies.get(plain), self._replies.get(f"t:{other}:{language}:first")
        if first is None or second is None:
            return first
        number = next(
            (topic.codes.get(language, "") for topic in self._pack.topics if topic.id == other), ""
        )
        reply = replies.with_second(
            self._pack, self._sms, first, second, code=number, language=language
        )
        self.fingerprints.learn(reply.text)
        self._replies[code] = reply
        return reply

    def _place(self, code: str) -> Reply | None:
        if code not in self._places:
            _, fips, language = code.split(":")
            counties = [self._counties[one] for one in fips.split("+") if one in self._counties]
            reply = replies.place(self._pack, self._sms, counties=counties, language=language)
            if reply is not None:
                self.fingerprints.learn(reply.text)
            self._places[code] = reply
        return self._places[code]


def decide(script: Script, text: str, *, opt_out_type: str = "") -> Decision:
    """The answer to one message. ``opt_out_type``: the carrier has already replied itself."""
    message = _Message(text, tokenize(text), script.language_guess)
    return (
        _for_carrier(script, message, opt_out_type.upper())
        or _for_echo(script, message)
        or _for_whole(script, message)
        or _for_partial(script, message)
        or _for_words(script, message)
        or _line(script, "general", "general", message.language())
    )


@dataclass(frozen=True, slots=True)
class _Message:
    """The text as received, and as tokens."""

    text: str
    tokens: Tokens
    language_guess: LanguageGuess

    def language(self, found: Collection[str] = ()) -> str:
        return self.language_guess.of(self.tokens, self.text, found=found)


def recall(script: Script, code: str) -> Decision:
    """The first answer again, for a message that comes a second time."""
    kind, *rest = code.split(":")
    topic = rest[0] if kind == "t" else "partners" if kind == "partner" else None
    language = next((part for part in rest if part in script.spoken), "en")
    return Decision(code, topic, None, language, "repeat", script.reply(code))


def silence(how: str, *, language: str = "en") -> Decision:
    """No reply, and why."""
    return Decision(f"silent:{how}", None, None, language, how, SILENCE)


def stopped(script: Script, language: str) -> Decision:
    """Confirms STOP where no carrier does; silence if the pack has no text for it."""
    if script.has(f"line:stopped:{language}"):
        return _line(script, "stopped", "optout", language)
    return silence("optout", language=language)


def limited(script: Script, language: str) -> Decision:
    """The short text to a sender over the rate limit."""
    return _line(script, "limited", "limited", language)


def brief(script: Script, decision: Decision) -> Decision:
    """In place of an urgent reply the short text: 911 and 988 in one segment; its topic stays."""
    language = decision.language if script.has(f"line:limited:{decision.language}") else "en"
    return replace(_line(script, "limited", "limited", language), topic=decision.topic)


def _line(script: Script, name: str, how: str, language: str) -> Decision:
    code = f"line:{name}:{language}"
    return Decision(code, None, None, language, how, script.reply(code))


def _topic(
    script: Script,
    topic: str,
    how: str,
    language: str,
    part: str = "first",
    *,
    also: str | None = None,
) -> Decision | None:
    code = f"t:{topic}:{language}:{part}"
    if not script.has(code):
        return None
    code = f"{code}+{also}" if also else code
    return Decision(code, topic, also, language, how, script.reply(code))


def _for_carrier(script: Script, message: _Message, opt_out_type: str) -> Decision | None:
    """STOP, START and HELP. With an OptOutType the carrier has already replied to STOP and HELP."""
    word = opt_out_type.lower() or optout.carrier_word(message.text)
    if word == "stop":
        return silence("optout")
    if opt_out_type == "HELP":
        return silence("help")
    if word in {"start", "help"}:
        return _line(script, word, word, message.language())
    if optout.asks_for_quiet(message.tokens):
        return _line(script, "optout", "optout", message.language())
    asked = optout.asks_for_help(message.tokens)
    if not asked:
        return None
    return _line(script, "help", "help", asked if asked in script.languages else "en")


def _for_echo(script: Script, message: _Message) -> Decision | None:
    """Silence for a reply of ours, unless the few words around it say something of their own."""
    foreign = script.fingerprints.foreign(message.tokens.words)
    if foreign is None or (foreign and decide(script, " ".join(foreign)).how != "general"):
        return None
    return silence("echo")


def _for_whole(script: Script, message: _Message) -> Decision | None:
    """A message that is only a number, a name or a question about the text line."""
    tokens = message.tokens
    code = names_and_codes.code_in(tokens)
    if code in script.codes:
        topic, language = script.codes[code]
        return _topic(script, topic, "code", language, "more")
    topic = names_and_codes.short_number_in(tokens)
    if topic:
        return _topic(script, topic, "exact", "en")
    zip_code = names_and_codes.zip_in(tokens)
    if zip_code:
        return _place(script, zip_code, message.language())
    about = asked(tokens)
    answer = "private" if about == "sees" else about
    if answer and script.has(f"a:{answer}:en"):
        code = f"a:{answer}:{message.language()}"
        return Decision(code, None, None, message.language(), "exact", script.reply(code))
    return _partner(script, script.names.exact(tokens), message)


def _for_partial(script: Script, message: _Message) -> Decision | None:
    """The answer in a partial language, unless English or Spanish words in it are more urgent."""
    found = script.partial.find(message.text, message.tokens)
    if found is None:
        return None
    sense = found.sense
    sure = [hit for hit in script.matcher.find(message.tokens) if hit.how != "typo"]
    if sense.topic and not (sure and script.priority[sure[0].topic] < sense.priority):
        return _topic(script, sense.topic, found.how, sense.language)
    if not sure:
        return _line(script, "general", found.how, sense.language)
    if found.how == "general" and main_script(message.tokens.folded) == "Latin":
        return None  # marks or look-alike letters, but the words are English or Spanish
    return _topic(script, sure[0].topic, sure[0].how, sense.language)


def _for_words(script: Script, message: _Message) -> Decision | None:
    """The two most urgent topics found; else a misspelt partner or the model's prediction."""
    hits = script.matcher.find(message.tokens)
    whole = any(hit.whole for hit in hits)
    prediction = classifier.NO_PREDICTION if whole else script.model.predict(message.tokens)
    if hits and prediction.is_small_talk(urgent=hits[0].topic in URGENT):
        return None
    if not hits:
        partner = _partner(script, script.names.near(message.tokens), message)
        return partner or _for_prediction(script, message, prediction)
    first = hits[0]
    language = message.language(first.languages)
    if first.topic not in URGENT and prediction.is_certain_of_other(first.topic):
        return _topic(script, prediction.topic, "model", language, also=first.topic)
    also = hits[1].topic if len(hits) > 1 else None
    return _topic(script, first.topic, first.how, language, also=also)


def _for_prediction(script: Script, message: _Message, prediction: Prediction) -> Decision | None:
    """The model's topic, for a message in which no table knew a word."""
    if not prediction.is_sure:
        return None
    return _topic(script, prediction.topic, "model", message.language(), also=prediction.also)


def _partner(script: Script, partner: str, message: _Message) -> Decision | None:
    language = message.language() if partner else ""
    code = f"partner:{partner}:{language}"
    if not partner or not script.has(code):
        return None
    return Decision(code, "partners", None, language, "partner", script.reply(code))


def _place(script: Script, zip_code: str, language: str) -> Decision:
    counties = [county.fips for county in script.counties_of(zip_code)]
    code = f"place:{'+'.join(counties)}:{language}"
    if counties and script.has(code):
        return Decision(code, None, None, language, "place", script.reply(code))
    return _line(script, "place_unknown", "place", language)


def problems(pack: Pack, sms: Sms) -> list[Problem]:
    """Why a pack cannot serve the text line: replies over budget, unknown placeholders."""
    found: list[Problem] = []
    try:
        for draft in replies.drafts(pack, sms):
            reply = replies.ready(draft.text, budget=draft.budget)
            if reply.segments > draft.budget:
                found.append(_too_long(draft.key, draft.code, reply.segments, draft.budget))
        found += [
            _place_too_long(pack, county, language)
            for county in pack.counties
            for language in pack.complete
            if usual_number(county)
            and not replies.place(pack, sms, counties=[county], language=language)
        ]
        Script(pack, sms)
    except KeyError as error:
        found.append(Problem("sms", 1, f"a reply holds a placeholder that nothing fills: {error}"))
    except ScriptError as error:
        found.append(Problem("sms/line.toml", 1, str(error)))
    return found


def _place_too_long(pack: Pack, county: County, language: str) -> Problem:
    budget = replies.line_budget(pack, "place", language)
    return _too_long(replies.PLACE, f"{county.name}, {language}", budget + 1, budget)


def _too_long(key: str, which: str, segments: int, budget: int) -> Problem:
    folder, name = ("sms" if key.startswith("sms:") else "partners"), key.split(":")[1]
    message = f"{key} ({which}) takes {segments} segments, {budget} are allowed; shorten it"
    return Problem(f"{folder}/{name}.toml", 1, message)
