"""/metrics: a token opens it, and nothing of what students do is in it."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from runtime.health import metrics
from runtime.health.metrics import NOTHING, WithMetrics
from tests.runtime.health import looked
from tests.runtime.health.looked import NOW, SERVER
from tests.shipped import pack

TOKEN = "a-long-token-of-the-district"
SEEN = looked.observation(
    server={
        **SERVER,
        "screen_age": 20,
        "activated_at": (NOW - timedelta(days=2)).isoformat(),
        "screens": [looked.enrolled(), looked.enrolled("old", screen="gym", right=None)],
        "held": {"id": "0123456789ab", "days": 9, "late": True},
        "events": {"page-failed": 3},
    }
)


def told(ringing: tuple[str, ...] = ()) -> dict[str, float]:
    text = metrics.text(SEEN, ready=True, ringing=ringing).decode()
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_says_how_the_machine_is() -> None:
    values = told(("held",))
    assert values["porchlight_ready"] == 1
    assert values['porchlight_alarm{kind="held"}'] == 1
    assert values['porchlight_alarm{kind="disk"}'] == 0
    assert values["porchlight_screen_unseen_seconds"] == 20
    assert datetime.fromtimestamp(values["porchlight_pack_since_timestamp_seconds"], UTC) == (
        NOW - timedelta(days=2)
    )


def test_no_topic_no_count_of_use_and_no_address_stands_in_it() -> None:
    text = metrics.text(SEEN, ready=True, ringing=("held",)).decode()
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    topics = {topic.id for topic in pack().topics}
    assert not [line for line in samples if topics & set(line.replace('"', " ").split())]
    names = {line.partition("{")[0].partition(" ")[0] for line in samples}
    assert names == {
        *("porchlight_build_info", "porchlight_alarm", "porchlight_ready"),
        *("porchlight_screen_unseen_seconds", "porchlight_disk_free_bytes"),
        *("porchlight_clock_right", "porchlight_pack_since_timestamp_seconds"),
        *(
            "porchlight_publisher_verified_timestamp_seconds",
            "porchlight_nightly_timestamp_seconds",
        ),
        "porchlight_publisher_keys_end_timestamp_seconds",
        *("porchlight_enrolled_seen_timestamp_seconds", "porchlight_enrolled_current"),
        "porchlight_enrolled_copied",
    }


def test_it_says_of_each_enrolled_screen_whether_it_is_seen_and_right() -> None:
    values = told()
    lobby, gym = 'school="lincoln",screen="lobby"', 'school="lincoln",screen="gym"'
    seen, current = "porchlight_enrolled_seen_timestamp_seconds", "porchlight_enrolled_current"
    assert values[f"{seen}{{{lobby}}}"] == NOW.timestamp()
    assert (values[f"{current}{{{lobby}}}"], values[f"{current}{{{gym}}}"]) == (1, 0)
    assert values[f"porchlight_enrolled_copied{{{gym}}}"] == 1


def ask(token: str, *, header: str = "", path: str = metrics.ADDRESS) -> httpx2.Response:
    desk = PlainTextResponse("the desk")
    app = WithMetrics(desk, token, lambda: b"porchlight_ready 1.0\n")

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request("GET", path, headers={"authorization": header})

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("token", "header"),
    [
        ("", ""),
        ("", "Bearer "),
        ("short", "Bearer short"),
        (TOKEN, ""),
        (TOKEN, TOKEN),
        (TOKEN, f"Bearer {TOKEN}x"),
        (TOKEN, f"Basic {TOKEN}"),
    ],
)
def test_whoever_has_no_token_finds_nothing_there(token: str, header: str) -> None:
    answer = ask(token, header=header)
    assert (answer.status_code, answer.text) == (404, NOTHING)


def test_the_token_opens_it_and_the_desk_stays_where_it_is() -> None:
    answer = ask(TOKEN, header=f"Bearer {TOKEN}")
    assert (answer.status_code, answer.text) == (200, "porchlight_ready 1.0\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert ask(TOKEN, path="/staff/").text == "the desk"
