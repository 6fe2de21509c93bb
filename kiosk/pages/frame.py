"""The frame of every page: language, title, links back and out, language switch.

One title for all: print queues and crash dumps show titles.
"""

from dataclasses import dataclass

from markupsafe import Markup

from content.model import county_hotline
from content.model.language import direction, own_name
from content.model.pack import Pack
from kiosk.edition import last_resort
from kiosk.edition.assets import Assets
from kiosk.edition.links import LEAVE, Links
from kiosk.pages.contact_channels import phrase
from kiosk.pages.templates_env import environment
from kiosk.pages.ui_strings import Wording
from settings.schema import Kiosk

TITLE = last_resort.TITLE
DANGER = "danger"  # the topic that says what to do about 911


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language of the switch."""

    tag: str
    name: str
    direction: str
    href: str
    current: bool


class Frame:
    """Renders the pages of one language."""

    def __init__(
        self, pack: Pack, kiosk: Kiosk, wording: Wording, *, tags: tuple[str, ...], assets: Assets
    ) -> None:
        self.pack, self.kiosk, self.wording, self.tags = pack, kiosk, wording, tags
        self.tag = wording.language
        self.links = Links(self.tag)
        self.environment = environment(wording, assets)
        danger = next((one for one in pack.topics if one.id == DANGER), None)
        self._danger = self.links.topic(danger) if danger else ""

    def render(self, template: str, path: str, *, back: str = "", **view: object) -> str:
        """The page. ``path``: its own address, for the language switch."""
        _ = self.wording
        return self.environment.get_template(f"{template}.html").render(
            **view,
            kind=template,
            brand=TITLE,
            back=back,
            path=path,
            lang=self.tag,
            direction=direction(self.tag),
            tongues=[self._tongue(tag, path) for tag in self.tags],
            countdown=phrase(
                _("This screen will clear in %(seconds)s seconds."),
                seconds=Markup('<b id="idle-count">{}</b>').format(self.kiosk.warn_seconds),
            ),
            rest=rest(_),
            unchecked=self.tag in self.pack.unchecked,
            links=self.links,
            leave=LEAVE,
            kiosk=self.kiosk,
            county_code=county_hotline.CODE,
            danger=self._danger,
        )

    def _tongue(self, tag: str, path: str) -> LanguageLink:
        href = self.links.elsewhere(tag, path)
        return LanguageLink(tag, own_name(tag), direction(tag), href, tag == self.tag)


def rest(_: Wording) -> list[Markup]:
    """What a cleared page says without a worker: two numbers and no topic."""
    number = Markup('<bdi class="number">{}</bdi>')
    word = Markup('<bdi class="word" lang="en">{}</bdi>')
    lines = {(name, kind): (shown, words) for name, kind, shown, words in last_resort.LINES}
    emergency, (text, words) = lines["911", "voice"][0], lines["ctl", "sms"]
    call = _("Call %(number)s from any phone. Or tell an adult you trust.")
    send = _("Text %(word)s to %(number)s")
    return [
        phrase(call, number=number.format(emergency)),
        phrase(send, word=word.format(words["en"]), number=number.format(text)),
    ]
