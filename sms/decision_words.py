"""Describes a decision for the desk: how it was found, and the cost of the reply."""

from content.model import sms_segments
from content.model.language import own_name
from messages.message import Message, known, message
from sms.decide import Decision
from sms.replies import Reply

_MOST_SHOWN = 5  # maximum characters listed as the reason why a reply costs more


def how_found(decision: Decision) -> Message:
    topic = message("reply.topic", topic=decision.topic)
    if not decision.topic:
        topic = message("reply.no-topic")
    elif decision.also:
        topic = message("reply.two-topics", topic=decision.topic, also=decision.also)
    how = known(f"reply.{decision.how}", otherwise=decision.how)
    return message("reply.found", topic=topic, how=how, language=own_name(decision.language))


def cost_of(reply: Reply) -> Message:
    count = reply.segments
    if not count:
        return message("reply.nothing-sent")
    number = known(f"reply.count-{count}", otherwise=str(count))
    cost = message("reply.segments", count=count, number=number, encoding=reply.encoding)
    if dear := [char for char in sms_segments.outside(reply.text) if char.isprintable()]:
        letters = " ".join(dear[:_MOST_SHOWN]) + (" …" if len(dear) > _MOST_SHOWN else "")
        return message("reply.because", cost=cost, letters=letters)
    return cost
