"""Explains why a message got its answer: shows the rule, or the words that the model relied on."""

from collections.abc import Iterable, Iterator, Mapping

from sms.decide import decide, read
from sms.script import Script
from sms.understanding import reading
from sms.understanding.normalise import Tokens

MOST_NAMED = 3  # maximum topics shown, and maximum people whom the message may be about
MOST_WORDS = 4  # maximum words printed
LEAST = 0.03  # minimum probability that a word must add to be printed


def explain(script: Script, text: str) -> Iterator[str]:
    """Yield sentences that explain the answer to the person who maintains the examples."""
    decision = decide(script, text)
    named = decision.topic or (f"answer.{decision.answer}" if decision.answer else "")
    yield f"The answer: {named or 'the general reply'} ({decision.how})."
    message = read(script, text)
    for hit in script.matcher.find(message.tokens):
        what = (
            "the whole message is a keyword"
            if hit.how == "exact"
            else "the message contains a phrase"
        )
        case = f", case {hit.case}" if hit.case else ""
        yield f"Rule: {what} for {hit.topic}{case} (sms/{hit.topic}.toml)."
    if not message.seen.topic:
        yield "The model does not know any of its words."
        return
    ranked = _likeliest(message.seen.topic)
    shown = named if decision.how == "model" else ranked[0]
    yield f"The model: {_with_chances(message.seen.topic, (*ranked, shown))}."
    if decision.answer is None and (decision.topic is None or decision.how == "model"):
        needs = {topic: message.seen.topic.get(topic, 0.0) for topic in script.priority}
        first = max(needs, key=needs.__getitem__)
        asked = sum(reading.questions(message.seen.topic).values())
        rare = decision.language not in script.languages
        enough = reading.least_of(needs, asked, rare=rare)
        yield (
            f"Chance that this is any need: {sum(needs.values()):.2f}; {first} is the answer"
            f" if its own chance is at least {enough:.2f} (sms/understanding/costs.toml)."
        )
        if decision.perhaps:
            yield f"The general reply also suggests {decision.perhaps}."
    worth = list(_worth(script, message.tokens, shown))
    said = [f'"{word}" ({chance:+.2f})' for word, chance in worth[:MOST_WORDS]]
    yield f"Words that point to {shown}: {', '.join(said) or 'none on its own'}."
    about = _with_chances(message.seen.about, _likeliest(message.seen.about))
    yield f"About: {about or 'not known'}. Language: {decision.language}."


def _worth(script: Script, tokens: Tokens, name: str) -> list[tuple[str, float]]:
    """Return each word and the drop in probability without it, largest first."""
    found = []
    whole = script.seen(tokens).topic[name]
    for at, word in enumerate(tokens.joined):
        rest = tokens.joined[:at] + tokens.joined[at + 1 :]
        lost = whole - script.seen(Tokens("", rest, rest)).topic.get(name, 0.0)
        if lost >= LEAST:
            found.append((word, lost))
    return sorted(found, key=lambda pair: -pair[1])


def _likeliest(chances: Mapping[str, float]) -> list[str]:
    return sorted(chances, key=chances.__getitem__, reverse=True)[:MOST_NAMED]


def _with_chances(chances: Mapping[str, float], names: Iterable[str]) -> str:
    return ", ".join(f"{name} {chances[name]:.2f}" for name in dict.fromkeys(names))
