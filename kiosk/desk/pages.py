"""The desk's pages after sign-in, and the commands that their forms start."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from content.model.language import direction, own_name
from content.model.pack import Pack
from content.releases.fall_back import obstacle
from content.releases.generations import NothingToRollBackError, Releases
from content.releases.record import Release
from content.review import worklist
from content.review.county_confirmation import CountyLine
from kiosk.desk import count_page, held_changes, school_pages
from kiosk.desk.count_page import TermView
from kiosk.desk.held_changes import WaitingPack
from kiosk.desk.school_pages import SchoolDesk, SchoolView
from kiosk.desk.sessions import DeskRefusedError, GuessPace
from kiosk.desk.task import DeskTask, TaskResult, Verb
from kiosk.desk.templates_env import Look
from kiosk.desk.usb_sticks import Sticks, repository
from kiosk.edition.headers import POLICIES
from kiosk.edition.links import Links
from kiosk.enrolled import STANDINGS, Enrolled, Screen, Standing
from kiosk.pages.school_file import LISTS
from messages.message import Finding, Message, cause, message
from settings import extras
from settings.schema import Settings
from settings.schools import shares_county_line
from store.published_counts import TermCounts
from system.bounded import Pool

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

WAIT_SECONDS = 20.0  # after this, the page says "still running": browsers give up after minutes
_DECIDE = re.compile(r"/staff/held/(?P<version>[0-9a-f]{64})/(?P<verb>approve|refuse)")
LONGEST_TEXT = 480  # characters, as many as fit in three parts of a text message
UNANSWERED = "line.account"  # the id of a row in runtime/health/table.py


class PhoneReply(NamedTuple):
    """The text line's reply, which is not recorded anywhere."""

    text: str
    language: str
    cost: Message
    found: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskInputs:
    """Everything the desk needs from outside, since it imports neither the text line nor doctor."""

    detail: Callable[[], Mapping[str, object]]
    today: Callable[[], Sequence[Finding]]  # this call reads the disk
    today_of: Callable[[str], Sequence[Finding]]  # the findings that one school sees
    pack: Callable[[], Pack]
    releases: Releases
    text: Callable[[str], PhoneReply]
    school: SchoolDesk
    school_desks: Mapping[str, SchoolDesk]  # each listed school's desk, by the school's address
    poster: Callable[[str, Sequence[str], str], Awaitable[bytes | Message]]
    counts: Callable[[], Awaitable[Sequence[TermCounts] | Message]]
    verb: Verb
    sticks: Sticks
    clock: Callable[[], datetime]
    zone: ZoneInfo
    settings: Settings
    changed: Callable[[], Awaitable[str]]  # called after saving; returns why nothing applies yet
    # Returns why each alarm channel did not accept a test alarm; None for one that did.
    alarm_test: Callable[[], Awaitable[Mapping[str, Message | None]]]
    county_line: Callable[[], CountyLine]  # this call reads the disk
    hash_key: bytes
    enrolled: Enrolled
    schools: Mapping[str, Settings]  # each listed school's settings, by the school's address
    keys: Callable[[], Mapping[str, str]]  # the key of each school's pages, by address
    threads: Pool  # only for files: the screen and the text line never wait for these threads

    def refuses_texts(self) -> bool:
        """Return whether a missing setting makes the line refuse all texts. Reads the disk."""
        return any(one.message.code == UNANSWERED for one in self.today())

    def standings(self) -> list[tuple[Screen, Standing]]:
        """Return each enrolled screen and its current state, first those that need somebody."""
        keys, now, every = self.keys(), self.clock(), self.enrolled.all()
        found = [(one, one.standing(now, keys.get(one.school, ""))) for one in every]
        return sorted(found, key=lambda pair: STANDINGS.index(pair[1]))


class Visit(NamedTuple):
    """One admitted request. The page's next form must send back ``token``. ``school``,
    ``is_bound``: as in Session. ``wrong``: why the sent form is refused, and its status."""

    path: str
    form: Mapping[str, str]
    token: str
    words: "DeskWords"
    school: str = ""
    is_bound: bool = False
    wrong: Message | str = ""
    status: int = 200


class DeskPage(NamedTuple):
    """A page, an address to redirect to, or a file with its name, type and bytes.

    ``policy``: the page's own Content-Security-Policy.
    """

    html: str = ""
    go: str = ""
    status: int = 200
    policy: str = ""
    file: tuple[str, str, bytes] | None = None


