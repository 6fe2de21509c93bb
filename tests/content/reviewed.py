"""A machine with one data directory, for tests of packs on hold: signed by two people or by
one.

There is no TUF here: a Provenance says who signed, as refresh.py passes it on. The packs are small
and pass every rule.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from content.model import built_pack
from content.model.pack import Area, Channel, Pack, Resource
from content.model.pinned import pinned_pack
from content.releases import approval, fall_back, held_pack
from content.releases.admit import admit
from content.releases.candidate import Candidate, Check, Prepare
from content.releases.generations import Releases
from content.releases.machine import Machine
from content.releases.outcome import Outcome
from content.releases.state import Held
from content.review import number_changes
from content.review.number_changes import Note
from content.review.provenance import Origin, Provenance
from messages.message import Message
from tests.content.candidates import NOW, built, render

LINE = Resource(
    id="line",
    code="7001",
    organization="A Line",
    answers="counselling",
    urgency="today",
    passes_on="not-stated",
    channels=(Channel(kind="voice", number="+19165550199", hours="24/7"),),
    area=Area(us=True),
    confidence="high",
    review_every_days=90,
    sources=pinned_pack().resource("988").sources,
)
NEW_NUMBER = "+19164453000"
FIRST_NUMBER = "+19164454000"


def small(*lines: Resource, name: str = "small") -> Pack:
    """Return the pinned set plus these hotlines, which answer texts that consist of their name."""
    pack = pinned_pack()
    texts = {
        tag: {
            **pack.texts[tag],
            "sms:line:hotline": "{hotline} In danger: {911.voice}. To talk: {988.voice}.",
            **{
                f"resource:{line.id}:{key}": f"{line.organization}."
                for line in lines
                for key in ("name", "blurb", "for")
            },
            **{f"resource:{line.id}:private": "Ask them." for line in lines},
            **{f"resource:{line.id}:happens.1": "Call {voice}." for line in lines},
        }
        for tag in pack.languages
    }
    return built_pack.load(
        built_pack.build(
            replace(pack, name=name, resources=(*pack.resources, *lines), texts=texts, version="")
        )
    )


def line(number: str = FIRST_NUMBER, name: str = "line", **changed: Any) -> Resource:
    """Return an ordinary hotline with that number."""
    channel = replace(LINE.channels[0], number=number)
    code = str(7001 + crc32(name.encode()) % 2900)
    return replace(LINE, id=name, code=code, channels=(channel,), **changed)


OLD = small(line(), line("+19164455000", "other"))
NEW = small(line(NEW_NUMBER), line("+19164455000", "other"))


def signed(keys: int = 2, *notes: Note) -> Provenance:
    return Provenance(
        origin="signed", signatures=keys, keys=("ab" * 32, "cd" * 32)[:keys], notes=notes
    )


def noted(old: Pack, new: Pack) -> tuple[Note, ...]:
    return tuple(
        Note(change=change, reason="Their own page says so.")
        for change in number_changes.between(old, new)
    )


@dataclass
class Kiosk:
    """One data directory. ``accept`` is a refresh; ``approve`` and ``refuse`` are a person's."""

    folder: Path
    now: datetime = NOW
    hold_numbers: bool = False
    shipped: Pack | None = None
    prepare: Prepare = render
    checks: tuple[Check, ...] = ()
    rendered: list[Pack] = field(default_factory=list)

    @property
    def releases(self) -> Releases:
        return Releases(self.folder / "data")

    def machine(self) -> Machine:
        return Machine(
            releases=self.releases,
            checks=self.checks,
            prepare=self.render,
            now=self.now,
            hold_numbers=self.hold_numbers,
            shipped=lambda: self.shipped,
        )

    def render(self, pack: Pack) -> None:
        self.rendered.append(pack)
        self.prepare(pack)

    def accept(self, pack: Pack | Path, provenance: Provenance | None = None) -> Outcome:
        folder = pack if isinstance(pack, Path) else self.folder / pack.version[:16]
        if isinstance(pack, Pack) and not folder.exists():
            built(pack, folder)
        return admit(Candidate(folder, provenance or signed()), self.machine())

    def start(self, pack: Pack = OLD, origin: Origin = "shipped") -> "Kiosk":
        """Show this pack, like a machine that was set up with it."""
        assert self.accept(pack, Provenance(origin=origin)).state == "active"
        self.rendered.clear()
        return self

    def approve(self, given: str = "", *, wrong: Message | None = None) -> Outcome:
        return approval.approve(given or self.waits().id, self.machine(), doubt=lambda *_: wrong)

    def refuse(self, given: str = "") -> Held:
        return approval.refuse(given or self.waits().id, self.machine())

    def rollback(self) -> None:
        fall_back.rollback(self.machine())

    def waiting(self) -> Held | None:
        return self.releases.state().held

    def waits(self) -> Held:
        found = self.waiting()
        assert found is not None
        assert held_pack.whole(self.releases, found)
        return found

    def served(self) -> Pack:
        """Return the active pack unchanged."""
        release = self.releases.active(self.releases.state())
        assert release is not None
        assert release.state == "active"
        return release.pack()

    def shown(self) -> Pack:
        """Return the pack as the line sees it now."""
        release = self.releases.active(self.releases.state())
        assert release is not None
        return self.releases.state().visible(release.pack())

    def hidden(self) -> set[str]:
        return {entry.id for entry in self.releases.state().withdrawn}
