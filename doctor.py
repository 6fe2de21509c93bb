"""What is wrong with this installation, and what to do: the checks behind `doctor`.

Owns the questions an operator would ask. Refuses to mend anything by itself, and to print a secret, a message or a
student's number.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Literal, NamedTuple

from content.model import Pack
from content.releases import Releases
from settings import Secrets, Settings
from store import Store, StoreError

# The program cannot have been started before it was written; a clock that says so was never set.
WRITTEN_IN = 2026


class Finding(NamedTuple):
    """One answer: ``wrong`` needs mending before students come, ``note`` is for the operator to know."""

    kind: Literal["ok", "note", "wrong"]
    sentence: str


def run(settings: Settings, secrets: Secrets, now: datetime, *, ask_carrier: bool) -> int:
    """Print every finding; 1 if something is wrong."""
    findings = [
        *of_disk(settings),
        *of_content(settings, now),
        *of_school(settings),
        *of_store(settings),
        *of_line(settings, secrets),
        *(of_carrier(settings, secrets) if ask_carrier else []),
    ]
    for finding in findings:
        print(f"{finding.kind:<6}{finding.sentence}")
    return 1 if any(finding.kind == "wrong" for finding in findings) else 0


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Whether state can be kept."""
    folder = settings.server.data_dir
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    if os.access(nearest, os.W_OK):
        yield Finding("ok", f"{folder} can be written.")
    else:
        yield Finding(
            "wrong", f"{folder} cannot be written: no refresh can land; give the user that runs this the right."
        )


def of_content(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What is served, how old it is, and what was refused."""
    if now.year < WRITTEN_IN:
        yield Finding("wrong", f"The clock says {now:%Y-%m-%d}: set it, or opening hours will be wrong.")
    releases = Releases(settings.server.data_dir)
    release = releases.active()
    if release is None:
        yield Finding("note", "No release yet: the first start prepares one, `refresh` does it now.")
    else:
        days = (now - release.activated_at) // timedelta(days=1)
        yield Finding("ok", f"Release {release.id} is whole, active for {days} days.")
        yield from of_pack(settings, release.pack())
    refusal = releases.refused()
    if refusal:
        yield Finding("wrong", f"The last new pack was refused, the old one stays: {refusal.problems[0]}")


def of_pack(settings: Settings, pack: Pack) -> Iterator[Finding]:
    """How much of the pack a person has checked, and whether the school's counties are known to it."""
    live = [resource for resource in pack.resources if resource.status == "live"]
    checked = sum(resource.checked_on is not None for resource in live)
    if checked < len(live):
        yield Finding("note", f"{len(live) - checked} of {len(live)} lines have not been checked by a person yet.")
    for language in settings.kiosk.languages:
        if language not in pack.languages:
            yield Finding(
                "wrong", f"[kiosk] languages: the pack has no {language}; it has {', '.join(pack.languages)}."
            )
    for language in pack.unchecked:
        if language in settings.kiosk.languages:
            yield Finding(
                "note", f"No native practitioner has checked the language {language} yet; the screen says so."
            )
    known = [county.name for county in pack.counties]
    for county in settings.kiosk.counties:
        if county not in known:
            near = get_close_matches(county, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            yield Finding("wrong", f"[kiosk] counties: the pack knows no county named {county}{hint}")


def of_school(settings: Settings) -> Iterator[Finding]:
    """What only the school can know."""
    if not settings.kiosk.school:
        yield Finding("note", "[kiosk] school is empty: the screen shows no school's name.")
    if not settings.kiosk.counties and not settings.kiosk.county_line:
        yield Finding(
            "wrong", "[kiosk] counties is empty: the screen cannot show a county child-abuse line. Name yours."
        )
    elif not settings.kiosk.county_line:
        yield Finding("note", "[kiosk] county_line is empty: call your county's line once and write it there.")


def of_store(settings: Settings) -> Iterator[Finding]:
    """Whether the line's database can be written."""
    from sms.ledger import Ledger

    async def purge_nothing() -> None:
        async with asyncio.timeout(10):
            await Ledger(store).purge(datetime.fromtimestamp(0, tz=UTC))

    store = Store(settings.store_url)
    store.open()
    try:
        asyncio.run(purge_nothing())
        yield Finding("ok", "The database can be written.")
    except (StoreError, TimeoutError) as error:
        yield Finding("wrong", f"The database cannot be written: {store.problem() or error}")
    finally:
        store.close()


def of_line(settings: Settings, secrets: Secrets) -> Iterator[Finding]:
    """Whether a real text could be told from a forged one, and whether HELP says what it must."""
    if not settings.sms.enabled:
        yield Finding("note", "[sms] enabled is false: there is no text line on this machine.")
        return
    missing = [
        name
        for name, value in {
            "[server] public_url": settings.server.public_url,
            "[sms] number": settings.sms.number,
            "TWILIO_ACCOUNT_SID": secrets.account_sid,
            "TWILIO_AUTH_TOKEN or TWILIO_WEBHOOK_KEY": secrets.auth_token or secrets.webhook_key,
        }.items()
        if not value
    ]
    if missing:
        yield Finding("note", f"The webhook refuses every text until these are set: {', '.join(missing)}.")
    elif not settings.server.public_url.startswith("https://"):
        yield Finding("wrong", "[server] public_url is not https: texts could be read on their way.")
    if not settings.sms.contact:
        yield Finding("note", "[sms] contact is empty: HELP must name whom to ask about the line.")
    yield Finding("note", "The carrier answers STOP and HELP itself; paste a HELP text with hotlines in its console.")


def of_carrier(settings: Settings, secrets: Secrets) -> Iterator[Finding]:
    """What the carrier's account says about the number."""
    from sms.carrier import webhook_settings

    if not (secrets.account_sid and secrets.auth_token and settings.sms.number and settings.server.public_url):
        yield Finding("note", "The carrier cannot be asked before number, public address, account and token are set.")
        return
    address = settings.server.public_url.rstrip("/") + "/sms/inbound"
    wrong = webhook_settings(secrets.account_sid, secrets.auth_token, number=settings.sms.number, address=address)
    for sentence in wrong:
        yield Finding("wrong", sentence)
    if not wrong:
        yield Finding("ok", "The carrier posts to this server and has a fallback elsewhere.")
