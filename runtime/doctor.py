"""What is wrong with this installation, and what to do: the checks behind `doctor`."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from content.authoring import worklist
from content.directory import refresh
from content.model import durable_files
from content.model.finding import Finding
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.releases import held_pack, sources
from content.releases.generations import Releases
from kiosk.audio import clips
from kiosk.desk import doctor_checks
from kiosk.desk.request_checks import is_loopback
from kiosk.pages import school_file as school
from runtime import disk_check, installation, private_status
from runtime.alarms import watch as alarm_watch
from runtime.clock import synchronised
from runtime.upkeep import silent_places
from settings import desk_file, extras
from settings.load import Secrets
from settings.schema import DESK, Settings
from sms.voice import handoff

WRITTEN_IN = 2026  # a clock before that was never set
MOST_FALLBACK = 64_000  # bytes
CONTAINER = (Path("/run/.containerenv"), Path("/.dockerenv"))  # Podman's mark and Docker's
SYSTEMD = Path("/etc/systemd/system")
FALLBACK = "fallback.xml"  # in data_dir: the static answer as last printed, and so as pasted


def groups(
    settings: Settings,
    secrets: Secrets,
    now: datetime,
    *,
    server: Mapping[str, object],
    ask_carrier: bool,
) -> dict[str, list[Finding]]:
    """Everything that an operator would ask, by what it is about.

    ``server``: what ``running_server`` said, which takes seconds where a file hangs.
    """
    found: dict[str, Iterable[Finding]] = {
        "machine": chain(
            of_disk(settings),
            of_settings(settings),
            of_server(server),
            of_port(settings, contained=any(path.exists() for path in CONTAINER)),
            of_clock(now, trusted=synchronised()),
            of_store(settings),
        ),
        "content": chain(of_trust(settings), of_timer(settings), of_content(settings, now, server)),
        "school": chain(
            of_school(settings),
            of_school_info(settings, installation.local_day(now)),
            of_screen(settings),
            of_paper(),
        ),
        "desk": of_desk(settings),
        "alarms": alarm_watch.findings(settings),
        "line": chain(of_line_process(settings, server), of_line(settings, secrets, server)),
        "carrier": of_carrier(settings, secrets, now) if ask_carrier else (),
    }
    return {group: _answered(settings, findings) for group, findings in found.items()}


def _answered(settings: Settings, findings: Iterable[Finding]) -> list[Finding]:
    """As far as the files answer."""
    found: list[Finding] = []
    try:
        silent_places.run(lambda: found.extend(findings), lambda: _places(settings))
    except silent_places.SilentPlaceError as error:
        return [*found, Finding("wrong", f"{error} What else is wrong there was not seen.")]
    return found


def _places(settings: Settings) -> Iterator[Path]:
    content = settings.content
    yield from (settings.server.data_dir, settings.kiosk.school_file, content.pack)
    yield from (Path(place) for place in (content.root, content.source) if place)


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Whether state can be kept."""
    folder = settings.server.data_dir
    trouble = durable_files.trouble(folder)
    yield Finding("wrong", trouble) if trouble else Finding("ok", f"{folder} can be written.")


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Who set what the desk's page asks for, and what of the desk's file cannot be used."""
    for problem in desk_file.read(settings.server.data_dir)[1]:
        yield Finding("wrong", problem)
    by: dict[str, list[str]] = {}
    for key in desk_file.KEYS:
        by.setdefault(settings.origins.get(key, ""), []).append(key.partition(".")[2])
    places = {DESK: "set at the desk", "": "not set, so the defaults"}
    said = (f"{', '.join(keys)}: {places.get(at, f'set by {at}')}" for at, keys in by.items())
    yield Finding("ok", f"Settings of the desk's page: {'; '.join(said)}.")


def of_server(server: Mapping[str, object]) -> Iterator[Finding]:
    """Why a running server searches no directory, and what it no longer finds in the desk's file.

    What it shows: ``of_shown``.
    """
    if (why := server.get("directory", "ok")) != "ok":
        yield Finding("wrong", str(why))
    problem = server.get("desk_settings", "ok")
    if problem != "ok":
        yield Finding("wrong", f"{problem} The running server goes on with what was set.")


def of_port(settings: Settings, *, contained: bool = False) -> Iterator[Finding]:
    """Whether others can reach the port past a proxy. A container's is as open as published."""
    if is_loopback(host := settings.server.host):
        return
    if contained:
        yield Finding(
            "note",
            "In this container the server listens everywhere: publish its port on 127.0.0.1 only,"
            " and put a proxy in front (docs/install.md).",
        )
    else:
        yield Finding(
            "wrong",
            f'[server] host is "{host}", so that everybody on the network reaches the kiosk and the'
            ' line without TLS; set it back to "127.0.0.1" and put a proxy in front'
            " (deploy/proxy/nginx.conf).",
        )


