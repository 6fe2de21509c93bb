"""The one partner to which a caller may be put through.

A bridged call hides caller and place: no emergency, crisis, report or staff lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from content.model import opening_hours, phone_numbers
from content.model.pack import Channel, Pack, Resource
from messages.message import Message, message
from settings.schema import Sms


@dataclass(frozen=True, slots=True)
class Handoff:
    """The partner and the channel to ring. ``channel.number`` is +1 and ten digits."""

    resource: Resource
    channel: Channel

    def answers(self, now: datetime | None) -> bool:
        """False only when its listed hours say that it is closed. None: no clock to trust."""
        return opening_hours.state(self.channel, now) != "closed"

    def speaks(self, language: str) -> bool:
        """False only when its listed languages exclude this one."""
        spoken = self.channel.languages
        return not spoken or language in spoken or self.channel.interpreters


def find(pack: Pack, sms: Sms) -> Handoff | None:
    """The partner of ``[sms] voice_handoff``, if this pack has it and it may be rung."""
    if not sms.voice_handoff or problem(pack, sms):
        return None
    resource = _named(pack, sms)
    channel = resource.channel("voice") if resource else None
    return Handoff(resource, channel) if resource and channel else None


def problem(pack: Pack, sms: Sms) -> Message | None:
    """Why the configured partner is not offered; None if all is well."""
    return next(_problems(pack, sms), None) if sms.voice_handoff else None


def checks(pack: Pack, sms: Sms) -> Iterator[Message]:
    """`doctor`'s findings; none while the setting is off."""
    if wrong := problem(pack, sms):
        yield message("handoff.none", wrong=wrong)
    elif partner := find(pack, sms):
        who = f"{partner.resource.organization}, {phone_numbers.display(partner.channel.number)}"
        yield message(
            "handoff.partner",
            who=who,
            agreed=sms.voice_handoff_agreed,
            terms=message("handoff.agreed-to"),
        )


def _problems(pack: Pack, sms: Sms) -> Iterator[Message]:
    said = message("handoff.setting", id=sms.voice_handoff)
    resource = _named(pack, sms)
    if sms.carrier == "modem":
        yield message("handoff.modem", said=said)
    if not sms.voice_handoff_agreed:
        yield (message("handoff.not-agreed", said=said))
    if not sms.number:
        yield (message("handoff.no-number", said=said))
    if resource is None:
        yield (message("handoff.no-line", said=said))
        return
    if resource.status != "live":
        yield message("handoff.not-live", said=said, status=resource.status)
    if resource.answers == "emergency" or resource.passes_on == "emergency":
        yield (message("handoff.emergency", said=said))
    if resource.pinned:
        yield (message("handoff.pinned", said=said))
    if resource.answers not in {"counselling", "information"}:
        yield (message("handoff.no-counsel", said=said, answers=resource.answers))
    if "student" not in resource.audience:
        yield message("handoff.staff", said=said)
    channel = resource.channel("voice")
    if channel is None or not channel.number.startswith("+1"):
        yield message("handoff.no-phone", said=said)


def _named(pack: Pack, sms: Sms) -> Resource | None:
    return next((resource for resource in pack.resources if resource.id == sms.voice_handoff), None)
