"""The setup pages, used at first start and later: change the passphrase, compare the crisis
numbers, and list the open steps."""

import asyncio
import operator
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from content.model.language import own_name
from content.review import county_confirmation, crisis_comparison
from content.review.crisis_comparison import ComparisonError, Comparisons
from kiosk.desk import forms, passphrase
from kiosk.desk.forms import FormView
from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, form, rendered
from kiosk.desk.passphrase import PassphraseError
from kiosk.desk.sessions import DeskRefusedError, Sessions
from kiosk.desk.setup import answers, first_start
from kiosk.desk.setup.answers import ZIPS, Answers
from kiosk.desk.setup.county import CountyPages, withdraw
from kiosk.desk.templates_env import Look
from kiosk.pages import school_file
from kiosk.pages.school_file import School
from messages.message import Message, cause, message, of_error
from settings import desk_file, extras
from settings.schema import Settings
from system import files

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

AT, PASSPHRASE, ALARM, NUMBERS, OPEN = (
    "/staff/setup",
    "/staff/setup/passphrase",
    "/staff/setup/alarm",
    "/staff/numbers",
    "/staff/open",
)
# The fields of each step. Everything is saved on the summary page that follows.
STEPS = {
    "school": ("school", "mail_to"),
    "place": (ZIPS, "county_line"),
    "screen": ("languages", "audio", "printer"),
    "line": ("number", "program_name", "contact", "terms"),
}
CHECK = "check"
# These fields are never sent back when a form is shown again.
NEVER_BACK = {"passphrase", "again", "current", "token", "step"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupView(FormView[Answers]):
    """The form. ``moves``: another step was requested, so save nothing. ``at``: the shown step."""

    moves: bool = False
    at: str = CHECK


class _Place:
    """The installation or one school: its settings, its folder, and what can be chosen for it.

    ``known``: the settings that its form does not ask for.
    """

    def __init__(self, settings: Settings, folder: Path, keys: Sequence[str]) -> None:
        self.settings, self.folder, self.keys = settings, folder, keys
        self.fixed = answers.fixed(settings)
        self.known = {*self.fixed} | {*desk_file.KEYS}.difference(keys)
        self.stamp = desk_file.stamp(folder)  # the stamp of the file that filled the fields

    def own(self, values: Mapping[str, object], all_schools: Settings) -> dict[str, object]:
        """Return the values to store: for a school, only those that differ from ``all_schools``."""
        if self.settings is all_schools:
            return dict(values)
        of_all = {key: operator.attrgetter(key)(all_schools) for key in values}
        return {key: value for key, value in values.items() if value != of_all[key]}


class SetupPages:
    """The pages, by method and address, and the two pages of the first start."""

    def __init__(self, handed: DeskInputs, look: Look, sessions: Sessions) -> None:
        self._handed, self._sessions = handed, sessions
        self._page = partial(rendered, look)
        self._pace = sessions.pace
        self._settings, self._data_dir = handed.settings, handed.settings.server.data_dir
        self._places = {
            "": _Place(handed.settings, self._data_dir, desk_file.KEYS),
            **{
                address: _Place(own, own.kiosk.school_file.parent, desk_file.OF_SCHOOL)
                for address, own in handed.schools.items()
            },
        }
        self._in_thread = handed.threads.run
        self._first_token = secrets.token_urlsafe(32)
        self._writing = asyncio.Lock()
        county_pages = CountyPages(handed, look, self._pace, self._writing)
        self.rooms: dict[tuple[str, str], PageFunction] = {
            **county_pages.rooms,
            ("GET", AT): self.setup,
            ("POST", AT): self.save,
            ("POST", PASSPHRASE): self.change_passphrase,
            ("POST", ALARM): self.send_alarm,
            ("GET", NUMBERS): self._numbers,
            ("POST", NUMBERS): form(self.compare, self._numbers),
            ("GET", OPEN): self.open,
        }

    async def first(self, code: str, words: "DeskWords") -> DeskPage:
        """Show the first-start page. ``code``: the code in its address."""
        return await self.setup(self._first_visit({"code": code} if code else {}, words))

    async def save_first(self, form: Mapping[str, str], words: "DeskWords") -> DeskPage:
        """Save everything and the passphrase if the code is correct, then show the checklist."""
        visit = self._first_visit(form, words)
        if await self._is_preparing():
            return self._wait(visit)
        view = self._sent(visit)
        if not secrets.compare_digest(form.get("token", "").encode(), self._first_token.encode()):
            said = message("setup.open-too-long")
            return self._setup(visit, replace(view, problem=said, wrong={}, status=400))
        if view.moves:
            return self._setup(visit, view)
        wrong = {**await self._code_problem(form), **view.wrong}
        if "code" not in wrong:  # do not judge a stranger's passphrase
            wrong |= await asyncio.to_thread(self._passphrase_problem, form)
        is_fresh = partial(first_start.is_fresh, self._settings)
        if wrong:
            # Somebody else was faster, and the code has been deleted.
            late = "code" in wrong and not await self._in_thread(is_fresh)
            page = self._setup(visit, replace(view, wrong=wrong, status=400))
            return DeskPage(go="/staff/in") if late else page
        async with self._writing:
            if not await self._in_thread(is_fresh):
                return DeskPage(go="/staff/in")
            write = partial(self._write, visit, view.draft, form["passphrase"])
            refused = await self._refused(visit, view, write)
        return refused or await self._taken_up(visit, view)

    async def setup(self, visit: Visit) -> DeskPage:
        """Show the current settings in a form; wait for a pack, which contains the choices."""
        if await self._is_preparing():
            return self._wait(visit)
        view = self._now(visit)
        is_given = answers.LANGUAGES in self._places[""].fixed
        if visit.path == first_start.ADDRESS and not is_given:
            asked = frozenset(self._handed.pack().languages[:2])
            view = replace(view, draft=replace(view.draft, languages=asked))
        first = next(iter(STEPS)) if visit.path == first_start.ADDRESS else CHECK
        return self._setup(visit, replace(view, at=first))

    async def save(self, visit: Visit) -> DeskPage:
        """Save the typed settings, unless somebody else has saved since the form was opened."""
        if await self._is_preparing():
            return self._wait(visit)
        view = self._sent(visit)
        if view.moves or view.wrong:
            return self._setup(visit, view)
        async with self._writing:
            if again := await self._in_thread(partial(self._beside_theirs, visit, view)):
                return self._setup(visit, again)
            write = partial(self._write, visit, view.draft, "")
            refused = await self._refused(visit, view, write)
        return refused or await self._taken_up(visit, view)

    async def change_passphrase(self, visit: Visit) -> DeskPage:
        """Change the passphrase; everybody must sign in again."""
        given, view = visit.form, self._now(visit)
        try:
            await self._pace.confirm(self._data_dir, given.get("current", ""))
        except DeskRefusedError as refusal:
            wrong = {"current": refusal.said}
            return self._setup(visit, replace(view, wrong=wrong, status=refusal.status))
        if wrong := await asyncio.to_thread(self._passphrase_problem, given):
            return self._setup(visit, replace(view, wrong=wrong, status=400))
        keep = partial(passphrase.keep, self._data_dir, given["passphrase"])
        return await self._refused(visit, view, keep) or DeskPage(go=AT)

    async def send_alarm(self, visit: Visit) -> DeskPage:
        """Send a test alarm to everybody who gets alarms, and show the results."""
        sent = await self._handed.alarm_test()
        return self._setup(visit._replace(form={}), self._now(visit), sent=sent)

    async def _refused(
        self, visit: Visit, view: SetupView, write: Callable[[], None]
    ) -> DeskPage | None:
        """Save the answers; return None, or the form with the reason they were not saved."""
        try:
            await self._in_thread(write)
        except PassphraseError as problem:
            view = replace(view, wrong={"passphrase": of_error(problem)}, status=400)
        except OSError as problem:
            view = replace(view, problem=message("desk.disk", cause=cause(problem)), status=500)
        else:
            return None
        return self._setup(visit, view)

    async def _taken_up(self, visit: Visit, view: SetupView) -> DeskPage:
        """Continue to the list of open steps once the new settings are in effect."""
        problem = await self._handed.changed()
        if not problem:
            return DeskPage(go=AT if self._school(visit) else OPEN)
        said = message("setup.for-later", problem=problem)
        return self._setup(visit, replace(view, problem=said, status=500))

    async def compare(self, visit: Visit) -> DeskPage:
        today = visit.words.today
        ticked = [name.removeprefix("number-") for name in visit.form if name.startswith("number-")]
        session = self._sessions.of_form(visit.token)

        def keep() -> Comparisons:
            kept = crisis_comparison.kept(self._data_dir)
            resources, role = self._handed.pack().resources, visit.form.get("role", "")
            heard = session.compared if session else {}
            now = crisis_comparison.add(kept, resources, role, ticked, today, heard=heard)
            files.write_record(self._data_dir / crisis_comparison.FILE, now)
            return now

        try:
            async with self._writing:
                now = await self._in_thread(keep)
        except ComparisonError as problem:
            raise DeskRefusedError(of_error(problem)) from problem
        if session:
            session.compared = now.numbers
        return DeskPage(go=OPEN)

    async def open(self, visit: Visit) -> DeskPage:
        """Show a printable list of the steps that remain before students use the machine."""
        settings, pack = self._settings, self._handed.pack()
        kept = await self._in_thread(partial(crisis_comparison.kept, self._data_dir))
        facts, wrong = await self._in_thread(partial(school_file.read, settings.kiosk.school_file))
        sms, here = settings.sms, settings.sms.enabled
        detail = await self._in_thread(self._handed.detail)
        backup = detail.get("backup")
        view = {
            "here": here,
            "line": here or bool(sms.number),
            "lacks": await self._in_thread(extras.paper_lacks),
            "by": (by := crisis_comparison.still_valid(kept, pack.resources)),
            "missing": max(0, crisis_comparison.NEEDED - crisis_comparison.people(by)),
            "info": facts != School() and not wrong,
            "kiosk": settings.kiosk,
            "county_line": await self._in_thread(self._handed.county_line),
            "sms": sms,
            "unanswered": await self._in_thread(self._handed.refuses_texts),
            "alarms": settings.alarms,
            "backup": datetime.fromisoformat(str(backup)) if backup else None,
        }
        return self._page("open", visit, **view)

    async def _numbers(self, visit: Visit) -> DeskPage:
        kept = await self._in_thread(partial(crisis_comparison.kept, self._data_dir))
        resources = self._handed.pack().resources
        view = {
            "numbers": crisis_comparison.numbers(resources, kept),
            "by": (by := crisis_comparison.still_valid(kept, resources)),
            "missing": max(0, crisis_comparison.NEEDED - crisis_comparison.people(by)),
            "typed": visit.form,
        }
        return self._page("numbers", visit, **view)

    async def _is_preparing(self) -> bool:
        """Return whether the pack, which has the counties and languages, is still missing."""
        detail = await self._in_thread(self._handed.detail)
        return detail.get("serving") == "built-in"

    def _wait(self, visit: Visit) -> DeskPage:
        typed = set(visit.form) - {"code"}  # a code that came with the address was not typed
        kept = {name: text for name, text in visit.form.items() if name not in NEVER_BACK}
        code = visit.form.get("code", "")
        return self._page("wait", visit, 503, kept=kept if typed else {}, code=code)

    def _setup(self, visit: Visit, view: SetupView, **more: object) -> DeskPage:
        pack, place = self._handed.pack(), self._place(visit)
        here = [c for c in pack.counties if c.name in view.draft.counties]
        code = visit.form.get("code", "")
        at = next((step for step, of in STEPS.items() if view.wrong.keys() & {*of}), view.at)
        wrong = {name: said for name, said in view.wrong.items() if name in STEPS.get(at, (name,))}
        view = replace(view, values={**view.values, "code": code}, at=at, wrong=wrong)
        shown = {
            "first": visit.path == first_start.ADDRESS,
            "code": code,
            "kept": visit.form if set(visit.form) - {"code"} else {},
            "view": view,
            "counties": pack.counties,
            "languages_of_pack": [(tag, own_name(tag)) for tag in pack.languages],
            "here": here,
            "place": place,
            "steps": self._steps(place),
            "line": self._settings.sms.enabled,
            "alarms": self._settings.alarms,
            "choices": {"audio": answers.AUDIO, "printer": answers.PRINTERS},
            "shortest": passphrase.SHORTEST,
            **more,
        }
        return self._page("setup", visit, view.status, **shown)

    def _place(self, visit: Visit) -> _Place:
        """Return the chosen school, or the installation if none is chosen."""
        return self._places[self._school(visit)]

    def _school(self, visit: Visit) -> str:
        return visit.school if visit.school in self._places else ""

    def _now(self, visit: Visit) -> SetupView:
        place = self._place(visit)
        draft = answers.of_settings(place.settings)
        return SetupView(draft=draft, values=draft.texts, stamp=place.stamp)

    def _steps(self, place: _Place) -> list[str]:
        """Return the steps that have fields. A district's school has no text-line step."""
        return [step for step in STEPS if step != "line" or place is self._places[""]]

    def _first_visit(self, form: Mapping[str, str], words: "DeskWords") -> Visit:
        return Visit(first_start.ADDRESS, form, self._first_token, words)

    def _sent(self, visit: Visit) -> SetupView:
        """Check the sent fields, and choose the step to show: never one that follows an error."""
        pack, form, place = self._handed.pack(), visit.form, self._place(visit)
        typed = answers.of_form(form, pack, answers.of_settings(place.settings))
        wrong = answers.problems(typed, pack, place.known)
        stamp, zips = form.get("stamp") or place.stamp, typed.texts[ZIPS]
        view = SetupView(draft=typed, values=typed.texts, stamp=stamp, wrong=wrong)
        order, step, at = (*self._steps(place), CHECK), form.get("step"), form.get("at")
        at = at if at in order else CHECK
        if step not in (*order, "waited"):
            return replace(view, status=400 if wrong else 200)
        asked = (ZIPS,) if step == at else STEPS.get(at, ())
        if step == "waited" or order.index(step) < order.index(at):
            asked, zips = (), ""
        wrong = {name: said for name, said in wrong.items() if name in asked}
        ticked, unknown = answers.with_counties(typed, pack)
        # Otherwise, a county that somebody cleared would come back.
        values = typed.texts if unknown else {**typed.texts, ZIPS: ""}
        view = replace(view, draft=ticked, values=values, moves=True, wrong=wrong)
        stays = step == "waited" or (zips and at == "place")
        return replace(view, at=at if stays else step, status=400 if wrong else 200)

    def _beside_theirs(self, visit: Visit, view: SetupView) -> SetupView | None:
        """Return the form with what somebody else has saved in the meantime; None if nobody has."""
        place = self._place(visit)
        meant = answers.values(view.draft, self._handed.pack(), place.known)
        kept = desk_file.read(place.folder)[0]
        # A damaged or missing file does not show what somebody else saved.
        stamp = desk_file.stamp(place.folder) if kept else view.stamp
        mine = answers.in_fields(meant)
        theirs = mine | answers.in_fields({key: kept[key] for key in meant.keys() & kept.keys()})
        again = forms.refused(replace(view, values=mine), stamp, theirs, {})
        return again and replace(again, values=view.values)

    async def _code_problem(self, form: Mapping[str, str]) -> dict[str, Message]:
        typed = form.get("code", "")
        code = await self._in_thread(partial(first_start.code, self._data_dir))
        try:
            await self._pace.guess(lambda: first_start.is_code(code, typed))
        except DeskRefusedError as refusal:
            return {"code": refusal.said if refusal.wait else message("setup.not-the-code")}
        return {}

    def _passphrase_problem(self, form: Mapping[str, str]) -> dict[str, Message]:
        typed, names = form.get("passphrase", ""), passphrase.names(self._settings)
        try:
            passphrase.judged(typed, (*names, form.get("school", "")))
        except PassphraseError as problem:
            return {"passphrase": of_error(problem)}
        return {} if typed == form.get("again", "") else {"again": message("passphrase.differ")}

    def _write(self, visit: Visit, typed: Answers, words: str) -> None:
        """Write the passphrase, if any, then the settings. Raises PassphraseError or OSError."""
        place = self._place(visit)
        values = place.own(answers.values(typed, self._handed.pack(), place.known), self._settings)
        if words:
            passphrase.keep(self._data_dir, words)
        try:
            if place.folder == self._data_dir:
                self._withdraw_replaced(values)
            place.folder.mkdir(parents=True, exist_ok=True)
            file = place.folder / desk_file.FILE
            files.replace(file, desk_file.encoded(values), mode=0o600)
        except OSError:
            if words:  # undo the new passphrase, so that people can start over
                files.remove(self._data_dir / passphrase.FILE)
            raise
        files.remove(self._data_dir / first_start.CODE)

    def _withdraw_replaced(self, values: Mapping[str, object]) -> None:
        """Withdraw a confirmed county line that these settings no longer name. Raises OSError."""
        record = county_confirmation.kept(self._data_dir)
        kiosk = self._settings.kiosk
        number = values.get("kiosk.county_line", kiosk.county_line)
        counties = cast("Sequence[str]", values.get("kiosk.counties", kiosk.counties))
        if record and not county_confirmation.is_of(record, str(number), counties):
            withdraw(self._data_dir, self._handed.clock())