def of_clock(now: datetime, *, trusted: bool) -> Iterator[Finding]:
    """Whether the clock is right, as far as anybody can tell."""
    if now.year < WRITTEN_IN:
        yield Finding("wrong", f"The clock says {now:%Y-%m-%d}: set it.")
    elif not trusted:
        yield Finding(
            "note",
            "Nothing keeps this machine's clock right, as far as it can tell: no card says"
            ' "Open now". Switch on systemd-timesyncd or chrony.',
        )


def of_trust(settings: Settings) -> Iterator[Finding]:
    """Whether a publisher's signature, and nothing else, can decide what students see."""
    if settings.content.unsigned:
        yield Finding(
            "wrong",
            "[content] unsigned: this machine takes packs that nobody signed, and its screen says"
            " so; right only for an author, else set it to false and name the publisher's root.",
        )
    if settings.content.source:
        try:
            sources.locate(
                settings.content.source,
                unsigned=settings.content.unsigned,
                root=settings.content.root,
            )
        except sources.SourceError as error:
            yield Finding("wrong", str(error))


def of_timer(settings: Settings, systemd: Path = SYSTEMD) -> Iterator[Finding]:
    """Whether somebody looks for packs at a publisher whom the server's unit may not reach."""
    enabled = systemd / "timers.target.wants/porchlight-refresh.timer"
    if (
        settings.content.source.startswith("https:")
        and (systemd / "porchlight.service").exists()
        and not enabled.is_symlink()
        and not any(systemd.glob("porchlight.service.d/*.conf"))  # one may allow the publisher
    ):
        yield Finding(
            "wrong",
            "[content] source is on the network, which porchlight.service may not reach, and"
            " nothing else looks there for new packs: sudo systemctl enable --now"
            " porchlight-refresh.timer",
        )


def of_content(
    settings: Settings, now: datetime, server: Mapping[str, object]
) -> Iterator[Finding]:
    """What is served, how old it is, and what was refused."""
    releases = Releases(settings.server.data_dir)
    release, doubts = releases.active(), disk_check.doubts(settings)
    for name, why in doubts.items():
        yield Finding("wrong", f"Release {name} must not be shown: {why}. `refresh` mends that.")
    if release is None and not doubts:
        unmade = "No release yet: the first start prepares one, `refresh` does it now."
        yield Finding("note", unmade)
    is_whole = release is not None and release.id not in doubts
    not_shown = list(of_shown(server, releases.unnamed() if is_whole else ""))
    yield from not_shown
    if release is not None and is_whole:
        days = (now - release.activated_at) // timedelta(days=1)
        if all(finding.kind == "note" for finding in not_shown):
            yield Finding("ok", f"Release {release.id} is whole, active for {days} days.")
        yield from of_pack(settings, pack := held_pack.visible_pack(releases, release))
        for due in worklist.warning(pack, today=now.date(), file=""):
            yield Finding("note", f"{due.message} (its publisher does).")
    yield from held_pack.findings(releases, now)
    yield from refresh.summary(releases.root)
    refusal = releases.refused()
    if refusal:
        yield Finding(
            "wrong", f"The last new pack was refused, the old one stays: {refusal.problems[0]}"
        )


def of_shown(server: Mapping[str, object], unnamed: str) -> Iterator[Finding]:
    """Why what a running server shows is not what is active; ``unnamed``: as the disk alone
    tells."""
    if unnamed:
        yield Finding("wrong", unnamed)
    told = server.get("wrong")
    if told and told != unnamed:
        yield Finding("note" if server.get("verifying") else "wrong", str(told))


