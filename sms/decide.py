"""Chooses the reply to a message, without keeping any state about senders.

Every message gets a reply, except words that the carrier answers and our own replies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from content.model.county_hotline import usual_number
from content.model.pack import WHO, County, Pack
from messages.message import Finding
from settings.schema import Sms
from sms import replies
from sms.replies import SILENCE, Reply
from sms.script import Script, ScriptError
from sms.understanding import names_and_codes, optout, quiet, reading, second_messages
from sms.understanding.classifier import Prediction
from sms.understanding.keyword_matcher import Hit
from sms.understanding.normalise import Tokens, tokenize
from sms.understanding.places import NamedPlace
from sms.understanding.reading import HARM, URGENT, Reading
from sms.understanding.who_harmed_whom import harm_said

# People in these roles get one reply for every need, followed by the need's number.
_ROLES = frozenset({"actor", "unclear", "parent", "staff"})
_WHO_DID = frozenset({"actor", "unclear"})
_NOW = "line:now_"  # prefix of the replies to emergencies that no rule recognizes
_LANGUAGE, _DETAILS = "a:language", "a:details"
# Topics of messages that ask for a program, law or hotline by name.
_PROGRAMS = frozenset({"partners", "report", "adults"})
# Topics of harm that a program's name in the same sentence must not hide.
_HURT = ("abuse", "assault")
# Roles whose reply to a case is worded for someone who is asking about another person.
_OF_ANOTHER = frozenset({"friend", "parent", "staff"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply, and how it was found (docs/develop/understanding.md).

    ``recall`` finds the reply by ``code``. ``answer``: the question about the line that the reply
    answers. ``about``: the person whom the message is about.
    """

    code: str
    topic: str | None
    also: str | None
    language: str
    how: str
    reply: Reply
    answer: str | None = None
    about: str | None = None

    @property
    def perhaps(self) -> str:
        """The need that a general reply names first; "" for all other replies."""
        return self.code.partition("+")[2].partition("+")[0] if self.how == "general" else ""

    @property
    def is_urgent(self) -> bool:
        """Whether somebody may be in danger now: the rate limit stops such replies last."""
        return self.topic in URGENT or self.is_emergency

    @property
    def is_emergency(self) -> bool:
        """Whether the model alone found an emergency, and the reply begins with 911."""
        return self.code.startswith(_NOW)


