"""A decision in words, for the desk: how it was found and what the reply costs."""

from content.model import sms_segments
from content.model.language import own_name
from sms.decide import Decision
from sms.replies import Reply

_HOW = {
    "exact": "by a word", "phrase": "by a phrase",
    "model": "by the model", "code": "by its number", "place": "by a ZIP code",
    "partner": "by a partner's name", "help": "asked for help", "optout": "asked for quiet",
    "start": "asked to be answered again", "general": "the general answer",
    "repeat": "the same answer again", "limited": "too many texts", "echo": "our own words",
}  # fmt: skip
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def how_found(decision: Decision) -> str:
    """Return topic and method of a decision in words."""
    topic = f"topic {decision.topic}" if decision.topic else "no topic"
    also = f", second topic {decision.also}" if decision.also else ""
    return f"{topic}{also}; {_HOW.get(decision.how, decision.how)}; {own_name(decision.language)}"


def cost_of(reply: Reply) -> str:
    """Return segments, encoding and the characters that make a reply dearer."""
    if not reply.segments:
        return "nothing sent"
    return _worded(reply.segments, reply.encoding) + _because(reply.text)


def _worded(count: int, encoding: str) -> str:
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    return f"{number} segment{'' if count == 1 else 's'}, {encoding}"


def _because(text: str) -> str:
    dear = "".join(char for char in sms_segments.outside(text) if char.isprintable())
    if not dear:
        return ""
    return f" because of {' '.join(dear[:5])}{' …' if len(dear) > 5 else ''}"
