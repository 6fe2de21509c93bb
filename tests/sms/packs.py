"""A small pack for the line's tests: enough words and replies to test every rule, none from the
real pack."""

from content.model.pack import (
    Area,
    Channel,
    County,
    CountyNumber,
    Keyword,
    Pack,
    Partner,
    Resource,
    Topic,
    Words,
)
from settings.schema import Sms

SETTINGS = Sms(number="+19165550100", program_name="Porchlight", contact="help@example.org")


def resource(id: str, *, code: str, number: str) -> Resource:
    return Resource(
        id=id,
        code=code,
        organization=id,
        answers="counselling",
        urgency="crisis",
        passes_on="not-stated",
        channels=(Channel(kind="voice", number=number, hours="24/7"),),
        area=Area(us=True),
        confidence="high",
        review_every_days=90,
        sources=(),
    )


def topic(id: str, en: str, es: str) -> Topic:
    return Topic(id=id, codes={"en": en, "es": es}, icon="circle", resources=())


def partner(id: str, *names: str) -> Partner:
    return Partner(
        id=id,
        code="1",
        organization=id,
        standing="active",
        names=names,
        resource="nhth",
        sources=(),
        confidence="high",
    )


def keyword(topic: str, priority: int, en: Words, es: Words) -> Keyword:
    return Keyword(
        topic=topic, priority=priority, max_segments={"en": 1, "es": 2}, words={"en": en, "es": es}
    )


KEYWORDS = (
    keyword(
        "danger",
        1,
        Words(alone=("emergency", "911", "help me"), phrases=("not safe", "hurt me")),
        Words(
            alone=("emergencia", "auxilio"),
            phrases=("no estoy segura", "no estoy seguro", "me pega"),
        ),
    ),
    keyword(
        "suicide",
        2,
        Words(alone=("suicide", "suicidal", "die"), phrases=("want to die", "kill myself")),
        Words(alone=("suicidio",), phrases=("quiero morir", "ya no puedo")),
    ),
    keyword(
        "trafficking",
        3,
        Words(alone=("trafficked", "trafficking"), phrases=("sex for money",)),
        Words(phrases=("sexo por dinero",)),
    ),
    keyword(
        "runaway",
        5,
        Words(phrases=("ran away",), alone=("runaway",)),
        Words(phrases=("me escape",)),
    ),
    keyword(
        "basics",
        8,
        Words(alone=("food", "shelter", "hungry")),
        Words(alone=("comida", "hambre")),
    ),
)
TEXTS = {
    "en": {
        "sms:line:general": "In danger: call {911.voice}. To talk: {988.voice}. Used: {nhth.voice}.",
        "sms:line:help": "{program}: {911.voice}, {988.voice}, {nhth.voice}. Questions: {contact}. STOP to end.",
        "sms:line:start": "You can text again. {911.voice}, {988.voice}.",
        "sms:line:optout": "OK. Text STOP to block. {911.voice}, {988.voice}.",
        "sms:line:stopped": "Off. {911.voice}, {988.voice}. START turns it on.",
        "sms:line:limited": "Call {911.voice}. {988.voice}.",
        "sms:line:place": "{county}: {county_number}. Food, bed: {211.voice}.",
        "sms:line:place_unknown": "We do not know that place. {211.voice}.",
        "partner:3strands:sms": "We could not confirm it. {nhth.voice}.",
        "partner:ncmec:sms": "NCMEC: {nhth.voice}.",
        "partner:heat:sms": "We could not confirm that it is active. {nhth.voice}.",
        "partner:protect:sms": "PROTECT is a class. {nhth.voice}.",
    },
    "es": {},
}
for _topic in ("danger", "suicide", "trafficking", "runaway", "basics"):
    _line = {"danger": "911", "suicide": "988", "basics": "211"}.get(_topic, "nhth")
    TEXTS["en"][f"sms:{_topic}:first"] = (
        f"{_topic.title()}: {{{_line}.voice}}. More: text {{code}}."
    )
    TEXTS["en"][f"sms:{_topic}:more"] = f"More on {_topic}: {{{_line}.voice}}."
TEXTS["es"] = {key: f"(es) Si estás en peligro, aquí: {text}" for key, text in TEXTS["en"].items()}

PACK = Pack(
    name="small",
    scope="test",
    languages=("en", "es"),
    default="en",
    unchecked=(),
    resources=(
        resource("911", code="120", number="911"),
        resource("988", code="121", number="988"),
        resource("211", code="140", number="211"),
        resource("nhth", code="122", number="+18883737888"),
    ),
    topics=(
        topic("danger", "31", "61"),
        topic("suicide", "32", "62"),
        topic("trafficking", "35", "65"),
        topic("runaway", "37", "67"),
        topic("basics", "46", "76"),
    ),
    groups=(),
    partners=(
        partner("3strands", "3strands", "3 strands", "three strands", "3strands global"),
        partner("ncmec", "ncmec"),
        partner("heat", "heat", "heat institute"),
        partner("protect", "protect"),
    ),
    counties=(
        County(
            name="Sacramento",
            fips="06067",
            confidence="high",
            numbers=(CountyNumber(number="+19168755437"),),
        ),
        County(
            name="Placer",
            fips="06061",
            confidence="high",
            numbers=(CountyNumber(number="+19168727960"),),
        ),
        County(name="Trinity", fips="06105", confidence="low"),
    ),
    laws=(),
    staff=(),
    keywords=KEYWORDS,
    short_codes=(),
    facts={},
    texts=TEXTS,
)
