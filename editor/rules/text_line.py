"""Rules about the text line: words that find a topic, and replies that fit their segments.

Replies are measured in the form sent, with the longest possible numbers and names.
"""

import re
from collections.abc import Iterator, Sequence

from content.model import placeholders, sms_segments
from content.model.pack import ABOUT, CLAUSES, Keyword, Pack, Phrase, Words
from content.model.reserved_words import HELP, START, STOP
from content.model.sms_segments import MOST_IN_PART, MOST_SEGMENTS
from content.rules import answers, rule_phrases
from content.rules.codes import HOTLINES
from content.rules.locations import Where
from content.rules.translations import longest
from editor.rules.whole_texts import only_in_part
from messages.message import Finding, Message, Severity, message

_LINE = ("general", "help", "start", "optout", "limited", "place_unknown")
_LINE_KEY = "sms:line:"
_ALSO = "sms:line:also"
_PARTS = ("first", "more", "perhaps")
_WAYS = (".voice", ".sms", ".web", ".chat")
_KINDS = ("phrases", "alone")
_EDGES = re.compile(r"^\W+|\W+$")
_CASE_NAME = re.compile(r"[a-z]{3,20}")
_TAKEN = frozenset({"first", "more", "further", *CLAUSES, *ABOUT})
_ANSWER_WAYS = (".voice", ".sms")
_NOT_911 = "This is NOT"  # only the reply to danger begins like this


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield words that carriers reserve or that find nothing, and replies missing or too long."""
    for keyword in pack.keywords:
        yield from _budget(keyword, pack, where)
        yield from _cases(keyword, where)
        yield from _rules(keyword, pack, where)
    for language, words in pack.line_words.items():
        if language not in pack.languages:
            yield where.problem(
                f"sms:line/words/{language}", message("rule.words-language", language=language)
            )
        yield from _words(words, f"sms:line/words/{language}", where)
    yield from _twice(pack, where)
    named = [(f"partner:{partner.id}", partner.names) for partner in pack.partners]
    named += [(f"resource:{resource.id}", resource.names) for resource in pack.resources]
    for entry, names in named:
        for number, name in enumerate(names):
            if is_reserved(name) or not name.strip():
                yield where.problem(f"{entry}/names/{number}", _reserved(name))
    yield from _same_name(pack, where)
    yield from _line(pack, where)
    yield from _seconds(pack, where)
    yield from _by_text(pack, where)
    for language in pack.languages:
        for key in pack.texts.get(language, {}):
            if key.startswith("sms:") or key.endswith(":sms"):
                yield from _fits(key, pack, language, where)
    yield from _answers(pack, where)


def is_reserved(word: str) -> bool:
    """Return whether carriers reserve this word as a message, ignoring case and punctuation."""
    return _EDGES.sub("", word).casefold() in STOP | START | HELP


def _same_name(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield names that two hotlines share: only one of the hotlines would ever be found."""
    owners: dict[str, str] = {}
    for resource in pack.resources:
        for number, name in enumerate(resource.names):
            first = owners.setdefault(name.casefold(), resource.id)
            if first != resource.id:
                yield where.problem(
                    f"resource:{resource.id}/names/{number}",
                    message("rule.name-twice", name=name, first=first),
                )


def _budget(keyword: Keyword, pack: Pack, where: Where) -> Iterator[Finding]:
    key = f"sms:{keyword.topic}/max_segments"
    for language in pack.complete:
        allowed = keyword.max_segments.get(language)
        if allowed is None:
            yield where.problem(
                key, message("rule.segments-language", language=language, most=MOST_SEGMENTS)
            )


def _rules(keyword: Keyword, pack: Pack, where: Where) -> Iterator[Finding]:
    for at, language, words in keyword.rules:
        place = f"sms:{keyword.topic}/{at}/{language}"
        if language not in pack.languages:
            section = f"{at}/{language}".replace("/", ".")
            yield where.problem(
                place, message("rule.section-language", language=language, section=section)
            )
        yield from _words(words, place, where)
        classes = keyword.classes.get(language, {})
        for kind in _KINDS:
            yield from _braces(getattr(words, kind), classes, f"{place}/{kind}", where)


def _cases(keyword: Keyword, where: Where) -> Iterator[Finding]:
    """Check the names of cases, and yield classes that contain no phrases."""
    for name, case in keyword.case.items():
        for language, phrases in case.unless.items():
            at = f"sms:{keyword.topic}/case/{name}/unless/{language}"
            yield from _braces(phrases, keyword.classes.get(language, {}), at, where)
        if not _CASE_NAME.fullmatch(name) or name in _TAKEN:
            yield where.problem(
                f"sms:{keyword.topic}/case/{name}", message("rule.case-name", name=name)
            )
    for language, classes in keyword.classes.items():
        for name, members in classes.items():
            at = f"sms:{keyword.topic}/classes/{language}/{name}"
            if not members or _undefined(f"{{{name}}}", classes) == name:
                yield _unknown(name, at, where)
            yield from _braces(members, classes, at, where)