def decide(script: Script, text: str, *, opt_out_type: str = "") -> Decision:
    """Answer one message. ``opt_out_type``: set if the carrier itself has already replied."""
    message = read(script, text)
    return (
        _for_carrier(script, message, opt_out_type.upper())
        or _for_echo(script, message)
        or _for_whole(script, message)
        or _for_quiet(script, message)
        or _for_second(script, message)
        or _for_words(script, message)
    )


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A message's text and tokens, and the findings of the model and the pack's rules."""

    text: str
    tokens: Tokens
    seen: Prediction
    language: str
    hits: tuple[Hit, ...]


def read(script: Script, text: str) -> HeardMessage:
    """Prepare a message for the rules below."""
    tokens = tokenize(text)
    # Don't ask the model about "42", another pack's code or just "k": these express no need.
    nothing = names_and_codes.is_number(tokens) or names_and_codes.is_letter(tokens)
    seen = Prediction() if nothing else script.seen(tokens)
    language = script.language_guess.of(text, seen.language)
    return HeardMessage(text, tokens, seen, language, script.matcher.find(tokens))


def recall(script: Script, code: str) -> Decision:
    """Return the first answer again for a message that arrives a second time."""
    kind, *rest = code.replace("+", ":").split(":")
    entry = rest[0] if rest else ""
    topics = {"t": entry, "partner": "partners", "hotline": script.needs.get(entry)}
    language = next((part for part in rest if part in script.spoken), "en")
    answer = entry if kind == "a" else None
    return Decision(
        code, topics.get(kind), None, language, "repeat", script.reply(code), answer=answer
    )


def silence(how: str, *, language: str = "en") -> Decision:
    return Decision(f"silent:{how}", None, None, language, how, SILENCE)


def stopped(script: Script, language: str) -> Decision:
    """Confirm STOP if no carrier does; stay silent if the pack has no text for that."""
    if script.has(f"line:stopped:{language}"):
        return _line(script, "stopped", "optout", language)
    return silence("optout", language=language)


def limited(script: Script, language: str) -> Decision:
    """Return the short text for a sender over the rate limit."""
    return _line(script, "limited", "limited", language)


def brief(script: Script, decision: Decision) -> Decision:
    """Replace an urgent reply with the short text (911 and 988 in one segment); keep its topic."""
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


def _for_carrier(script: Script, message: HeardMessage, opt_out_type: str) -> Decision | None:
    """Handle STOP, START and HELP. An OptOutType says that the carrier answered STOP or HELP."""
    word = opt_out_type.lower() or optout.carrier_word(message.text)
    if word == "stop":
        return silence("optout")
    if opt_out_type == "HELP":
        return silence("help")
    if word in {"start", "help"}:
        return _line(script, word, word, message.language)
    quiet_in = optout.asks_for_quiet(message.tokens)
    asked = quiet_in or optout.asks_for_help(message.tokens)
    if not asked:
        return None
    name = "optout" if quiet_in else "help"
    return _line(script, name, name, asked if asked in script.languages else "en")


def _for_echo(script: Script, message: HeardMessage) -> Decision | None:
    """Stay silent on our own reply; if the sender added words to it, answer those words."""
    foreign = script.fingerprints.foreign(message.tokens.words)
    if foreign is None or script.names.exact(message.tokens):  # a name is never an echo
        return None
    # The period matters: carriers do not read "stop." as STOP, so we don't either.
    return decide(script, f"{' '.join(foreign)}.") if foreign else silence("echo")


def _for_whole(script: Script, message: HeardMessage) -> Decision | None:
    """Answer a message that is only a number, a name, a law, a place or a language."""
    tokens, language = message.tokens, message.language
    code = names_and_codes.code_in(tokens)
    if code in script.codes:
        topic, language = script.codes[code]
        return _topic(script, topic, "code", language, "more")
    topic = names_and_codes.short_number_in(tokens)
    if topic:
        return _topic(script, topic, "exact", "en")
    law = script.laws.find(tokens)
    if law and (found := _law(script, law, language)):
        return found
    zip_code = names_and_codes.zip_in(tokens)
    if zip_code:
        counties = [county.fips for county in script.counties_of(zip_code)]
        return _place(script, counties, language)
    asked = second_messages.language_wanted(tokens, script.asks_in)
    if asked and (found := _in_language(script, asked, language)):
        return found
    return _by_name(script, message) or _named_place(script, script.places.only(tokens))


def _for_quiet(script: Script, message: HeardMessage) -> Decision | None:
    """Answer a misspelled STOP or a request to stop, unless the other words may mean danger."""
    if message.hits:
        return None
    language = message.language if message.language in script.languages else "en"
    if optout.is_slip(message.tokens):
        name = "slip" if script.has(f"line:slip:{language}") else "optout"
        return _line(script, name, "optout", language)
    around = quiet.words_around(message.tokens)
    if around is None or (around > quiet.FEW and reading.overrides_quiet(message.seen)):
        return None
    return _line(script, "optout", "optout", language)


def _for_second(script: Script, message: HeardMessage) -> Decision | None:
    """Answer a short reply to our answer, or a message in a language the line does not have.

    This does nothing if a rule finds a need or if a sign asks for help.
    """
    if message.hits or optout.asks_by_sign(message.tokens):
        return None
    own = message.language if message.language in script.languages else "en"
    code, language = second_messages.answer(message.tokens, own)
    if code == _DETAILS and (found := _zip_inside(script, message)):
        return found
    if not code and (found := _for_correction(script, message)):
        return found
    if not code and not reading.overrides_quiet(message.seen):
        code, language = second_messages.joined(message.tokens, own)
    if not code and script.language_guess.is_other(message.text, message.tokens):
        code, language = _LANGUAGE, own
    return _by_answer(script, code, language) if code else None


def _for_correction(script: Script, message: HeardMessage) -> Decision | None:
    """Answer the need that follows the words "you got it wrong", if it is recognized."""
    rest = second_messages.corrected(message.tokens)
    found = decide(script, " ".join(rest)) if rest else None
    return found if found and (found.topic or found.perhaps or found.is_emergency) else None


def _by_answer(script: Script, code: str, language: str) -> Decision | None:
    """Return the reply to a question about the line, or one of the line's own replies."""
    full = f"{code}:{language}"
    if not script.has(full):
        return None
    kind, _, name = code.partition(":")
    answer = name if kind == "a" else None
    return Decision(full, None, None, language, "exact", script.reply(full), answer)


def _in_language(script: Script, asked: str, language: str) -> Decision | None:
    """Give the general reply in the requested language, or list the languages we have."""
    if asked != second_messages.OTHER:
        return _line(script, "general", "exact", asked)
    return _by_answer(script, _LANGUAGE, language if language in script.languages else "en")