def rendered(
    look: Look, template: str, visit: Visit, status: int = 0, /, **view: object
) -> DeskPage:
    """Render a template for a visit. ``kept``: typed text that a change of language would lose."""
    of = {"chosen_school": visit.school, "is_bound": visit.is_bound}
    if visit.is_bound:
        of["school"] = look.schools.get(visit.school, visit.school)
    of |= {"path": visit.path, "token": visit.token, "kept": visit.form, "wrong": visit.wrong}
    html = look.page(visit.words.language, template, **{**of, **view})
    return DeskPage(html, status=status or visit.status)


PageFunction = Callable[[Visit], Awaitable[DeskPage]]


def form(handle: PageFunction, show: PageFunction) -> PageFunction:
    """Return the function for a form; if it is refused or the disk fails, ``show`` shows why."""

    async def answer(visit: Visit) -> DeskPage:
        try:
            return await handle(visit)
        except DeskRefusedError as refusal:
            wrong, status = refusal.said, refusal.status
        except TimeoutError:  # an OSError; the whole desk has a page for it
            raise
        except OSError as problem:
            wrong, status = message("desk.disk", cause=cause(problem)), 500
        return await show(visit._replace(wrong=wrong, status=status))

    return answer


class Pages:
    """All pages after sign-in, as a table that maps method and address to a function."""

    def __init__(self, handed: DeskInputs, look: Look, pace: GuessPace) -> None:
        self.handed, self.look, self._pace = handed, look, pace
        self._page = partial(rendered, look)
        self.work = DeskTask(handed.verb, handed.clock)
        self._printing = asyncio.Lock()  # make one poster at a time: each takes about 200 megabytes
        self.rooms: dict[tuple[str, str], PageFunction] = {
            ("GET", "/staff/"): self.home,
            ("GET", "/staff/held"): self.held,
            ("GET", "/staff/refresh"): self.refresh,
            ("POST", "/staff/refresh"): self.refresh_now,
            ("GET", "/staff/releases"): self.releases,
            ("GET", "/staff/releases/back"): self.ask_back,
            ("POST", "/staff/releases/back"): form(self.go_back, self.ask_back),
            ("GET", "/staff/details"): self.details,
            ("GET", "/staff/guide"): self.guide,
            ("GET", "/staff/due"): self.due,
            ("GET", "/staff/partners"): self.partners,
            ("GET", "/staff/work"): self.result,
            ("GET", "/staff/phone"): self.phone,
            ("POST", "/staff/phone"): self.text,
            ("GET", school_pages.ADDRESS): self.school,
            ("POST", school_pages.ADDRESS): self.save_school,
            ("GET", school_pages.SAVED): self.school,
            ("GET", school_pages.COVER): self.cover,
            ("POST", school_pages.COVER): self.cover,
            ("GET", "/staff/posters"): self.posters,
            ("POST", "/staff/posters"): form(self.poster, self.posters),
            ("GET", "/staff/counts"): form(self.counts, self._without_counts),
            ("GET", "/staff/counts.csv"): form(self.count_sheet, self._without_counts),
        }

    def room(self, method: str, path: str) -> PageFunction | None:
        """Return the function for an address; None if there is none."""
        asked = _DECIDE.fullmatch(path)
        if asked is None:
            return self.rooms.get((method, path))
        ask = partial(self.ask, asked["version"], asked["verb"])
        decide = partial(self.decide, asked["version"], asked["verb"])
        return form(decide, ask) if method == "POST" else ask

    async def home(self, visit: Visit) -> DeskPage:
        today = partial(self.handed.today_of, visit.school)
        points = today if visit.is_bound else self.handed.today
        return self._page("home", visit, points=await self.handed.threads.run(points))

    async def held(self, visit: Visit) -> DeskPage:
        found = await self.handed.threads.run(self._waiting)
        return self._page("held", visit, waiting=found)

    async def ask(self, version: str, verb: str, visit: Visit) -> DeskPage:
        found = await self.handed.threads.run(self._waiting)
        if found is None or found.held.version != version:
            return self._page("gone", visit, 409)
        return self._page("decide", visit, waiting=found, verb=verb)

    async def decide(self, version: str, verb: str, visit: Visit) -> DeskPage:
        """Approve or refuse this pack; the command compares its hash while holding the lock."""
        found = await self.handed.threads.run(self._waiting)
        if found is None or found.held.version != version:
            return self._page("gone", visit, 409)
        if verb == "approve" and visit.form.get("compared") != "yes":
            raise DeskRefusedError(message("desk.not-compared"))
        if verb == "approve":
            await self._confirm(visit)
        _ = visit.words
        title = _("Approve the changes") if verb == "approve" else _("Refuse the changes")
        return self._start(title, verb, version)

    async def refresh(self, visit: Visit) -> DeskPage:
        sticks = await self.handed.threads.run(self.handed.sticks)
        state = await self.handed.threads.run(self.handed.releases.state)
        waits = state.held is not None
        return self._page("refresh", visit, sticks=sticks, last=state.refresh, waits=waits)

    async def refresh_now(self, visit: Visit) -> DeskPage:
        """Refresh from the configured source or a listed stick."""
        _, wanted = visit.words, visit.form.get("stick", "")
        if not wanted:
            return self._start(_("Check for new numbers"), "refresh")
        sticks = await self.handed.threads.run(self.handed.sticks)
        stick = next((one for one in sticks if one.key == wanted), None)
        if stick is None:
            return self._page("gone", visit, 409)
        folder = await self.handed.threads.run(partial(repository, stick.path))
        agreed = ("--accept-age",) if visit.form.get("accept_age") == "yes" else ()
        title = _("Use the stick %(name)s", name=stick.name)
        return self._start(title, "refresh", "--from", folder, *agreed, source=stick.key)

    async def releases(self, visit: Visit) -> DeskPage:
        releases, in_thread = self.handed.releases, self.handed.threads.run
        now, back = await in_thread(self._rollback)
        state = await in_thread(releases.state)
        found = await in_thread(partial(releases.list, state))
        is_stuck = await in_thread(partial(obstacle, releases, state))
        return self._page("releases", visit, releases=found, now=now, back=back, stuck=is_stuck)

    async def ask_back(self, visit: Visit) -> DeskPage:
        now, back = await self.handed.threads.run(self._rollback)
        return self._page("back", visit, now=now, back=back)

    async def go_back(self, visit: Visit) -> DeskPage:
        """Roll back if both releases are still the ones that the page showed."""
        now, back = await self.handed.threads.run(self._rollback)
        asked = visit.form.get("from"), visit.form.get("to")
        if back is None or asked != (now.id if now else "", back.id):
            return self._page("gone", visit, 409)
        await self._confirm(visit)
        _ = visit.words
        return self._start(_("Go back to the previous numbers"), "rollback")

    async def due(self, visit: Visit) -> DeskPage:
        """Show the entries to compare with their sources, and how to do it."""
        counties, pack = self.handed.settings.kiosk.counties, self.handed.pack()
        due = partial(worklist.tasks, pack, today=visit.words.today, counties=counties)
        view = {"never": worklist.NEVER_CALL, "counties": counties}
        view |= {"tasks": await asyncio.to_thread(due)}
        view |= {"unread": await asyncio.to_thread(worklist.unread, pack)}
        return self._page("due", visit, **view)

    async def details(self, visit: Visit) -> DeskPage:
        return self._page("details", visit)

    async def guide(self, visit: Visit) -> DeskPage:
        """Show what the office should say and must report, with its school's county hotlines."""
        handed = self.handed
        kiosk = handed.schools.get(visit.school, handed.settings).kiosk
        counties = [county for county in handed.pack().counties if county.name in kiosk.counties]
        line = await handed.threads.run(handed.county_line)
        if not shares_county_line(kiosk, handed.settings.kiosk):
            line = CountyLine(state="none")
        return self._page("guide", visit, counties=counties, line=line)

    async def partners(self, visit: Visit) -> DeskPage:
        pack = self.handed.pack()
        view = {"corrections": pack.corrections, "address": Links(pack.default).card}
        return self._page("partners", visit, partners=pack.live_partners, **view)

    async def result(self, visit: Visit) -> DeskPage:
        await self.work.wait(WAIT_SECONDS)
        last = self.work.last
        question = last is not None and await self.handed.threads.run(
            partial(self._asks_about_age, last)
        )
        return self._page("work", visit, work=self.work, last=last, question=question)

    async def phone(
        self, visit: Visit, sent: str | None = None, answer: PhoneReply | None = None
    ) -> DeskPage:
        view = {"sent": sent, "answer": answer, "direction": direction, "longest": LONGEST_TEXT}
        return self._page("phone", visit, **view)

    async def text(self, visit: Visit) -> DeskPage:
        """Show the text line's reply to a test message; neither is stored, counted or logged."""
        sent = visit.form.get("message", "")[:LONGEST_TEXT]
        answer = await asyncio.to_thread(self.handed.text, sent)
        return await self.phone(visit, sent, answer)

    async def school(self, visit: Visit) -> DeskPage:
        look = partial(school_pages.opened, self._desk(visit), visit.words)
        return self._school(visit, await self.handed.threads.run(look))

    async def save_school(self, visit: Visit) -> DeskPage:
        """Save School info, or show the form again with its errors or with more rows."""
        school = self._desk(visit)
        save = partial(school_pages.save, school, visit.form, visit.words)
        view = await self.handed.threads.run(save)
        return self._school(visit, view) if view else DeskPage(go=school_pages.SAVED)

    async def cover(self, visit: Visit) -> DeskPage:
        """Show School info as the screen would show it, inside the form's page."""
        language = visit.words.language
        cover = partial(school_pages.cover, self._desk(visit), visit.form, language)
        html = await self.handed.threads.run(cover)
        return DeskPage(html, policy=POLICIES["cover"])

    def _desk(self, visit: Visit) -> SchoolDesk:
        """Return the chosen school's School info."""
        return self.handed.school_desks.get(visit.school, self.handed.school)

    def _school(self, visit: Visit, view: SchoolView) -> DeskPage:
        saved = visit.path == school_pages.SAVED
        return self._page(
            "school", visit, view.status, view=view, saved=saved, own_name=own_name, most=LISTS
        )

    async def poster(self, visit: Visit) -> DeskPage:
        """Return the PDF to keep or print, or show the form again with its errors."""
        size = visit.form.get("size", "")
        tags = visit.form.get("first"), visit.form.get("second")
        named = tuple(dict.fromkeys(tag for tag in tags if tag))
        if not size.isalpha() or set(named) - set(self.handed.pack().languages):
            raise DeskRefusedError(message("command.choose-from-lists"))
        async with self._printing:
            made = await self.handed.poster(size, named, visit.school)
        if isinstance(made, Message):
            raise DeskRefusedError(made)
        name = f"poster-{size}-{'-'.join(named)}.pdf"
        return DeskPage(file=(name, "application/pdf", made))

    async def counts(self, visit: Visit) -> DeskPage:
        terms = await self._terms(visit)
        return self._page("counts", visit, terms=terms, chart=count_page.chart)

    async def count_sheet(self, visit: Visit) -> DeskPage:
        sheet = count_page.sheet(await self._terms(visit), visit.words)
        return DeskPage(file=("counts.csv", "text/csv; charset=utf-8", sheet.encode("utf-8-sig")))

    async def _terms(self, visit: Visit) -> list[TermView]:
        """Return the counts that may be shown. Raises DeskRefusedError."""
        found = await self.handed.counts()
        if isinstance(found, Message):
            raise DeskRefusedError(found, 503)
        return count_page.views(found, self.handed.pack(), visit.words)

    async def _without_counts(self, visit: Visit) -> DeskPage:
        return self._page("counts", visit)

    async def posters(self, visit: Visit) -> DeskPage:
        lacks = None if visit.wrong else await self.handed.threads.run(extras.paper_lacks)
        settings, pack = self.handed.settings, self.handed.pack()
        settings = self.handed.schools.get(visit.school, settings)
        known = {tag: own_name(tag) for tag in settings.kiosk.languages if tag in pack.languages}
        chosen = visit.form or dict(zip(("first", "second"), known, strict=False))
        unanswered = await self.handed.threads.run(self.handed.refuses_texts)
        line = {"sms": settings.sms, "line": settings.kiosk.text_line, "unanswered": unanswered}
        view = {"known": known, "chosen": chosen, "lacks": lacks}
        return self._page("posters", visit, **line, **view)

    async def _confirm(self, visit: Visit) -> None:
        """Raise DeskRefusedError unless the re-entered passphrase confirms the action."""
        data_dir = self.handed.settings.server.data_dir
        await self._pace.confirm(data_dir, visit.form.get("passphrase", ""))

    def _start(self, title: str, verb: str, *arguments: str, source: str = "") -> DeskPage:
        # If a command is already running, the page says which one.
        self.work.start(title, verb, *arguments, source=source)
        return DeskPage(go="/staff/work")

    def _asks_about_age(self, last: TaskResult) -> bool:
        """Return whether a stick was refused only because of its age, which staff may accept."""
        if not last.source or not last.outcome.code:
            return False
        record = self.handed.releases.state().refresh
        return record is not None and record.failure == "old stick"

    def _rollback(self) -> tuple[Release | None, Release | None]:
        """Return the active release, intact or damaged, and the one that a rollback would serve."""
        releases = self.handed.releases
        state = releases.state()
        now = next((one for one in releases.list(state) if one.id == state.active), None)
        try:
            return now, releases.earlier(state)
        except NothingToRollBackError:
            return now, None

    def _waiting(self) -> WaitingPack | None:
        releases, pack = self.handed.releases, self.handed.pack()
        return held_changes.waiting(releases, releases.state(), pack, self.handed.clock())