def _braces(
    phrases: Sequence[str], classes: rule_phrases.Classes, at: str, where: Where
) -> Iterator[Finding]:
    """Check braces in rules: every class exists, and ``{any}`` is between words."""
    for number, phrase in enumerate(phrases):
        if unknown := _undefined(phrase, classes):
            yield _unknown(unknown, f"{at}/{number}", where)
        elif _is_open(phrase):
            open_phrase = message("rule.open-phrase", phrase=phrase, any=rule_phrases.ANY)
            yield where.problem(f"{at}/{number}", open_phrase)


def _unknown(name: str, at: str, where: Where) -> Finding:
    return where.problem(at, message("rule.unknown-class", name=name, braces=f"{{{name}}}"))


def _undefined(phrase: str, classes: rule_phrases.Classes, within: tuple[str, ...] = ()) -> str:
    """Return a class in the phrase that is undefined or refers to itself; "" if there is none."""
    for name in filter(None, map(rule_phrases.class_in, rule_phrases.steps(phrase))):
        if name in within or not classes.get(name):
            return name
        for member in classes[name]:
            if found := _undefined(member, classes, (*within, name)):
                return found
    return ""


def _is_open(phrase: str) -> bool:
    """Return whether a rule is empty, or begins or ends with ``{any}``."""
    found = rule_phrases.steps(phrase)
    return not found or rule_phrases.ANY in {found[0], found[-1]}


def _words(words: Words, at: str, where: Where) -> Iterator[Finding]:
    for kind, given in ((kind, getattr(words, kind)) for kind in _KINDS):
        for number, word in enumerate(given):
            place = f"{at}/{kind}/{number}"
            if not any(char.isalnum() for char in word) or is_reserved(word):
                yield where.problem(place, _reserved(word))
            elif word.isdigit() and word not in HOTLINES:
                yield where.problem(place, message("rule.digits", word=word))


def _reserved(word: str) -> Message:
    is_word = any(char.isalnum() for char in word)
    return message("rule.reserved" if is_word else "rule.not-a-word", word=word)