def _for_words(script: Script, message: HeardMessage) -> Decision:
    """Answer the need that the rules or the model find, or a named place, or reply generally."""
    hits, language = message.hits, message.language
    rare = language not in script.languages
    may_be_actor = message.seen.about.get("actor", 0.0) >= reading.LEAST_ACTOR
    said = harm_said(message.tokens, may_be_actor=may_be_actor)
    found = reading.judge(hits, message.seen, script.priority, rare=rare, said=said)
    if hits and hits[0].how == "exact" and language in script.languages:
        language = hits[0].language
    kind = reading.emergency(found, message.seen) if len(message.tokens.words) > 1 else ""
    if kind and language in script.languages:
        code, watched = f"{_NOW}{kind}:{language}", f"t:danger:{language}:watched"
        # Somebody who is hurt or poisoned needs an ambulance first, even on a watched phone.
        if kind != "body" and reading.is_watched_now(message.seen) and script.has(watched):
            return Decision(watched, "danger", None, language, "model", script.reply(watched))
        if script.has(code):
            likely = message.seen.topic.get(found.topic or found.perhaps, 0.0)
            return _perhaps_now(script, code, found, language, likely)
    return (
        _named_inside(script, message, found)
        or _of_few_words(script, message, found, language)
        or (found.topic and _to_need(script, found, language))
        or _named_place(script, script.places.inside(message.tokens))
        or _zip_inside(script, message)
        or _unsure(script, message, found, language)
    )


def _unsure(script: Script, message: HeardMessage, found: Reading, language: str) -> Decision:
    """Answer a question, or give the general reply with the needs that the sender may mean."""
    code = f"a:{found.answer}:{language}"
    if found.answer and script.has(code):
        return Decision(code, None, None, language, "model", script.reply(code), found.answer)
    if not found.perhaps and optout.asks_by_sign(message.tokens):
        return _line(
            script, "sign" if script.has(f"line:sign:{language}") else "general", "exact", language
        )
    chat = reading.is_chat(message.seen, len(message.tokens.joined))
    if not found.perhaps and chat and script.has(f"line:chat:{language}"):
        return _line(script, "chat", "general", language)
    return _general(script, found, language)


def _of_few_words(
    script: Script, message: HeardMessage, found: Reading, language: str
) -> Decision | None:
    """If a short message refers back to something, don't name a need that seems unlikely."""
    guess = found.topic if found.how == "model" else found.perhaps
    likely = message.seen.topic.get(guess or "", 0.0)
    if not 0.0 < likely < reading.PERHAPS_OF_FEW or guess in URGENT or found.about in _WHO_DID:
        return None
    back = second_messages.points_back(message.tokens)
    return _by_answer(script, second_messages.SHORT, language) if back else None


def _perhaps_now(
    script: Script, code: str, found: Reading, language: str, likely: float
) -> Decision:
    """Give 911 first, in case this is an emergency, then the number of a likely need."""
    # If the writer may have done harm, give no number that is for people who were hurt.
    need = "" if found.about in _WHO_DID else found.topic or found.perhaps
    named = need and need not in URGENT and likely >= reading.NAMED_NOW
    code = f"{code}+{need}" if named else code
    how, topic = (found.how, found.topic) if found.topic else ("general", None)
    about = found.about if found.about in WHO else None
    return Decision(code, topic, None, language, how, script.reply(code), about=about)


def _general(script: Script, found: Reading, language: str) -> Decision:
    """Give the crisis lines and the numbers for one or two needs that are likely but uncertain."""
    plain = _line(script, "general", "general", language)
    code = f"{plain.code}+{found.perhaps}"
    if not found.perhaps or language not in script.languages or not script.has(code):
        return plain
    both = f"{code}+{found.also}"
    if found.also and script.has(both):
        return replace(plain, code=both, also=found.also, reply=script.reply(both))
    return replace(plain, code=code, reply=script.reply(code))


def _to_need(script: Script, found: Reading, language: str) -> Decision | None:
    """Return the topic's reply for this role, otherwise the role's reply, otherwise the topic's."""
    topic, about = found.topic, found.about
    own = f"t:{topic}:{language}"
    codes = [f"{own}:{found.case}.friend"] if about in _OF_ANOTHER else []
    codes.append(f"{own}:{found.case}")
    codes += [f"{own}:{variant}" for variant in ("watched" if found.watched else "", about)]
    if about in _ROLES and (topic in HARM if about in _WHO_DID else topic not in URGENT):
        # If the writer says they did harm, give no number for people who were hurt. If that is
        # unclear, give the number with an "if": most people who blame themselves were hurt.
        need = "" if about == "actor" else f"+{topic}"
        codes.append(f"line:{about}:{language}{need}")
    code = next((code for code in codes if script.has(code)), "")
    if code:
        reply = script.reply(code)
        told = about if about in WHO else None
        return Decision(code, topic, None, language, found.how, reply, about=told)
    decision = _topic(script, topic, found.how, language, also=found.also or None)
    return replace(decision, about=about if about in WHO else None) if decision else None


