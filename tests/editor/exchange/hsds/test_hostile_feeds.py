"""Whatever a publisher sends: drafts or a sentence, never a crash, and never anything live."""

import json
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.model.phone_numbers import problem
from editor.exchange.hsds import draft_service, files
from editor.exchange.hsds.drafts import needs_file, toml, values_of
from editor.exchange.hsds.schema import FeedError
from messages.message import Finding
from system.csv_cells import CellsError, read

FEED = draft_service.Feed(name="example", today=date(2026, 12, 1))
KEYS = (
    *(
        "id",
        "name",
        "status",
        "description",
        "url",
        "phones",
        "number",
        "type",
        "extension",
        "languages",
        "code",
    ),
    *(
        "schedules",
        "freq",
        "byday",
        "opens_at",
        "closes_at",
        "service_at_locations",
        "location",
        "addresses",
    ),
    *(
        "postal_code",
        "organization",
        "service_areas",
        "minimum_age",
        "contents",
        "services",
        "service",
        "version",
    ),
    *("isActive", "services.csv", "phones.csv", "service_id", "last_modified", "valid_to"),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "voice",
            "888-373-7888",
            "94608",
            "988",
            "WEEKLY",
            "MO,TU",
            "09:00",
            "active",
            "3.1",
            "4.0",
            "\ud800",
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=8)
    ),
    max_leaves=40,
)
SERVICE = st.fixed_dictionaries(
    {
        "id": SCALARS,
        "name": st.text(min_size=1, max_size=20),
        "status": st.sampled_from(["active", "", "odd"]),
    },
    optional=dict.fromkeys(KEYS[3:], JSON),
)
SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drafts_of(path: Path) -> None:
    """Import the file: whatever comes is readable, a draft, and holds only numbers that a student
    may be sent to."""
    needs: list[Finding] = []
    try:
        found, others = draft_service.drafts(files.services(path, needs), FEED)
    except FeedError as error:
        assert str(error)
        return
    needs_file(found, [*needs, *others], origin=path.name).encode()
    for draft in found:
        data = tomllib.loads(toml(draft).encode().decode())
        assert data["status"] == "draft"
        for channel in draft.channels:
            assert (
                not channel.number
                or problem(channel.number, short_codes=(), kind=channel.kind) == ""
            )


@SLOW
@given(st.one_of(JSON, SERVICE, st.lists(SERVICE, max_size=3)))
@pytest.mark.slow
def test_any_json_gives_drafts_or_a_sentence(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feed.json")
        path.write_text(json.dumps(value), encoding="utf-8")
        drafts_of(path)


@SLOW
@given(
    st.binary(max_size=200),
    st.sampled_from(["feed.json", "feed.ndjson", "feed.zip", "services.csv"]),
)
def test_any_bytes_give_drafts_or_a_sentence(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        drafts_of(path)
        if name == "services.csv":
            drafts_of(Path(folder))


@SLOW
@given(st.text(max_size=60))
def test_any_phone_cell_is_a_real_number_or_a_question(cell: str) -> None:
    record = {"id": "1", "name": "x", "phones": [{"number": cell, "type": "voice"}]}
    found = draft_service.draft(record, FEED)

    assert not isinstance(found, Finding)
    asked = [need for need in found.needs if values_of(need)["field"].startswith("phones/0")]
    assert bool(found.channels) or bool(asked)


@SLOW
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    try:
        table = read(data, name="x.csv")
    except CellsError as error:
        assert "x.csv" in str(error)
        return
    assert all(set(row.cells) == set(table.header) for row in table.rows)
