"""Checks of the alarms: whether anybody receives them, and which ones are active."""

from collections.abc import Iterator

from messages.message import Message, kept, message
from runtime.alarms import rules
from runtime.alarms.rules import AlarmChannel, Memory
from runtime.health.observation import Observation


def channels(seen: Observation) -> Iterator[Message]:
    """Report whether alarms can be sent."""
    alarms = seen.settings.alarms
    if alarms.mail_to and not alarms.smtp_host:
        yield message("alarms.no-mail-server")
    elif not alarms.channels:
        yield message("alarms.nobody")
    for channel in alarms.channels:
        yield _channel(channel, seen.alarms)


def ringing(seen: Observation) -> Iterator[Message]:
    for kind, since in seen.alarms.ringing.items():
        title = message(f"alarm-title.{kind}")
        yield message("alarms.ringing", title=title, since=f"{since:%Y-%m-%d %H:%M}")


def _channel(name: str, memory: Memory) -> Message:
    state, waiting = memory.channels.get(name, AlarmChannel()), len(rules.due(memory, name))
    if state.problem and state.since:
        then = message("alarms.tried-again") if waiting else message("alarms.fix-then-test")
        return message(
            "alarms.stuck",
            name=name,
            since=f"{state.since:%Y-%m-%d %H:%M}",
            waiting=waiting,
            problem=kept(state.why, state.problem),
            then=then,
        )
    if state.done or state.tested:
        return message("alarms.going-out", name=name)
    return message("alarms.untried", name=name)
