"""The types of a content pack.

``Pack.texts``: language tag → key → text, with placeholders for numbers. Keys, N from 1:
``resource:<id>:name|blurb|for|say|private|happens.N``, ``topic:<id>:title|warm|lead|step.N|p.N``,
``group:<id>:title|sub|lead``, ``partner:<id>:does|serves|status|student|sms``,
``law:<id>:title|text|sms``, ``staff:<id>:title|b.N``,
``sms:<id>:first|more|perhaps|second|further``, ``sms:<id>:<case>``, ``sms:<id>:<case>.friend``,
``sms:line:<name>``, ``sms:answer:<id>``, ``sms:answer:<id>:further``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from content.model.attestation import Checked, Corrections, Listed, Source
from content.model.sms_segments import MOST_IN_PART, MOST_SEGMENTS

TIMEZONE = "America/Los_Angeles"  # Pacific time, unless a channel names another time zone
LOCAL = ZoneInfo(TIMEZONE)  # a day starts at midnight in the school's time zone
# Whom a message is about, if a topic or the line has a separate answer for that person
# (``sms:<id>:friend``, ``sms:line:actor``). watched: somebody may be reading along.
WHO = ("me", "friend", "actor", "parent", "staff")
ABOUT = (*WHO[1:], "watched")
# A topic's clauses in another reply, for a text that may mean it or has it as its second need.
CLAUSES = ("perhaps", "second")
ChannelKind = Literal["voice", "sms", "chat", "web", "tty", "videophone"]
Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]
DAYS: tuple[Weekday, ...] = get_args(Weekday)
HoursKind = Literal["24/7", "listed", "unknown"]
Confidence = Literal["high", "medium", "low"]
Reader = Literal["clinician", "counsel"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text and its actual language: the default language if a translation is missing."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Weekly hours in the channel's time zone, "HH:MM" up to 24:00; split at midnight."""

    days: tuple[Weekday, ...]
    opens_at: str
    closes_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """``number``: +1 and ten digits, or an allowed short code; web and chat have ``url`` instead.

    ``keyword``: language → word to send, "{zip}" for the sender's ZIP code; if empty, any works.
    """

    kind: ChannelKind
    number: str = ""
    url: str = ""
    keyword: Mapping[str, str] = field(default_factory=dict)
    press: Mapping[str, str] = field(default_factory=dict)
    hours: HoursKind = "unknown"
    open: tuple[Opening, ...] = ()
    timezone: str = TIMEZONE
    languages: tuple[str, ...] = ()
    interpreters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The area a resource serves: the nation, states by postal code, or counties by FIPS code.

    With ``counties`` as well as the nation or states, a resource comes last elsewhere.
    """

    us: bool = False
    states: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether the resource serves only certain counties."""
        return bool(self.counties) and not (self.us or self.states)

    def is_elsewhere(self, here: Collection[str]) -> bool:
        """Whether its counties are all elsewhere, so state and national lines come before it."""
        return bool(self.counties) and not set(self.counties).intersection(here)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Listed):
    """A hotline or service.

    ``answers``: the kind of help; a line that takes reports is never offered as counseling.
    ``passes_on``: ``may-act`` may send help or report; ``police`` tells law enforcement.
    ``never_test_call``: set for every crisis hotline (see worklist.py). ``names``: whole messages
    that ask the text line for it, in addition to its texts' names.
    """

    id: str
    code: str
    organization: str
    answers: Literal["emergency", "counselling", "report", "information", "removal"]
    urgency: Literal["crisis", "today", "info"]
    passes_on: Literal["may-act", "not-stated", "police", "emergency", "information"]
    channels: tuple[Channel, ...]
    area: Area
    confidence: Confidence
    review_every_days: int
    sources: tuple[Source, ...]
    names: tuple[str, ...] = ()
    audience: tuple[Literal["student", "staff"], ...] = ("student",)
    cost: Literal["free", "standard-rates", "not-stated"] = "not-stated"
    minimum_age: int | None = None
    maximum_age: int | None = None
    never_test_call: bool = False
    pinned: bool = False

    def channel(self, kind: ChannelKind) -> Channel | None:
        return next((c for c in self.channels if c.kind == kind), None)

    @property
    def asked_by_name(self) -> bool:
        """Whether the text line answers its name; 911 gets the danger reply instead."""
        live = self.status == "live" and "student" in self.audience
        return live and self.answers != "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One need in a student's words. ``codes``: language → number in its page's address.

    ``resources``: the first is the one that the page is about. ``also``: neighboring topics.
    ``search``: words, in any language, by which the screen's search also finds it.
    ``steps``: 0 in packs built before topics had steps.
    """

    id: str
    codes: Mapping[str, str]
    icon: str
    resources: tuple[str, ...]
    also: tuple[str, ...] = ()
    steps: int = 0
    paragraphs: int = 0
    search: tuple[str, ...] = ()

    def text_code(self, language: str) -> str:
        """Return the code to text for its second reply ("M31"); "" if it has none.

        It is a letter and the page's number, so that no code is a joke number. Spanish uses the
        English number with a different letter: M61 to M84 are names of weapons and worse.
        """
        if language == "es" and "en" in self.codes:
            return f"E{self.codes['en']}"
        return f"M{self.codes[language]}" if language in self.codes else ""

    @property
    def text_codes(self) -> Mapping[str, str]:
        return {language: self.text_code(language) for language in self.codes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A tile on the home screen, which leads to topics. ``code`` is its address under /t/."""

    id: str
    code: str
    icon: str
    tint: Literal["teal", "sky", "sand", "rose", "plum", "olive", "mint", "indigo"]
    topics: tuple[str, ...]
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Listed):
    """A program or partner named by the California Department of Education page.

    ``standing`` and ``staff_number`` are for adults only. ``names``: language → whole messages that
    mean it. ``resource``: the hotline that answers a student who asks for it. ``work``: its heading
    on the Programs page.
    """

    id: str
    code: str
    organization: str
    standing: Literal["active", "unconfirmed", "inactive"]
    names: tuple[str, ...]
    resource: str
    sources: tuple[Source, ...]
    confidence: Confidence
    web: str = ""
    staff_number: str = ""
    grades: str = ""
    work: Literal["help", "teach", "state"] = "teach"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyNumber:
    """One number of a county's child-abuse hotline, and when or where to use it."""

    number: str
    when: Literal["any", "after-hours", "office-hours", "outside-state", "alternate", "tty"] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class County(Checked):
    """A county and its child-abuse hotline. ``numbers`` is empty if none may be printed."""

    name: str
    fips: str
    confidence: Confidence
    numbers: tuple[CountyNumber, ...] = ()
    always_open: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law that staff should know, in plain words under ``law:<id>:text``, and in a text message.

    The text line recognizes it by the bills and sections in its ``citation``.
    """

    id: str
    citation: str
    confidence: Confidence
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSection:
    """A section of the adults' page. ``blocks``: the kind of each block, paragraph or list item."""

    id: str
    order: int
    blocks: tuple[Literal["p", "li"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The rules that find a topic in one language: whole messages (alone), and safety phrases.

    Everything else is learned from examples. A phrase counts whatever words surround it;
    content/rules/rule_phrases.py says what braces may contain.
    """

    phrases: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A topic's reply that has its own rules, ``sms:<topic>:<case>``.

    ``sms:<topic>:<case>.friend`` is about somebody else. It is used if the rules under ``friend``
    match; in a case without rules, the model decides. ``unless``: phrases by language; a message
    that contains one does not match this case. If several match, the lowest ``priority`` wins.
    """

    priority: int
    words: Mapping[str, Words]
    friend: Mapping[str, Words] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """The text line's entry for a topic. If several match, the lowest ``priority`` wins.

    ``classes``: language → name → the phrases that ``{name}`` stands for in its rules.
    """

    topic: str
    priority: int
    max_segments: Mapping[str, int]
    words: Mapping[str, Words]
    classes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    case: Mapping[str, Case] = field(default_factory=dict)

    @property
    def case_parts(self) -> tuple[str, ...]:
        return tuple(part for name in self.case for part in (name, f"{name}.friend"))

    @property
    def rules(self) -> Iterator[tuple[str, str, Words]]:
        """Yield its own and its cases' rules: place in the file, language and words."""
        tables = [("words", self.words)]
        for name, case in self.case.items():
            tables += [(f"case/{name}/words", case.words), (f"case/{name}/friend", case.friend)]
        for at, table in tables:
            yield from ((at, language, words) for language, words in table.items())

    def budget(self, part: str, language: str) -> int:
        """Return how many segments a reply may use; ``ABOUT`` parts and cases get the maximum."""
        own = {} if part in {*ABOUT, *self.case_parts} else self.max_segments
        return own.get(language, MOST_SEGMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortCode:
    """A number of fewer than ten digits that is a hotline, and the kinds of channel it allows."""

    number: str
    kinds: tuple[ChannelKind, ...]
    owner: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Pack:
    """A whole pack, including the pinned set. ``version``: hash of the built files, "" until built.

    ``unchecked``: languages that no native speaker has checked; ``partial``: partly translated
    languages (whole_texts.py). ``line_segments``: one of the line's own replies → language → most
    segments (an answer's name is "answer:<id>"); ``line_words``: language → words that only ask for
    an answer in that language. ``unread_by``: a text's key → who has yet to read it.
    """

    name: str
    scope: str
    languages: tuple[str, ...]
    default: str
    unchecked: tuple[str, ...]
    resources: tuple[Resource, ...]
    topics: tuple[Topic, ...]
    groups: tuple[Group, ...]
    partners: tuple[Partner, ...]
    counties: tuple[County, ...]
    laws: tuple[Law, ...]
    staff: tuple[StaffSection, ...]
    keywords: tuple[Keyword, ...]
    short_codes: tuple[ShortCode, ...]
    facts: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    line_segments: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    line_words: Mapping[str, Words] = field(default_factory=dict)
    partial: tuple[str, ...] = ()
    unread_by: Mapping[str, Reader] = field(default_factory=dict)
    model: bytes = b""
    corrections: Corrections = field(default_factory=Corrections)
    version: str = ""

    @property
    def complete(self) -> tuple[str, ...]:
        """The languages that have every text, in which the text line can say everything."""
        return tuple(tag for tag in self.languages if tag not in self.partial)

    def most_segments(self, language: str) -> int:
        return MOST_IN_PART if language in self.partial else MOST_SEGMENTS

    @property
    def live_partners(self) -> tuple[Partner, ...]:
        return tuple(partner for partner in self.partners if partner.status == "live")

    def say(self, language: str, key: str) -> Phrase:
        """Return the text for ``key``, else in the default language. Raises KeyError."""
        text = self.texts.get(language, {}).get(key)
        if text is not None:
            return Phrase(text, language)
        return Phrase(self.texts[self.default][key], self.default)

    def series(self, language: str, key: str) -> Iterator[Phrase]:
        """Yield the texts ``key.1``, ``key.2`` … until one is missing."""
        n = 1
        while f"{key}.{n}" in self.texts[self.default]:
            yield self.say(language, f"{key}.{n}")
            n += 1

    def resource(self, resource_id: str) -> Resource:
        """Return the resource with that id. Raises KeyError if the pack has none."""
        return {resource.id: resource for resource in self.resources}[resource_id]

    def topic(self, topic_id: str) -> Topic:
        """Return the topic with that id. Raises KeyError if the pack has none."""
        return {topic.id: topic for topic in self.topics}[topic_id]
