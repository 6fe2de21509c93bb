"""Prepares one pack's words and replies for the text line."""

from collections.abc import Sequence

from content.model import zips_and_counties
from content.model.pack import County, Pack
from messages.message import Message, message
from settings.schema import Sms
from sms import replies
from sms.fingerprints import Fingerprints
from sms.replies import SILENCE, Reply
from sms.understanding import names_and_codes, quiet, second_messages
from sms.understanding.classifier import Model, ModelError, Prediction
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.language_guess import LanguageGuess
from sms.understanding.laws import Laws
from sms.understanding.learnt import Learnt
from sms.understanding.normalise import Tokens, words
from sms.understanding.places import Places

GENERAL = "line:general:en"


class ScriptError(Exception):
    """The pack lacks something that the text line needs; the message names it."""


class Script:
    """One pack's words and replies. Building this takes 0.2 s: keep it off the event loop."""

    def __init__(self, pack: Pack, sms: Sms, learnt: Learnt | None = None) -> None:
        """``learnt``: the model for a pack that has none. Raises ScriptError if the general
        reply is missing or a placeholder is unknown."""
        self.languages = pack.complete
        self._pack = pack
        self._sms = sms
        self._replies = _replies(pack, sms)
        self.spoken = tuple(tag for tag in pack.languages if f"line:general:{tag}" in self._replies)
        answered = [one for one in pack.keywords if self.has(f"t:{one.topic}:en:first")]
        self.priority = {keyword.topic: keyword.priority for keyword in answered}
        self.matcher = Matcher(answered)
        self.problem: Message | None = None  # why the model cannot be used
        self._model: Model | None = None
        self._reads_model = True
        self._learnt = learnt or Learnt(pack.model)
        if self._learnt.is_own:
            self._read_model()
            quiet.patterns()  # load them, like the model, before anybody waits for an answer
            second_messages.rules()
        self.language_guess = LanguageGuess(self.spoken, pack.complete)
        self.asks_in = {
            " ".join(words(alone)): language
            for language, own in pack.line_words.items()
            for alone in own.alone
            if language in self.spoken
        }
        self.names = names_and_codes.Names(names_and_codes.named_replies(pack))
        self.needs = names_and_codes.needs(pack.topics, self.priority)
        self.laws = Laws(pack.laws)
        self.places = Places(pack.counties)
        self.codes = names_and_codes.codes(pack.topics)
        self._counties = {county.fips: county for county in pack.counties}
        self._places: dict[str, Reply | None] = {}
        self.fingerprints = Fingerprints(reply.text for reply in self._replies.values())

    def seen(self, tokens: Tokens) -> Prediction:
        """Return the model's prediction; empty if the model cannot be used. This loads the model
        when it is first needed."""
        if self._reads_model:
            self._read_model()
        return self._model.predict(tokens) if self._model else Prediction()

    def _read_model(self) -> None:
        self._reads_model = False
        try:
            self._model = self._learnt.model()
        except ModelError as error:
            self.problem = message("line.rules-alone", error=error)

    def has(self, code: str) -> bool:
        return self._find(code) is not None

    def reply(self, code: str) -> Reply:
        """Return the reply for a code. Another pack's code gets the language's general reply."""
        found = self._find(code)
        if found is not None:
            return found
        parts = code.replace("+", ":").split(":")
        language = next((part for part in parts if part in self.spoken), "en")
        return self._replies.get(f"line:general:{language}", self._replies[GENERAL])

    def counties_of(self, zip_code: str) -> Sequence[County]:
        """Return the pack's counties that a ZIP code belongs to."""
        return [
            self._counties[fips]
            for fips in zips_and_counties.counties_of(zip_code)
            if fips in self._counties
        ]

    def _find(self, code: str) -> Reply | None:
        if code.startswith("silent:"):
            return SILENCE
        if code.startswith("place:"):
            return self._place(code)
        if known := self._replies.get(code):
            return known
        if code.startswith("line:general:"):
            return self._unsure(code) if code.count("+") > 1 else None
        return self._with_second(code) if "+" in code else None

    def _unsure(self, code: str) -> Reply | None:
        """Return the general reply with two possible needs: "line:general:en+abuse+basics"."""
        plain, first, second = code.split("+", 2)
        language = plain.rpartition(":")[2]
        if f"{plain}+{first}" not in self._replies:
            return None
        reply = replies.unsure_of_two(
            self._pack, self._sms, first=first, second=second, language=language
        )
        if reply is not None:
            self.fingerprints.learn(reply.text)
            self._replies[code] = reply
        return reply

    def _with_second(self, code: str) -> Reply | None:
        """Return the reply to two needs: "t:danger:en:first+basics"."""
        plain, _, other = code.partition("+")
        language = plain.split(":")[2] if plain.count(":") > 1 else ""
        first = self._replies.get(plain)
        if first is None:
            return None
        number = next(
            (topic.text_code(language) for topic in self._pack.topics if topic.id == other), ""
        )
        reply = replies.with_second(
            self._pack, self._sms, first, topic=other, code=number, language=language
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


def _replies(pack: Pack, sms: Sms) -> dict[str, Reply]:
    """Return all of the pack's replies that are not combined from others. Raises ScriptError."""
    try:
        found = {
            draft.code: replies.ready(draft.text, budget=draft.budget)
            for draft in replies.drafts(pack, sms)
        }
    except KeyError as error:
        raise ScriptError(
            f"A reply of the pack {pack.name!r} cannot be filled in: {error}."
        ) from error
    if GENERAL not in found:
        raise ScriptError(
            f"The pack {pack.name!r} has no text sms:line:general; add it to sms/line.toml."
        )
    return found
