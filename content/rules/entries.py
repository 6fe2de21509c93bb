"""Rules about entries: hidden numbers, references, segments, and a pack's crisis lines."""

import re
from collections.abc import Iterator

from content.model import placeholders
from content.model.county_hotline import COUNTY
from content.model.pack import Pack, Resource
from content.model.sms_segments import MOST_SEGMENTS
from content.rules.answers import BUDGET
from content.rules.locations import Where
from content.rules.wording import ascii_digits
from messages.message import Finding, message

# other lines may be withdrawn, but only if each machine's staff approves (hold_policy.py)
ALWAYS_LIVE = ("911", "988")
PINNED_IDS = ("911", "988", "nhth", "ctl", "childhelp", "ncmec")
_CRISIS = ("911.voice", "988.voice")
_LAST_WORD = ("general", "help", "further")  # names of three of the text line's own replies
_PHONE_LIKE = re.compile(r"[0-9](?:[ .-]?[0-9]){6,}")


def problems(pack: Pack, where: Where) -> Iterator[Finding]:
    yield from _hidden_numbers(pack, where)
    yield from _references(pack, where)
    yield from _segments(pack, where)
    yield from _crisis(pack, where)


def _hidden_numbers(pack: Pack, where: Where) -> Iterator[Finding]:
    """Find numbers in names: names are shown unchanged, and no rule for numbers checks them."""
    named = [(f"resource:{entry.id}/organization", entry.organization) for entry in pack.resources]
    named += [(f"partner:{entry.id}/organization", entry.organization) for entry in pack.partners]
    named += [(f"partner:{entry.id}/grades", entry.grades) for entry in pack.partners]
    named += [(f"law:{entry.id}/citation", entry.citation) for entry in pack.laws]
    named += [(f"county:{entry.fips}/name", entry.name) for entry in pack.counties]
    for place, said in named:
        if _PHONE_LIKE.search(ascii_digits(said)):
            yield where.problem(place, message("entry.number", said=said))
    for name, fact in pack.facts.items():
        if _PHONE_LIKE.search(ascii_digits(fact)):
            yield where.problem(f"pack/facts/{name}", message("entry.fact", name=name))


def _references(pack: Pack, where: Where) -> Iterator[Finding]:
    resources = {resource.id for resource in pack.resources} | {COUNTY}
    topics = {topic.id for topic in pack.topics}

    def missing(kind: str, wanted: str, known: set[str], place: str) -> Iterator[Finding]:
        if wanted not in known and f"{kind}:{wanted}" not in where.unread:
            yield where.problem(place, message("entry.missing", kind=kind, id=wanted))

    for topic in pack.topics:
        for number, wanted in enumerate(topic.resources):
            yield from missing(
                "resource", wanted, resources, f"topic:{topic.id}/resources/{number}"
            )
        for number, wanted in enumerate(topic.also):
            yield from missing("topic", wanted, topics, f"topic:{topic.id}/also/{number}")
    for group in pack.groups:
        for number, wanted in enumerate(group.topics):
            yield from missing("topic", wanted, topics, f"group:{group.id}/topics/{number}")
        for number, wanted in enumerate(group.resources):
            yield from missing(
                "resource", wanted, resources, f"group:{group.id}/resources/{number}"
            )
    for partner in pack.partners:
        place = f"partner:{partner.id}/resource"
        yield from missing("resource", partner.resource, resources - {COUNTY}, place)
    for keyword in pack.keywords:
        yield from missing("topic", keyword.topic, topics, f"sms:{keyword.topic}/topic")


def _segments(pack: Pack, where: Where) -> Iterator[Finding]:
    """Find replies with more segments than will arrive in order."""
    budgets = [(f"sms:{one.topic}/max_segments", one.max_segments) for one in pack.keywords]
    for name, budget in pack.line_segments.items():
        entry = "answer" if name.startswith(BUDGET) else "line"
        budgets.append((f"sms:{entry}/max_segments/{name.removeprefix(BUDGET)}", budget))
    for place, budget in budgets:
        for language, allowed in budget.items():
            if not 1 <= allowed <= (most := pack.most_segments(language)):
                may = "1 or 2" if most == MOST_SEGMENTS else "1, 2 or 3"
                said = message("entry.segments", allowed=allowed, may=may)
                yield where.problem(f"{place}/{language}", said)


def _crisis(pack: Pack, where: Where) -> Iterator[Finding]:
    """Check that the pinned set is complete and every topic has a statewide crisis hotline."""
    pinned = {resource.id: resource.status for resource in pack.resources if resource.pinned}
    for wanted in PINNED_IDS:
        allowed = {"live"} if wanted in ALWAYS_LIVE else {"live", "withdrawn"}
        if pinned.get(wanted) not in allowed and f"resource:{wanted}" not in where.unread:
            yield where.problem(f"resource:{wanted}", message("entry.not-pinned", id=wanted))
    for name in _LAST_WORD:
        text = pack.texts[pack.default].get(f"sms:line:{name}")
        for wanted in _CRISIS if text is not None else ():
            if wanted not in placeholders.names(text or ""):
                said = message("entry.last-word", name=name, wanted=f"{{{wanted}}}")
                yield where.problem(f"sms:line:{name}", said)
    reachable = {resource.id for resource in pack.resources if _answers_anywhere(resource)}
    for topic in pack.topics:
        unread = any(f"resource:{wanted}" in where.unread for wanted in topic.resources)
        if not unread and not reachable.intersection(topic.resources):
            yield where.problem(f"topic:{topic.id}/resources", message("entry.no-crisis-line"))


def _answers_anywhere(resource: Resource) -> bool:
    wide = resource.area.us or bool(resource.area.states)
    return (
        wide
        and resource.urgency == "crisis"
        and resource.status == "live"
        and "student" in resource.audience
    )