def _twice(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield words that two topics share: only the more urgent topic would ever be found."""
    seen: dict[str, str] = {}
    for keyword in sorted(pack.keywords, key=lambda entry: entry.priority):
        for at, language, words in keyword.rules:
            for kind in _KINDS:
                for number, word in enumerate(getattr(words, kind)):
                    first = seen.setdefault(word.casefold(), keyword.topic)
                    if first != keyword.topic:
                        place = f"sms:{keyword.topic}/{at}/{language}/{kind}/{number}"
                        yield where.problem(
                            place, message("rule.word-taken", word=word, first=first), kind="note"
                        )


def _line(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check that the line's own replies exist and that each has a segment budget."""
    if "sms:line" in where.unread:
        return
    english = pack.texts[pack.default]
    for name in (*_LINE, *(("place",) if pack.counties else ())):
        if f"sms:line:{name}" not in english:
            folder = where.find("pack")[0].removesuffix("pack.toml")  # not the pinned set's folder
            place = "sms:line" if where.find("sms:line")[0].startswith(folder) else "pack"
            yield where.problem(place, message("rule.no-reply", name=name))
    for name, budget in pack.line_segments.items():
        for language, allowed in () if name.startswith(answers.BUDGET) else budget.items():
            is_whole = not only_in_part(f"sms:line:{name}")
            if f"sms:line:{name}" not in english or (is_whole and allowed == MOST_IN_PART):
                yield where.problem(
                    f"sms:line/max_segments/{name}/{language}",
                    message("rule.segments", name=name, allowed=allowed, most=MOST_SEGMENTS),
                )


def _seconds(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check that each clause for a second need has exactly one number, and the frame has none."""
    said = [
        (keyword.topic, language, text)
        for keyword in pack.keywords
        for language in pack.languages
        if (text := pack.texts.get(language, {}).get(f"sms:{keyword.topic}:second"))
    ]
    frame = pack.texts[pack.default].get(_ALSO)
    if said and frame is not None and placeholders.names(frame) != {"need", "code"}:
        wanted = message("rule.also-frame", need="{need}", code="{code}")
        yield where.problem(_ALSO, wanted)
    for topic, language, text in said:
        key, names = f"sms:{topic}:second", placeholders.names(text)
        if len(names) != 1 or not all(name.endswith(_WAYS) for name in names):
            one = message("rule.second-number", key=key, example="{988.voice}")
            yield where.problem(key, one, language=language)
        elif strange := [name for name in names if not _names_for(name, topic, pack)]:
            other = message("rule.second-other", key=key, name=f"{{{strange[0]}}}")
            yield where.problem(key, other, language=language)


def _by_text(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check that every first reply offers texting: some people can't talk or must not be heard.

    For packs built before this rule existed, a violation is only a warning.
    """
    kind: Severity = "wrong" if where.places else "note"
    for keyword in pack.keywords:
        key = f"sms:{keyword.topic}:first"
        for language in pack.complete:
            text = pack.texts.get(language, {}).get(key, "")
            if text and not any(name.endswith(".sms") for name in placeholders.names(text)):
                said = message("rule.by-text", key=key, example="{988.sms}")
                yield where.problem(key, said, language=language, kind=kind)


def _names_for(name: str, topic: str, pack: Pack) -> bool:
    """Return whether the topic itself leads to the placeholder's hotline."""
    line = name.rpartition(".")[0]
    on_page = [one for own in pack.topics if own.id == topic for one in own.resources]
    replies = (pack.texts[pack.default].get(f"sms:{topic}:{part}", "") for part in _PARTS)
    told = {each.rpartition(".")[0] for text in replies for each in placeholders.names(text)}
    return line in told or line in on_page


def _fits(key: str, pack: Pack, language: str, where: Where) -> Iterator[Finding]:
    """Check the segments of a filled-in reply. translations.py reports unfilled placeholders."""
    if only_in_part(key) and language not in pack.partial:
        return  # this text is never sent: it is only for translators
    try:
        extra = longest(key, pack, language)
        phrase = Phrase(pack.texts[language][key], language)
        said = placeholders.fill(phrase, pack, owner=key, extra=extra)
    except KeyError:
        return
    allowed = _allowed(key, pack, language)
    plain, folded = sms_segments.measure(said), sms_segments.measure(sms_segments.fold(said))
    spelt = language in pack.partial  # without diacritics, Vietnamese means something else
    best = plain if spelt else min(plain, folded, key=lambda measured: measured.count)
    if best.count <= allowed:
        return
    odd = sms_segments.outside(said)
    because = f' because of "{odd[:12]}"' if best.encoding == "UCS-2" else ""
    yield where.problem(
        key,
        message(
            "rule.parts",
            key=key,
            parts=best.count,
            encoding=best.encoding,
            because=because,
            allowed=allowed,
            signs=len(said),
        ),
        language=language,
    )


def _allowed(key: str, pack: Pack, language: str) -> int:
    if key.startswith(_LINE_KEY):
        return pack.line_segments.get(key.removeprefix(_LINE_KEY), {}).get(language, MOST_SEGMENTS)
    if key.startswith(answers.KEY):
        answer = key.removeprefix(answers.KEY).removesuffix(answers.FURTHER)
        return answers.budget(pack, answer, language)
    kind, entry, part = key.split(":")
    own = (one for one in pack.keywords if kind == "sms" and one.topic == entry)
    return next((one.budget(part, language) for one in own), MOST_SEGMENTS)


def _answers(pack: Pack, where: Where) -> Iterator[Finding]:
    """Yield answers that are missing or that lead nowhere."""
    english = pack.texts[pack.default]
    if answers.KEY.rstrip(":") in where.unread or not any(
        key.startswith(answers.KEY) for key in english
    ):
        return
    for answer in answers.ANSWERS:
        if answers.KEY + answer not in english:
            yield where.problem("sms:answer", message("rule.no-answer-text", answer=answer))
    for answer in answers.IN_PART if pack.partial else ():
        if answers.KEY + answer + answers.FURTHER not in english:
            yield where.problem("sms:answer", message("rule.no-answer-in-part", answer=answer))
    yield from _budgets(pack, where)
    for language in pack.languages:
        for key, text in pack.texts.get(language, {}).items():
            if key.startswith(answers.KEY):
                for fault in _faults(key, text):
                    yield where.problem(key, fault, language=language)


def _budgets(pack: Pack, where: Where) -> Iterator[Finding]:
    for name in pack.line_segments:
        answer = name.removeprefix(answers.BUDGET)
        if name.startswith(answers.BUDGET) and answer not in answers.ANSWERS:
            yield where.problem(
                f"sms:answer/max_segments/{answer}", message("rule.answer-segments", answer=answer)
            )


def _faults(key: str, text: str) -> Iterator[Message]:
    if not any(name.endswith(_ANSWER_WAYS) for name in placeholders.names(text)):
        yield message("rule.answer-leads-nowhere", key=key, example="{988.voice}")
    if text.startswith(_NOT_911):
        yield message("rule.answer-like-danger", key=key)
