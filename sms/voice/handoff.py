"""The one partner to which a caller may be put through.

A bridged call hides caller and place: no emergency, crisis, report or staff lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from content.model import opening_hours, phone_numbers
from content.model.pack import Channel, Pack, Resource
from settings.schema import Sms
from system.finding import Finding

# What the partner agrees to; `doctor` prints it for the person who asks.
AGREED_TO = (
    "its calls come from this line's number and not the caller's; it cannot see where a caller is,"
    " and cannot call back; a person answers, no machine records; it asks where the caller is"
    " before it calls 911 for them"
)


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


def problem(pack: Pack, sms: Sms) -> str:
    """Why the configured partner is not offered; "" if all is well."""
    return next(_problems(pack, sms), "") if sms.voice_handoff else ""


def checks(pack: Pack, sms: Sms) -> Iterator[Finding]:
    """`doctor`'s findings; none while the setting is off."""
    if wrong := problem(pack, sms):
        yield Finding("wrong", f"No call is put through. {wrong}")
    elif partner := find(pack, sms):
        who = f"{partner.resource.organization}, {phone_numbers.display(partner.channel.number)}"
        yield Finding(
            "note",
            f"[sms] voice_handoff: callers may be put through to {who}, as agreed on"
            f" {sms.voice_handoff_agreed}. It must have agreed to this: {AGREED_TO}.",
        )


def _problems(pack: Pack, sms: Sms) -> Iterator[str]:
    said = f'[sms] voice_handoff = "{sms.voice_handoff}"'
    resource = _named(pack, sms)
    if sms.carrier == "modem":
        yield f"{said}: a modem takes no calls; empty the setting."
    if not sms.voice_handoff_agreed:
        yield (
            f"{said}: [sms] voice_handoff_agreed is empty; write the day on which the partner"
            " agreed in writing."
        )
    if not sms.number:
        yield (
            f"{said}: [sms] number is empty; a call that is put through must come from the line's"
            " own number."
        )
    if resource is None:
        yield (
            f"{said}: the pack now served has no such line; name a resource of it, or empty the"
            " setting."
        )
        return
    if resource.status != "live":
        yield f"{said}: that line is {resource.status}; name a live one, or empty the setting."
    if resource.answers == "emergency" or resource.passes_on == "emergency":
        yield (
            f"{said}: an emergency line must see where a caller is, and a passed-on call hides it;"
            " empty the setting."
        )
    if resource.pinned:
        yield (
            f"{said}: a built-in crisis line is called by the student, not through this line; empty"
            " the setting."
        )
    if resource.answers not in {"counselling", "information"}:
        yield (
            f"{said}: that line takes {resource.answers}s and counsels nobody; name a partner who"
            " talks with callers."
        )
    if "student" not in resource.audience:
        yield f"{said}: that line is for staff only; name one for students."
    channel = resource.channel("voice")
    if channel is None or not channel.number.startswith("+1"):
        yield f"{said}: that line has no phone number of ten digits; name one that has."


def _named(pack: Pack, sms: Sms) -> Resource | None:
    return next((resource for resource in pack.resources if resource.id == sms.voice_handoff), None)
