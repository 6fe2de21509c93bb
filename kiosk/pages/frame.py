"""Makes the frame of every page: language, title, links back and out, language switch.

All pages have the same title, because print queues and crash dumps show titles.
"""

from datetime import date

from markupsafe import Markup

from content.model.language import direction
from content.model.pack import Pack
from kiosk.edition import last_resort
from kiosk.edition.assets import Assets
from kiosk.edition.links import LEAVE, Links
from kiosk.pages.contact_channels import phrase
from kiosk.pages.pack_texts import Texts
from kiosk.pages.templates_env import environment
from kiosk.pages.topic_page import DANGER
from kiosk.pages.ui_strings import Wording
from settings.schema import Kiosk


class Frame:
    """Renders the pages of one language."""

    def __init__(
        self,
        pack: Pack,
        kiosk: Kiosk,
        wording: Wording,
        *,
        tags: tuple[str, ...],
        assets: Assets,
        today: date,
    ) -> None:
        self.pack, self.kiosk, self.wording, self.today = pack, kiosk, wording, today
        self.tag = wording.language
        self.links, self.texts = Links(self.tag), Texts(pack, self.tag)
        _, warned = wording, Markup('<b id="idle-count">{}</b>').format(kiosk.warn_seconds)
        countdown = _("This screen will clear in %(seconds)s seconds.")
        self._environment = environment(wording, assets)
        danger = next((one for one in pack.topics if one.id == DANGER), None)
        self._environment.globals.update(
            danger=self.links.topic(danger) if danger else "",
            pack=pack,
            kiosk=kiosk,
            links=self.links,
            texts=self.texts,
            today=today,
            brand=last_resort.TITLE,
            leave=LEAVE,
            lang=self.tag,
            direction=direction(self.tag),
            tags=tags,
            unchecked=self.tag in pack.unchecked,
            countdown=phrase(countdown, seconds=warned),
            rest=rest(_),
        )

    def render(self, template: str, path: str, *, back: str = "", **view: object) -> str:
        """Render a page. ``path``: the page's address, for the language switch."""
        made = self._environment.get_template(f"{template}.html")
        return made.render(**view, kind=template, back=back, path=path)


def rest(_: Wording) -> list[Markup]:
    """Return the text of a cleared page without a worker: two numbers, but no topic."""
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
