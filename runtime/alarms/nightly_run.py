"""This installation's nightly check of the visible pack, its pages and its own examples."""

from collections.abc import Iterable
from datetime import datetime

from content.model import pack_folder
from content.model.pack import Pack
from content.model.pinned import pinned_pack
from content.review import topics_off
from content.rules.answers import ANSWER, ANSWERS
from kiosk import search
from kiosk.pages import build, school_file
from kiosk.pages.build import Page
from messages.message import message
from runtime import installation
from runtime.alarms import nightly
from runtime.alarms.nightly import KnownAnswers
from settings.schema import Settings
from sms.script import Script
from sms.understanding import examples
from sms.understanding.examples import Example

NO_EXAMPLES = message("answer.no-examples")


def asked(settings: Settings, now: datetime) -> KnownAnswers:
    """Ask every question (half a minute). Raises BuiltPackError if no pack can be read."""
    pack, tally = visible(settings), KnownAnswers()
    if settings.sms.enabled:
        script = Script(pack, settings.sms)
        nightly.of_line(pack, settings.sms, script, tally)
        nightly.of_second_needs(pack, script, tally)
        nightly.of_recalls(pack, settings.sms, tally)
        nightly.of_watched(pack, script, tally)
        own = own_examples(settings, pack)
        nightly.of_examples(own, script, tally)
        if not own:
            tally.unasked.append(NO_EXAMPLES)
    if settings.kiosk.enabled:
        tags = build.languages(pack, settings.kiosk)
        indexes = search.indexes(pack, tags, home=settings.kiosk.counties)
        nightly.of_search(pack, indexes, tally)
        nightly.of_pages(pack, pages(settings, pack, now), tally)
    return tally


def visible(settings: Settings) -> Pack:
    """Return the pack as this machine shows it: the active release, otherwise the shipped pack."""
    pack = installation.released(settings) or pack_folder.read(settings.content.pack)[0]
    pack = pack or pinned_pack()
    return topics_off.without(pack, settings.sms.topics_off)


def own_examples(settings: Settings, pack: Pack) -> list[Example]:
    """Return the examples that the model was trained on, if this machine has them."""
    learnt_from, _ = examples.learnt_from(pack.model)
    data = examples.read(settings.content.pack / examples.FILE)
    if not data or examples.fingerprint(data) != learnt_from:
        return []
    # Rows that only teach the model about emergencies do not ask for anything.
    asked = (*(topic.id for topic in pack.topics), *(f"{ANSWER}{name}" for name in ANSWERS))
    return examples.of_topics(data, asked)


def pages(settings: Settings, pack: Pack, now: datetime) -> Iterable[Page]:
    school, _ = school_file.read(settings.kiosk.school_file)
    return build.pages(pack, settings.kiosk, today=installation.local_day(now), school=school)
