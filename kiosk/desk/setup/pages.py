"""The set-up pages: the first start's and the later one, its passphrase, the crisis numbers, and
what is still open."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from content.model.language import own_name
from content.review import county_confirmation, crisis_comparison
from content.review.crisis_comparison import ComparisonError, Comparisons
from kiosk.desk import passphrase
from kiosk.desk.pages import DeskInputs, DeskPage, PageFunction, Visit, rendered
from kiosk.desk.passphrase import PassphraseError
from kiosk.desk.school_pages import after_sign_in
from kiosk.desk.sessions import Sessions
from kiosk.desk.setup import answers, first_start
from kiosk.desk.setup.answers import SetupAnswers
from kiosk.desk.setup.county import CountyPages, withdraw
from kiosk.desk.templates_env import Look
from kiosk.pages import school_file
from kiosk.pages.school_file import School
from settings import desk_file, extras
from system import files

if TYPE_CHECKING:
    from kiosk.desk.words import DeskWords

AT, PASSPHRASE, NUMBERS, OPEN = (
    "/staff/setup",
    "/staff/setup/passphrase",
    "/staff/numbers",
    "/staff/open",
)
# On no page that shows a form anew.
NEVER_BACK = {"passphrase", "again", "current", "token", "step"}


class _Judged(NamedTuple):
    """The fields, and what is wrong with them. ``found``: the counties of the ZIP codes.

    ``stamp``: of the file that they were compared with; "" for the one of the form.
    """

    answers: SetupAnswers
    wrong: dict[str, str]
    found: bool = False
    stamp: str = ""


class SetupPages:
    """Pages as a table from method and address to function, and the first start's two."""

    def __init__(self, handed: DeskInputs, look: Look, sessions: Sessions) -> None:
        self._handed, self._look, self._sessions = handed, look, sessions
        self._pace = sessions.pace
        self._settings, self._data_dir = handed.settings, handed.settings.server.data_dir
        self._fixed = answers.fixed(handed.settings)
        self._stamp = desk_file.stamp(self._data_dir)  # of what the fields begin with
        self._in_thread = handed.in_thread
        self._first_token = secrets.token_urlsafe(32)
        self._writing = asyncio.Lock()
        county_pages = CountyPages(handed, look, self._pace, self._writing)
        self.rooms: dict[tuple[str, str], PageFunction] = {
            **county_pages.rooms,
            ("GET", AT): self.setup,
            ("POST", AT): self.save,
            ("POST", PASSPHRASE): self.change_passphrase,
            ("GET", NUMBERS): self.numbers,
            ("POST", NUMBERS): self.compare,
            ("GET", OPEN): self.open,
        }

    async def first(self, code: str, words: "DeskWords") -> DeskPage:
        """The page of the first start. ``code``: the one inside its address."""
        return await self.setup(self._first_visit({"code": code} if code else {}, words))

    async def save_first(self, form: Mapping[str, str], words: "DeskWords") -> DeskPage:
        """Set everything and the passphrase, if the code is right; then the checklist."""
        visit, _ = self._first_visit(form, words), words
        if await self._is_preparing():
            return self._wait(visit)
        judged = self._judged(visit)
        if not secrets.compare_digest(form.get("token", "").encode(), self._first_token.encode()):
            wrong = {"page": _("This page was open too long. Look it over and save once more.")}
            return self._setup(visit, judged._replace(wrong=wrong), 400)
        if judged.found:
            return self._setup(visit, judged)
        wrong = judged.wrong | await self._code_problem(form, words)
        if "code" not in wrong:  # a stranger's passphrase is not worth judging
            wrong |= await asyncio.to_thread(self._passphrase_problem, form, words)
        is_fresh = partial(first_start.is_fresh, self._settings)
        if wrong:
            # Somebody else was first, and the code is gone.
            late = "code" in wrong and not await self._in_thread(is_fresh)
            page = self._setup(visit, judged._replace(wrong=wrong), 400)
            return DeskPage(go="/staff/in") if late else page
        async with self._writing:
            if not await self._in_thread(is_fresh):
                return DeskPage(go="/staff/in")
            write = partial(self._write, judged.answers, form["passphrase"], words)
            wrong = await self._in_thread(write)
        return await self._taken_up(visit, judged._replace(wrong=wrong))

    async def setup(self, visit: Visit) -> DeskPage:
        """What was set, in fields; without a pack nobody knows counties and languages."""
        if await self._is_preparing():
            return self._wait(visit)
        return self._setup(visit, _Judged(self._now(), {}))

    async def save(self, visit: Visit) -> DeskPage:
        """Set what was typed, but not over what somebody else saved since the form was opened."""
        if await self._is_preparing():
            return self._wait(visit)
        judged = self._judged(visit)
        if visit.form.get("step") == "again":
            after = {"page": after_sign_in(visit.words)}
            return self._setup(visit, _Judged(judged.answers, judged.wrong | after))
        if judged.found or judged.wrong:
            return self._setup(visit, judged, 200 if judged.found else 400)
        async with self._writing:
            beside = partial(self._beside_theirs, visit, judged.answers)
            both = await self._in_thread(beside)
            if both is not None:
                return self._setup(visit, both, 409)
            write = partial(self._write, judged.answers, "", visit.words)
            wrong = await self._in_thread(write)
        return await self._taken_up(visit, judged._replace(wrong=wrong))

    async def _taken_up(self, visit: Visit, judged: _Judged) -> DeskPage:
        """On to what is open once they hold; ``judged.wrong``: why they were not written."""
        _ = visit.words
        if not judged.wrong and (problem := await self._handed.changed()):
            said = _(
                "This is kept, and takes effect when the settings file is mended: %(problem)s",
                problem=problem,
            )
            judged = judged._replace(wrong={"page": said})
        return self._setup(visit, judged, 500) if judged.wrong else DeskPage(go=OPEN)

    async def change_passphrase(self, visit: Visit) -> DeskPage:
        """Another passphrase; everybody must sign in anew."""
        form, page = visit.form, _Judged(self._now(), {})
        problem, wait = await self._pace.guess(lambda: self._is_current(form), visit.words)
        if problem:
            page.wrong["current"] = problem
            return self._setup(visit, page, 429 if wait else 403)
        wrong = await asyncio.to_thread(self._passphrase_problem, form, visit.words)
        if not wrong:
            wrong = await self._in_thread(partial(self._keep, form["passphrase"], visit.words))
        return self._setup(visit, page._replace(wrong=wrong), 400) if wrong else DeskPage(go=AT)

    async def numbers(self, visit: Visit) -> DeskPage:
        """The crisis numbers, to be compared with their own pages."""
        return await self._numbers(visit, "")

    async def compare(self, visit: Visit) -> DeskPage:
        """One person compared every number."""
        _, today = visit.words, visit.words.today
        ticked = [name.removeprefix("number-") for name in visit.form if name.startswith("number-")]
        said = {
            "role": _("Choose what you are at this school."),
            "same role": _("Somebody with this role compared them already. It takes two people."),
            "left out": _("Tick every number, after you opened its page. Nothing was kept."),
        }

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
            return await self._numbers(visit, said[problem.reason])
        except OSError as problem:
            return await self._numbers(visit, _disk(problem, _))
        if session:
            session.compared = now.numbers
        return DeskPage(go=OPEN)

    async def open(self, visit: Visit) -> DeskPage:
        """What is still open before students use it; made to be printed."""
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
            "heard": settings.alarms.channels,
            "backup": datetime.fromisoformat(str(backup)) if backup else None,
        }
        return self._page("open", visit, **view)

    async def _numbers(self, visit: Visit, wrong: str) -> DeskPage:
        kept = await self._in_thread(partial(crisis_comparison.kept, self._data_dir))
        resources = self._handed.pack().resources
        view = {
            "numbers": crisis_comparison.numbers(resources, kept),
            "by": (by := crisis_comparison.still_valid(kept, resources)),
            "missing": max(0, crisis_comparison.NEEDED - crisis_comparison.people(by)),
            "wrong": wrong,
            "typed": visit.form,
        }
        return self._page("numbers", visit, 400 if wrong else 200, **view)

    async def _is_preparing(self) -> bool:
        """Whether the pack that knows counties and languages is not there yet."""
        detail = await self._in_thread(self._handed.detail)
        return detail.get("serving") == "built-in"

    def _wait(self, visit: Visit) -> DeskPage:
        kept = {name: text for name, text in _typed(visit).items() if name not in NEVER_BACK}
        return self._page("wait", visit, 503, kept=kept, code=visit.form.get("code", ""))

    def _setup(self, visit: Visit, judged: _Judged, status: int = 200) -> DeskPage:
        pack = self._handed.pack()
        here = [c for c in pack.counties if c.name in judged.answers.counties]
        view = {
            "first": visit.path == first_start.ADDRESS,
            "code": visit.form.get("code", ""),
            "kept": _typed(visit),
            "stamp": judged.stamp or visit.form.get("stamp") or self._stamp,
            "judged": judged,
            "counties": pack.counties,
            "languages_of_pack": [(tag, own_name(tag)) for tag in pack.languages],
            "here": here,
            "fixed": self._fixed,
            "line": self._settings.sms.enabled,
            "shortest": passphrase.SHORTEST,
        }
        return self._page("setup", visit, status, **view)

    def _page(self, template: str, visit: Visit, status: int = 200, /, **view: object) -> DeskPage:
        return rendered(self._look, template, visit, status, **view)

    def _code(self) -> str:
        return first_start.code(self._data_dir)

    def _now(self) -> SetupAnswers:
        return answers.of_settings(self._settings)

    def _first_visit(self, form: Mapping[str, str], words: "DeskWords") -> Visit:
        return Visit(first_start.ADDRESS, form, self._first_token, words)

    def _judged(self, visit: Visit) -> _Judged:
        pack = self._handed.pack()
        typed = answers.of_form(visit.form, pack)
        wrong = answers.problems(typed, pack, self._fixed, visit.words)
        step, filled_in = visit.form.get("step"), visit.form.get("passphrase")
        if step == "waited":
            return _Judged(typed, wrong, found=True)
        if step != "find" and not (step == "enter" and typed.zips and not filled_in):
            return _Judged(typed, wrong)
        ticked, unknown = answers.with_counties(typed, pack)
        if unknown or not typed.zips:
            said = {field: text for field, text in wrong.items() if field == "zips"}
            return _Judged(ticked, said, found=True)
        # Else a county that is unticked would come back.
        return _Judged(replace(ticked, zips=""), {}, found=True)

    def _beside_theirs(self, visit: Visit, typed: SetupAnswers) -> _Judged | None:
        """What was typed beside what somebody else saved meanwhile; None where nobody did."""
        stamp, _ = desk_file.stamp(self._data_dir), visit.words
        kept = desk_file.read(self._data_dir)[0]
        if not kept or visit.form.get("stamp") == stamp:
            return None  # of a file that is damaged or gone, nothing is taken away
        said = _(
            "Somebody else saved these settings since you opened this page. Nothing of yours is"
            " saved yet, and nothing is lost: what you typed is here, and theirs stands beside it"
            " wherever it differs. Make it right, then save once more."
        )
        differing = answers.theirs(answers.values(typed, self._handed.pack(), self._fixed), kept, _)
        return _Judged(typed, {"page": said} | differing, stamp=stamp)

    def _is_current(self, form: Mapping[str, str]) -> bool:
        record = passphrase.kept(self._data_dir)
        return record is not None and passphrase.right(record, form.get("current", ""))

    async def _code_problem(self, form: Mapping[str, str], _: "DeskWords") -> dict[str, str]:
        code, typed = await self._in_thread(self._code), form.get("code", "")
        problem, wait = await self._pace.guess(lambda: first_start.is_code(code, typed), _)
        if problem and not wait:
            problem = _("That is not the code.")
        return {"code": problem} if problem else {}

    def _passphrase_problem(self, form: Mapping[str, str], _: "DeskWords") -> dict[str, str]:
        typed = form.get("passphrase", "")
        said = {
            "short": _(
                "Use %(count)s letters or more, such as four plain words.",
                count=passphrase.SHORTEST,
            ),
            "long": _("Use %(count)s letters at most.", count=passphrase.LONGEST),
            "guessed": _(
                "That is easily guessed. Use for example four plain words that have nothing in"
                " common."
            ),
        }
        try:
            passphrase.judged(typed, (*passphrase.names(self._settings), form.get("school", "")))
        except PassphraseError as problem:
            return {"passphrase": said[problem.reason]}
        if typed != form.get("again", ""):
            return {"again": _("The two differ. Type both once more.")}
        return {}

    def _write(self, typed: SetupAnswers, words: str, _: "DeskWords") -> dict[str, str]:
        """Write the passphrase, if any, then the settings; what went wrong."""
        values = answers.values(typed, self._handed.pack(), self._fixed)
        if words and (wrong := self._keep(words, _)):
            return wrong
        try:
            file = self._data_dir / desk_file.FILE
            self._withdraw_replaced(values)
            files.replace(file, desk_file.encoded(values), mode=0o600)
        except OSError as problem:
            if words:  # else nobody could begin anew
                files.remove(self._data_dir / passphrase.FILE)
            return {"page": _disk(problem, _)}
        files.remove(self._data_dir / first_start.CODE)
        return {}

    def _withdraw_replaced(self, values: Mapping[str, object]) -> None:
        """Withdraw a confirmed county line that these settings no longer name. OSError."""
        record = county_confirmation.kept(self._data_dir)
        kiosk = self._settings.kiosk
        number = values.get("kiosk.county_line", kiosk.county_line)
        counties = cast("Sequence[str]", values.get("kiosk.counties", kiosk.counties))
        if record and not county_confirmation.is_of(record, str(number), counties):
            withdraw(self._data_dir, self._handed.clock())

    def _keep(self, words: str, _: "DeskWords") -> dict[str, str]:
        try:
            passphrase.keep(self._data_dir, words)
        except PassphraseError:  # it was judged already
            return {"passphrase": _("That is the second passphrase. Choose another.")}
        except OSError as problem:
            return {"page": _disk(problem, _)}
        return {}


def _typed(visit: Visit) -> Mapping[str, str]:
    """The fields that were sent; a code inside the address alone is none."""
    return visit.form if set(visit.form) - {"code"} else {}


def _disk(problem: OSError, _: "DeskWords") -> str:
    return _(
        "It could not be written to the disk (%(cause)s). Nothing was changed. Ask the person who"
        " keeps this machine.",
        cause=problem.strerror,
    )
