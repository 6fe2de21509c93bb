"""Anything at all, to the form parser, the webhook, the folding, the matcher and the whole
decision.

The same cases every time, and few; a whole run tries a thousand, other ones each time. tools/fuzz/
goes on from there with coverage as its guide (`make fuzz`).
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl, quote_from_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from settings.load import Secrets
from sms import twiml
from sms.decide import decide, recall
from sms.line import TextLine
from sms.script import Script
from sms.twilio import signature
from sms.twilio.endpoints import InboundTexts
from sms.understanding.keyword_matcher import Matcher
from sms.understanding.normalise import MAX_CHARS, fold, spellings, tokenize, words
from store.group_commit import Store
from tests import databases
from tests.selection import Run
from tests.shipped import pack
from tests.sms import stand_in
from tests.sms.conftest import Clock
from tests.sms.packs import KEYWORDS, PACK, SETTINGS
from tests.sms.test_real_pack import script
from tests.sms.twilio.test_endpoints import ACCOUNT, Answer, ask, signed, webhook_over

fuzz = settings(
    max_examples=1000 if Run.whole else 60,
    derandomize=not Run.whole,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Bytes that mean something to a form, and any others.
forms = st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from([*b"ab=&&+%%2F0\xf0\xc3\xa9;"]), max_size=80).map(bytes),
)
anything = st.text(
    alphabet=st.characters(exclude_categories=()), max_size=200
)  # broken surrogates, too
_words = st.sampled_from(
    sorted(
        {
            part
            for keyword in pack().keywords
            for lists in keyword.words.values()
            for part in lists.phrases
        }
    )
)
_odd = st.sampled_from(
    [
        "\u200b",
        "\ufdfa",
        "\u0301",
        "😀",
        "\x00",
        "\n",
        "  ",
        "'",
        "*",
        "@",
        "h e l p",
        "42",
        "95814",
        "STOP",
    ]
)
messages = st.one_of(
    anything, st.lists(st.one_of(_words, _odd, anything), max_size=12).map(" ".join)
)


def fields_of(raw: bytes) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    text = raw.decode("utf-8", "surrogateescape")
    for name, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
        wanted.setdefault(name, []).append(value)
    return wanted


def message_in(body: bytes) -> str | None:
    """The one message of an answer, None for silence. ParseError unless it is well-formed."""
    response = ET.fromstring(body)  # noqa: S314  our own output
    assert response.tag == "Response"
    found = response.findall("Message")
    assert len(found) == len(response) <= 1
    return (found[0].text or "") if found else None


@fuzz
@given(forms)
@example(b"&=&a&=b&%&%2&%zz=%F0&+=+")
def test_any_form_is_read_as_the_library_reads_it(raw: bytes) -> None:
    assert signature.parse(raw) == fields_of(raw)


@fuzz
@given(
    forms,
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from(["sha1", "sha256"]),
)
@example(b"Body=%F0&Body=%F0%9F%98%80&Body=a", "key", "sha1")
def test_any_form_signed_as_documented_is_genuine_and_with_another_key_is_not(
    raw: bytes, token: str, algorithm: str
) -> None:
    fields, url = signature.parse(raw), "https://kiosk.example/sms/inbound"
    declared = "key=SK1,algorithm=HMAC_SHA256" if algorithm == "sha256" else None
    for key in (token, f"{token}x"):
        header = stand_in.signature(url, fields, key=key, algorithm=algorithm)
        secrets = Secrets(auth_token=token, webhook_key=token)
        genuine = signature.verify(fields, header, url=url, secrets=secrets, settings=declared)
        assert genuine is (key == token)


@fuzz
@given(forms)
def test_any_form_makes_a_message_without_broken_characters(raw: bytes) -> None:
    message = signature.inbound(signature.parse(raw))

    for part in (
        message.sid,
        message.sender,
        message.recipient,
        message.body,
        message.opt_out_type,
    ):
        part.encode("utf-8")


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InboundTexts]:
    """A webhook over a line on SQLite, for many requests."""
    from sms.ledger import Ledger
    from store.sealing import Seal

    store = Store(databases.fresh("sqlite", tmp_path_factory.mktemp("fuzz")))
    store.open()
    line = TextLine(
        script=Script(PACK, SETTINGS), ledger=Ledger(store, Seal(b"key")), clock=Clock()
    )
    yield webhook_over(line)
    store.close()


@fuzz
@given(
    st.binary(max_size=600),
    st.one_of(st.none(), st.binary(max_size=60)),
    st.sampled_from(
        [
            {},
            {b"content-length": b"9" * 30},
            {b"content-length": b"x"},
            {b"x-twilio-webhooks-signature-settings": b"\xff,="},
        ]
    ),
)
def test_whatever_is_posted_unsigned_is_refused_with_well_formed_xml_that_says_nothing(
    hook: InboundTexts, raw: bytes, signature: bytes | None, more: dict[bytes, bytes]
) -> None:
    headers = {**more, **({} if signature is None else {b"x-twilio-signature": signature})}
    answer = ask(hook, raw, headers=headers)

    assert answer.status in {403, 413}
    assert message_in(answer.body) is None


_mids = iter(range(10**9))


def post(hook: InboundTexts, body: bytes, more: bytes) -> Answer:
    number = next(_mids)
    form = {
        b"MessageSid": f"SM{number:032x}".encode(),
        b"NumMedia": b"0",
        b"AccountSid": ACCOUNT.encode(),
        b"To": SETTINGS.number.encode(),
    }
    # another phone each time, or the pace would answer
    sender = f"+1916{number:07d}"
    head = b"&".join(name + b"=" + quote_from_bytes(value).encode() for name, value in form.items())
    raw = head + b"&From=" + sender.encode().replace(b"+", b"%2B") + b"&Body=" + body + b"&" + more
    return ask(hook, raw, headers=signed(raw))


@fuzz
@given(
    st.one_of(
        forms,
        messages.map(lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass")).encode()),
    ),
    forms,
)
@example(b"%F0%9F%98", b"OptOutType=%FF")
def test_whatever_the_carrier_signs_is_answered_with_one_message_or_meant_silence(
    hook: InboundTexts, body: bytes, more: bytes
) -> None:
    answer = post(hook, body, more)

    assert answer.status == 200
    said = message_in(answer.body)
    assert said is None or 0 < len(said) <= 1600


def check_decision(chosen: Script, text: str, opt_out_type: str = "") -> None:
    decision = decide(chosen, text, opt_out_type=opt_out_type)

    said = message_in(twiml.message(decision.reply.text))
    assert decision.reply.segments in {0, 1, 2, 3 if decision.language in pack().partial else 2}
    assert (said is None) is (decision.reply.segments == 0)
    assert said is None or said == decision.reply.text
    assert said is not None or opt_out_type or decision.how == "optout"
    assert decision.language in {*chosen.languages, *pack().partial}
    assert recall(chosen, decision.code).reply == decision.reply
    assert len(decision.code) <= 120  # the ledger's column


@fuzz
@given(messages)
def test_any_text_gets_an_answer_of_few_segments_and_its_code_gives_it_again(text: str) -> None:
    check_decision(script(), text)


@fuzz
@given(messages, anything)
def test_any_word_of_the_carriers_beside_any_text_is_harmless(text: str, opt_out_type: str) -> None:
    check_decision(script(), text, opt_out_type)


@fuzz
@given(messages)
def test_any_text_folds_to_words_without_white_space_marks_or_capitals(text: str) -> None:
    heard = tokenize(text)

    assert len(fold(text)) <= MAX_CHARS * 4
    assert heard.folded == " ".join(heard.folded.split())
    for word in (*heard.words, *heard.joined):
        assert word
        assert not set(word) & set(" \n\t'")
        assert word == word.casefold()
        assert word in "".join(heard.words)
        assert word not in spellings(word)
    assert words(text) == heard.words


MATCHER = Matcher(KEYWORDS)


@fuzz
@given(messages)
def test_any_text_is_matched_and_the_most_urgent_topic_comes_first(text: str) -> None:
    found = MATCHER.find(tokenize(text))

    assert len({hit.topic for hit in found}) == len(found)
    assert [hit.topic for hit in found] == sorted(
        (hit.topic for hit in found), key=[keyword.topic for keyword in KEYWORDS].index
    )