def of_pack(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """How much of the pack people checked, and whether it knows the school's counties."""
    live = [resource for resource in pack.resources if resource.status == "live"]
    checked = sum(resource.checked_on is not None for resource in live)
    if checked < len(live):
        yield Finding(
            "note",
            f"{len(live) - checked} of {len(live)} lines have not been checked by a person yet.",
        )
    languages = settings.kiosk.languages
    if absent := ", ".join(tag for tag in languages if tag not in pack.languages):
        has = ", ".join(pack.languages)
        yield Finding("wrong", f"[kiosk] languages: the pack has no {absent}; it has {has}.")
    if which := ", ".join(tag for tag in languages if tag in pack.unchecked):
        yield Finding(
            "note",
            f"No native practitioner has checked these languages yet; the screen says so: {which}.",
        )
    yield from handoff.checks(pack, settings.sms)
    known = [county.name for county in pack.counties]
    for county in settings.kiosk.counties:
        if county not in known:
            near = get_close_matches(county, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            yield Finding(
                "wrong", f"[kiosk] counties: the pack knows no county named {county}{hint}"
            )


def of_school(settings: Settings) -> Iterator[Finding]:
    """What only the school can know."""
    if not settings.kiosk.school:
        yield Finding("note", "[kiosk] school is empty: the screen shows no school's name.")
    if not settings.kiosk.counties and not settings.kiosk.county_line:
        yield Finding(
            "wrong",
            "[kiosk] counties is empty: the screen cannot show a county child-abuse line. Name"
            " yours.",
        )
    elif not settings.kiosk.county_line:
        yield Finding(
            "note", "[kiosk] county_line is empty: take the line from the county's own page."
        )


def of_school_info(settings: Settings, day: date) -> Iterator[Finding]:
    """Whether the office's file is read whole and still holds."""
    file = settings.kiosk.school_file
    facts, problems = school.read(file)
    for problem in (*problems, *school.outdated(file, facts, day)):
        yield Finding("wrong", problem)
    left = school.days_left(facts, day)
    if left is not None and 0 <= left <= school.WARN_DAYS:
        yield Finding(
            "note",
            f"{file}: bells and lunch are shown until {facts.valid_until} only; write the next"
            " ones and their last day.",
        )


def of_screen(settings: Settings) -> Iterator[Finding]:
    """Whether the screen can print and speak."""
    if settings.kiosk.printer.startswith("/"):
        yield from of_printer(settings.kiosk.printer)
    if settings.kiosk.audio != "off" and not clips.able():
        yield Finding(
            "note",
            "The screen cannot read aloud: apt-get install espeak-ng opus-tools, or set [kiosk]"
            " audio to off.",
        )


def of_paper() -> Iterator[Finding]:
    """Whether posters can be made."""
    if lacks := extras.paper_lacks():
        yield Finding("note", lacks)


def of_desk(settings: Settings) -> Iterator[Finding]:
    """Whether the desk can be opened by those who may, and by nobody else."""
    yield from doctor_checks.findings(settings.desk, settings.server.data_dir)


def of_printer(device: str) -> Iterator[Finding]:
    """Whether slips can be sent to the receipt printer."""
    if extras.is_missing("printer"):
        yield Finding("wrong", f"{extras.needs('[kiosk] printer', 'printer')}.")
    if not os.access(device, os.W_OK):
        yield Finding(
            "wrong",
            f"[kiosk] printer: {device} cannot be written; is it plugged in, and in our group"
            " (lp)?",
        )


def of_store(settings: Settings) -> Iterator[Finding]:
    """Whether the line's database can be written."""
    if not settings.sms.enabled or extras.line_lacks(settings):
        return
    from sms.ledger import purge
    from store.failure import StoreError
    from store.group_commit import Store

    async def purge_nothing() -> None:
        async with asyncio.timeout(10):
            await store.submit(purge, 0)

    store = Store(settings.store_url)
    store.open()
    try:
        asyncio.run(purge_nothing())
        yield Finding("ok", "The database can be written.")
    except (StoreError, TimeoutError) as error:
        yield Finding("wrong", f"The database cannot be written: {store.problem() or error}")
    finally:
        store.close()


def of_line_process(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Why the line's own process, where it has one, is not well, as the kiosk's heard from it."""
    for part in ("line_pack", "replies") if settings.sms.port else ():
        if (why := server.get(part, "ok")) != "ok":
            yield Finding("wrong", f"Text line: {why}")


def of_line(
    settings: Settings, secrets: Secrets, server: Mapping[str, object]
) -> Iterator[Finding]:
    """Whether a real text could be told from a forged one, and whether HELP says what it must."""
    if not settings.sms.enabled:
        yield Finding("note", "[sms] enabled is false: there is no text line on this machine.")
        if settings.sms.number:
            yield Finding(
                "note",
                "[sms] number is shown, and another machine answers it; this one cannot see whether"
                " it does: text it from a phone now and then.",
            )
        return
    if lacks := extras.line_lacks(settings):
        kind: Literal["wrong", "note"] = "wrong" if settings.sms.number else "note"
        yield Finding(kind, f"{lacks}. Until then it is off.")
        return
    if settings.sms.carrier == "modem":
        yield from of_modem(settings, server)
        return
    from sms.twilio.account import Account

    account = Account.configured(settings, secrets)
    if problem := account.problem():
        yield Finding("wrong" if account.is_begun else "note", problem)
    elif not settings.server.public_url.startswith("https://"):
        yield Finding(
            "wrong", "[server] public_url is not https: texts could be read on their way."
        )
    if not settings.sms.contact:
        yield Finding("note", "[sms] contact is empty: HELP must name whom to ask about the line.")
    yield Finding(
        "note",
        "The carrier answers STOP and HELP itself; paste a HELP text with hotlines in its console.",
    )
    yield from of_fallback(settings)


def of_modem(settings: Settings, server: Mapping[str, object]) -> Iterator[Finding]:
    """Whether the modem answers, and how it stands. A running server, which holds it, is asked."""
    from runtime.clock import now_utc
    from sms.modem.device import Modem

    if not settings.sms.contact:
        yield Finding("note", "[sms] contact is empty: HELP must name whom to ask about the line.")
    if not settings.sms.number:
        yield Finding(
            "note",
            "[sms] number is empty: the line cannot tell its own voice; write the SIM's number"
            " there.",
        )
    if "modem" in server:
        problem = "" if server["modem"] == "ok" else str(server["modem"])
        signal = server.get("modem_signal_percent")
        sentence = f"The modem answers the running server: signal {signal} %."
    else:
        sms = settings.sms
        modem = Modem(device=sms.modem_device, connection=sms.modem_connection, clock=now_utc)
        health = modem.health()
        modem.close()
        problem, sentence = health.problem(), health.sentence()
    yield Finding("wrong", problem) if problem else Finding("ok", sentence)
    yield Finding(
        "note",
        "Nobody answers texts while this machine is off, and the line keeps the list of STOPs"
        " itself.",
    )


def running_server(settings: Settings, secrets: Secrets) -> dict[str, object]:
    """What a server on these settings says of itself; {} if none runs."""
    key = installation.kept_hash_key(settings, secrets)
    return private_status.ask(settings.server.host, settings.server.port, key) if key else {}


def of_fallback(settings: Settings) -> Iterator[Finding]:
    """Whether the static answer that was last printed is still what the pack says."""
    try:
        pasted = durable_files.read_plain(
            settings.server.data_dir / FALLBACK, most=MOST_FALLBACK
        ).decode("utf-8", "replace")
    except (OSError, ValueError):
        if settings.sms.number:
            yield Finding(
                "note",
                "Nobody answers while this server is down: run `fallback` and paste what it"
                " prints.",
            )
        return
    if pasted == static_answer(settings):
        yield Finding(
            "ok", "The static answer that `fallback` printed last is what the pack says today."
        )
    else:
        yield Finding(
            "wrong",
            "The static answer at the carrier is out of date: run `fallback` and paste it again.",
        )


def static_answer(settings: Settings) -> str:
    """The TwiML for the carrier while this server is down, "" before the first release."""
    from sms.script import Script
    from sms.twilio.console_texts import fallback

    pack = installation.released(settings)
    return fallback(Script(pack, settings.sms)).decode() if pack else ""


def of_carrier(
    settings: Settings, secrets: Secrets, now: datetime, http_client: Any = None
) -> Iterator[Finding]:
    """What the carrier's account says about the number, and what to paste by hand."""
    from sms.twilio.account import Account
    from sms.twilio.account_check import checks
    from sms.twilio.client import Twilio

    if settings.sms.carrier == "modem":
        yield Finding("note", "There is no account to ask: [sms] carrier is modem.")
        return
    account = Account.configured(settings, secrets)
    if account.can_ask and account.public_url:
        yield from checks(Twilio(account, http_client=http_client), account, now=now)
    else:
        yield Finding(
            "note",
            "The carrier cannot be asked before number, public address, account and token are set.",
        )
    yield from of_console(settings, installation.released(settings) or pinned_pack())


def of_console(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """The texts for STOP, START and HELP, which only a person in the console can read or set."""
    from sms.twilio.console_texts import texts

    yield Finding(
        "note", "Compare in the console (Messaging Service, Opt-Out, Advanced Opt-Out on):"
    )
    for language in pack.complete:
        for word, reply in texts(pack, settings.sms, language).items():
            yield Finding("note", f"{word.upper()} ({language}): {reply.text}")