def _by_name(script: Script, message: HeardMessage) -> Decision | None:
    """Answer the bare name of a partner or hotline; a hotline's name must not hide danger."""
    name = script.names.exact(message.tokens)
    urgent = any(hit.topic in URGENT for hit in message.hits)
    if not name or (name.startswith("hotline:") and urgent):
        return None
    return _reply_by_name(script, f"{name}:{message.language}")


def _reply_by_name(script: Script, code: str) -> Decision | None:
    if not script.has(code):
        return None
    kind, entry, language = code.split(":")
    how = "partner" if kind == "partner" else "exact"
    topic = {"partner": "partners", "hotline": script.needs.get(entry)}.get(kind)
    return Decision(code, topic, None, language, how, script.reply(code))


def _named_inside(script: Script, message: HeardMessage, found: Reading) -> Decision | None:
    """Answer the partner, law or hotline named in a sentence, unless the rest states a need."""
    if found.how in {"exact", "phrase"}:
        return None
    language = message.language if message.language in script.languages else "en"
    is_asked = found.topic in _PROGRAMS
    law, rest = script.laws.inside(message.tokens)
    name = script.names.inside(message.tokens)
    if law:
        code, other = f"law:{law}", tokenize(rest)
    elif name and (name.is_plain or found.topic == "partners"):
        code, other = name.id, Tokens("", name.rest, name.rest)
    else:
        return None
    hits, seen = script.matcher.find(other), script.seen(other)
    need = reading.judge(hits, seen, script.priority).topic if found.topic else None
    is_sure = seen.topic.get(need or "", 0.0) >= reading.SURE_OF_REST
    if need and (need in URGENT or (is_sure and not is_asked)):
        return None
    hurt = max(_HURT, key=lambda topic: seen.topic.get(topic, 0.0))
    if seen.topic.get(hurt, 0.0) >= reading.SURE_OF_REST:
        return _topic(script, hurt, "model", language)
    if code.startswith("hotline:") and (found.topic or found.answer):
        return None
    return _reply_by_name(script, f"{code}:{language}")


def _law(script: Script, law: str, language: str) -> Decision | None:
    """Answer with the law whose number is given; say so if the pack does not have that law."""
    known = f"law:{law}:{language}"
    code = known if script.has(known) else f"line:law_unknown:{language}"
    if not script.has(code):
        return None
    return Decision(code, None, None, language, "exact", script.reply(code))


def _named_place(script: Script, place: NamedPlace | None) -> Decision | None:
    if place is None:
        return None
    other = Tokens("", place.other, place.other)  # a place name does not belong to any language
    language = script.language_guess.of(" ".join(place.other), script.seen(other).language)
    return _place(script, place.counties, language)


def _zip_inside(script: Script, message: HeardMessage) -> Decision | None:
    """Answer the first word that is a ZIP code in one of the pack's counties."""
    known = (script.counties_of(word) for word in message.tokens.words)
    counties = next((found for found in known if found), ())
    return _place(script, [one.fips for one in counties], message.language) if counties else None


def _place(script: Script, counties: Sequence[str], language: str) -> Decision:
    code = f"place:{'+'.join(counties)}:{language}"
    if counties and script.has(code):
        return Decision(code, None, None, language, "place", script.reply(code))
    return _line(script, "place_unknown", "place", language)


def problems(pack: Pack, sms: Sms) -> list[Finding]:
    """List why a pack can't serve the text line: replies over budget or unknown placeholders."""
    found: list[Finding] = []
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
        found.append(
            Finding.at("sms", 1, f"a reply contains a placeholder without a value: {error}")
        )
    except ScriptError as error:
        found.append(Finding.at("sms/line.toml", 1, str(error)))
    return found


def _place_too_long(pack: Pack, county: County, language: str) -> Finding:
    budget = replies.line_budget(pack, "place", language)
    return _too_long(replies.PLACE, f"{county.name}, {language}", budget + 1, budget)


def _too_long(key: str, which: str, segments: int, budget: int) -> Finding:
    folder, name = ("sms" if key.startswith("sms:") else "partners"), key.split(":")[1]
    message = f"{key} ({which}) needs {segments} segments, but the limit is {budget}; shorten it"
    return Finding.at(f"{folder}/{name}.toml", 1, message)
