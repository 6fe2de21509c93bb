"""The view of a hotline's channels: number, hints, QR code (which fills in only the keyword)."""

from dataclasses import dataclass

from markupsafe import Markup

from content.model import phone_numbers, placeholders
from content.model.pack import Channel, Resource
from kiosk.pages import facts, qr
from kiosk.pages.facts import OpenStatus
from kiosk.pages.pack_texts import isolated
from kiosk.pages.ui_strings import Wording

ICONS = {
    "voice": "phone",
    "sms": "message-square-text",
    "chat": "messages-square",
    "web": "globe",
    "tty": "keyboard",
    "videophone": "video",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel. ``big``: text readable from two steps away; ``line``: text for lists.

    ``ask``: the text with its verb, even for calls. ``code``: the QR code's content.
    """

    kind: str
    label: str
    big: Markup
    line: Markup
    ask: Markup
    hints: tuple[str, ...] = ()
    status: OpenStatus
    code: str
    scan: str
    number: str = ""
    word: str = ""

    @property
    def qr(self) -> Markup:
        """Draw the QR code for ``code`` only when a page shows it, because this takes 2 ms."""
        return qr.svg(self.code)

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


def of(channel: Channel, _: Wording, *, resource: Resource) -> ChannelView:
    status = facts.hours(channel, _)
    if channel.kind in {"chat", "web"}:
        return _online(channel, _, status)
    if channel.kind == "sms":
        return _text(channel, _, status, resource=resource)
    hints = tuple(
        _("%(language)s: press %(key)s", language=_.tongues([tag]), key=key)
        for tag, key in channel.press.items()
    )
    return call(channel.number, _, kind=channel.kind, hints=hints, status=status)


def call(
    number: str,
    _: Wording,
    *,
    kind: str = "voice",
    hints: tuple[str, ...] = (),
    status: OpenStatus | None = None,
) -> ChannelView:
    """Return a view of a number to call, even one that is not a channel's, such as a county's."""
    labels = {
        "voice": _("Call"),
        "tty": _("Call by TTY"),
        "videophone": _("Call by videophone (ASL)"),
    }
    written = phone_numbers.display(number)
    big = isolated(kind, written)
    return ChannelView(
        kind=kind,
        label=labels[kind],
        big=big,
        line=big,
        ask=phrase(_("Call %(number)s"), number=big)
        if kind == "voice"
        else Markup("{} {}").format(labels[kind], big),
        hints=hints,
        status=status or OpenStatus(kind="unknown", text=_("Hours not known")),
        code=phone_numbers.tel(number),
        scan=_("Scan to call"),
        number=written,
    )


def _text(channel: Channel, _: Wording, status: OpenStatus, *, resource: Resource) -> ChannelView:
    word = channel.keyword.get(_.language, "")
    shown = isolated("sms", phone_numbers.display(channel.number))
    hints: tuple[str, ...] = ()
    if word:
        body = "" if word == placeholders.ZIP_KEYWORD else word
        fill = Markup('<span class="fill">{}</span>').format(_("your ZIP code"))
        written = isolated("word", word) if body else fill
        big = phrase(_("%(word)s to %(number)s"), word=written, number=shown)
        line = phrase(_("Text %(word)s to %(number)s"), word=written, number=shown)
    else:
        body, big, line = "", shown, phrase(_("Text %(number)s"), number=shown)
        if resource.answers != "emergency":
            hints = (_("Write anything to begin."),)
    if channel.languages and _.language not in channel.languages:
        hints += (_("They answer in: %(languages)s", languages=_.named(channel.languages)),)
    return ChannelView(
        kind="sms",
        label=_("Text"),
        big=big,
        line=line,
        ask=line,
        hints=hints,
        status=status,
        code=phone_numbers.sms(channel.number, body),
        scan=_("Scan to text"),
        number=phone_numbers.display(channel.number),
        word=body,
    )


def _online(channel: Channel, _: Wording, status: OpenStatus) -> ChannelView:
    shown = isolated("web", placeholders.bare(channel.url))
    return ChannelView(
        kind=channel.kind,
        label=_("Chat online") if channel.kind == "chat" else _("On the web"),
        big=shown,
        line=shown,
        ask=shown,
        status=status,
        code=channel.url,
        scan=_("Scan for later"),
    )


def phrase(pattern: str, **parts: Markup) -> Markup:
    # If joined from pieces, "HOME to 741741" would be reversed in Arabic.
    return Markup(pattern) % parts  # noqa: S704 - our own translated wording
