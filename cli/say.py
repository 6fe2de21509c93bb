"""``say``: make the audio clips that the screen plays to read its pages aloud."""

import os
import sys
from contextlib import suppress
from functools import partial
from math import inf

import msgspec

from cli.command import Context, Verbs, failed
from content.model import pack_folder
from runtime import installation

AT_REST_SECONDS = 600.0  # maximum run time; the next run makes the remaining clips


def add(verbs: Verbs) -> None:
    spoken = verbs.add_parser("say")
    spoken.add_argument(
        "--at-rest", action="store_true", help="work only while the machine is idle"
    )
    spoken.set_defaults(run=run)


def run(context: Context) -> int:
    """Make the served pages' missing clips; a running server can play each clip immediately."""
    from kiosk.audio import clips, listen_button
    from kiosk.audio.clips import Pace
    from kiosk.pages import build, school_file

    settings, now = context.settings, context.now
    pack = installation.released(settings) or pack_folder.read(settings.content.pack)[0]
    if pack is None or settings.kiosk.audio == "off":
        print("Nothing can be read aloud, because there is no pack or [kiosk] audio is off.")
        return 0
    with suppress(OSError):  # the shipped systemd unit forbids this
        os.nice(19)  # give a running server priority
    make = partial(clips.make, seconds=inf, at_once=os.cpu_count() or 1, done=_told)
    if context.given.at_rest:
        pace = Pace()
        pace.begin()  # rendering the pages to get their texts also counts as work
        make = partial(clips.make, seconds=AT_REST_SECONDS, pause=pace.after)
    key = installation.kept_hash_key(settings, context.secrets)
    county = installation.county_line(settings, pack, key=key, now=now)
    kiosk = msgspec.structs.replace(settings.kiosk, confirmed_line=county.shown)
    school, _ = school_file.read(kiosk.school_file)
    pages = build.pages(pack, kiosk, today=installation.local_day(now), school=school)
    try:
        data_dir = settings.server.data_dir
        report = make(listen_button.texts(pages, data_dir), data_dir, now=now)
    except clips.VoiceError as error:
        return failed(error)
    print(report.sentence())
    return 0


def _told(done: int, of: int) -> None:
    """Print the progress twenty times, for the person who is waiting."""
    if done * 20 // of > (done - 1) * 20 // of:
        print(f"{done} of {of} texts have a recording.", file=sys.stderr, flush=True)
