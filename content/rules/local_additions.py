"""A county's or district's additions to the state's pack (``county/<fips>/local.json``).

Call ``decode`` and ``merge`` on verified bytes only, county before district. Additions cannot
change, hide or reorder anything; they only add entries.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import msgspec

from content.model.pack import Pack, Resource, Topic
from content.rules import check_pack
from content.rules.locations import Where
from messages.message import Finding, message

FORMAT = 1
MAX_BYTES = 256 * 1024
MOST = 40  # resources for one county or district
FILE = "local.json"

_FIPS = re.compile(r"[0-9]{5}")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DISTRICT_CODES = range(8000, 10_000)
# the first county code; each county has MOST codes, so that two counties can be used together
_COUNTY_CODES = 5000
_COUNTIES = 75
_NOWHERE = Where()

Kind = Literal["county", "district"]


class LocalError(Exception):
    """A local file cannot be used at all; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The entries of a county (``id``: its FIPS code) or a district; ``name`` is for people.

    Resources have ids ``<id>-…`` and codes in ``codes(kind, id)``. ``topics``: state topic → local
    resources to append. ``texts``: language → key → text of the local resources.
    """

    kind: Kind
    id: str
    name: str
    resources: tuple[Resource, ...]
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    format: int = FORMAT


def path_of(local: Local) -> str:
    return f"{local.kind}/{local.id}/{FILE}"


def codes(kind: Kind, local_id: str) -> range:
    """Return the reserved codes: from 5000, forty for each county; from 8000, all districts'.

    A screen may show two counties, but one district. With over 75 counties, two may share a range.
    """
    if kind == "district":
        return _DISTRICT_CODES
    first = _COUNTY_CODES + MOST * (
        int(local_id[2:]) // 2 % _COUNTIES if _FIPS.fullmatch(local_id) else 0
    )
    return range(first, first + MOST)


def encode(local: Local) -> bytes:
    return msgspec.json.encode(local, order="sorted")


def decode(data: bytes) -> Local:
    """Return the local file. Raises LocalError if it is invalid, too large or in another format."""
    if len(data) > MAX_BYTES:
        raise LocalError(message("local.large", most=MAX_BYTES // 1024))
    try:
        local = msgspec.json.decode(data, type=Local)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise LocalError(message("local.invalid", error=error)) from error
    if local.format != FORMAT:
        raise LocalError(message("local.format", format=local.format, reads=FORMAT))
    return local


def merge(
    pack: Pack,
    local: Local,
    *,
    path: str,
    where: Where = _NOWHERE,
    rules: Callable[..., list[Finding]] = check_pack.problems,
) -> tuple[Pack, tuple[Finding, ...]]:
    """Return the pack with the local entries (no ``version``), or ``pack`` itself and all errors.

    ``pack`` must be valid. ``path`` is where the file was published; ``where`` gives lines in an
    author's file. ``rules`` judge the result: the editor has more rules than a school's machine.
    """
    refused = tuple(_named(problem, path) for problem in _trespasses(pack, local, path, where))
    if refused:
        return pack, refused
    merged = _merged(pack, local)
    found = rules(merged, where=where)
    refused = tuple(_named(problem, path) for problem in found if problem.kind == "wrong")
    return (pack, refused) if refused else (merged, ())


def _trespasses(pack: Pack, local: Local, path: str, where: Where) -> Iterator[Finding]:
    """Yield everything in the local file that it may not contain."""
    head = "local"
    named_well = (_FIPS if local.kind == "county" else _ID).fullmatch(local.id)
    if not named_well or path != path_of(local):
        owner, place = f"{local.kind}/{local.id}", path_of(local)
        yield where.problem(head, message("local.misplaced", path=path, owner=owner, place=place))
    if (count := len(local.resources)) > MOST:
        yield where.problem(head, message("local.many", count=count, kind=local.kind, most=MOST))
    taken = {resource.id: "the state's pack" for resource in pack.resources}
    for resource in local.resources:
        yield from _resource(resource, local, taken, where)
        taken.setdefault(resource.id, "this file")
    own = {resource.id for resource in local.resources}
    for topic, joined in local.topics.items():
        if topic not in {one.id for one in pack.topics}:
            yield where.problem(f"{head}/topics/{topic}", message("local.no-topic", topic=topic))
        for wanted in joined:
            if wanted not in own:
                other = message("local.not-own", wanted=wanted, topic=topic)
                yield where.problem(f"{head}/topics/{topic}", other)
    for language, texts in local.texts.items():
        if language not in pack.languages:
            yield where.problem(head, message("local.no-language", language=language))
        for key in texts:
            kind, _, rest = key.partition(":")
            if kind != "resource" or rest.partition(":")[0] not in own:
                yield where.problem(key, message("local.other-text", key=key))


def _resource(
    resource: Resource, local: Local, taken: Mapping[str, str], where: Where
) -> Iterator[Finding]:
    key, prefix, reserved = f"resource:{resource.id}", f"{local.id}-", codes(local.kind, local.id)
    if resource.id in taken:
        by = taken[resource.id]
        said = message("local.taken", id=resource.id, by=by, kind=local.kind)
        yield where.problem(f"{key}/id", said)
    elif not resource.id.startswith(prefix):
        said = message("local.prefix", id=resource.id, prefix=prefix)
        yield where.problem(f"{key}/id", said)
    if not (resource.code.isascii() and resource.code.isdigit() and int(resource.code) in reserved):
        first, last = reserved[0], reserved[-1]
        said = message("local.code", code=resource.code, first=first, last=last)
        yield where.problem(f"{key}/code", said)
    if resource.pinned:
        yield where.problem(key, message("local.pinned", id=resource.id))
    area = resource.area
    beyond = local.kind == "county" and set(area.counties) != {local.id}
    if area.us or area.states or not area.counties or beyond:
        code = "local.area-county" if local.kind == "county" else "local.area-district"
        yield where.problem(f"{key}/area", message(code, id=local.id))


def _merged(pack: Pack, local: Local) -> Pack:
    def joined(topic: Topic) -> Topic:
        return replace(topic, resources=(*topic.resources, *local.topics.get(topic.id, ())))

    texts = {
        language: {**pack.texts.get(language, {}), **local.texts.get(language, {})}
        for language in pack.languages
    }
    return replace(
        pack,
        resources=tuple(
            sorted((*pack.resources, *local.resources), key=lambda one: (int(one.code), one.id))
        ),
        topics=tuple(joined(topic) for topic in pack.topics),
        texts=texts,
        version="",
    )


def _named(problem: Finding, path: str) -> Finding:
    """Return the problem at ``path``, because a built file has no lines."""
    return problem._replace(file=path) if problem.file == _NOWHERE.find("")[0] else problem
