"""What the second editor is told before signing: everything that differs, and what runs out when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from content.model.pack import Pack
from content.review.number_changes import Note, between
from content.rules.local_additions import encode
from editor.publishing.describe import differences, duties, holders, pack_changes
from editor.publishing.release import prepare_local
from editor.publishing.roles import prepare_delegation, prepare_keys
from tests.content.candidates import ONE
from tests.content.office import ALL, Office
from tests.content.publisher import NOW
from tests.content.rules.test_local_additions import ACME, COUNSELOR

ENGLISH, SPANISH = ONE.texts["en"], ONE.texts["es"]
FREE = replace(ONE, resources=tuple(replace(one, pinned=False) for one in ONE.resources))
LINE = FREE.resource("ctl")


def without(name: str) -> Pack:
    return replace(FREE, resources=tuple(one for one in FREE.resources if one.id != name))


def moved() -> Pack:
    channels = (replace(LINE.channels[0], number="741742"), *LINE.channels[1:])
    return replace(FREE, resources=(*without("ctl").resources, replace(LINE, channels=channels)))


def told(old: Pack | None, new: Pack, *, why: str = "") -> list[str]:
    notes = [Note(change=change, reason=why) for change in between(old, new)] if old else []
    return list(pack_changes(old, new, notes))


def test_a_changed_number_is_said_with_its_reason() -> None:
    assert "  ctl sms.1: 741741 becomes 741742, because: It moved." in told(
        FREE, moved(), why="It moved."
    )


def test_a_changed_number_without_a_reason_must_not_be_signed() -> None:
    assert "  ctl sms.1: 741741 becomes 741742, WITHOUT A REASON: do not sign this" in told(
        FREE, moved()
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (None, FREE, "  the first pack: 6 resources in en, es"),
        (FREE, without("ctl"), f"  gone: ctl ({LINE.organization})"),
        (without("ctl"), FREE, "  new: ctl, sms 741741"),
        (
            FREE,
            replace(FREE, languages=("en",), texts={"en": ENGLISH}),
            "  the language es was removed",
        ),
        (
            FREE,
            replace(
                FREE, texts={**FREE.texts, "es": {**FREE.texts["es"], "resource:988:for": "x"}}
            ),
            "  1 texts in es changed",
        ),
    ],
    ids=["first", "gone", "new", "language", "texts"],
)
def test_whatever_differs_is_said(old: Pack | None, new: Pack, said: str) -> None:
    assert any(line.startswith(said) for line in told(old, new)), told(old, new)


def test_the_editors_learn_what_schools_will_be_asked_about() -> None:
    said = told(FREE, moved(), why="It moved.")

    assert any(
        line.startswith("  Each school is asked before it shows this: The number to text for")
        for line in said
    )


def test_two_equal_packs_differ_in_nothing() -> None:
    assert told(FREE, FREE) == []


def test_keys_that_come_and_go_are_said_with_their_fingerprint(office: Office) -> None:
    new = office.fresh("editor-9")
    before = office.workspace().published()
    step = prepare_keys(before, "targets", add=new, remove="editor-1", now=NOW)
    said = list(differences(before, office.workspace().site, step))

    assert said[0].startswith(
        "targets: new key editor-9 and key editor-1 revoked, prepared on 2026-12-01"
    )
    assert f"  targets: new key editor-9 ({new.keyid[:16]})" in said
    assert "  targets: key editor-1 no longer counts" in said


def test_a_delegation_is_said_with_its_folder(office: Office) -> None:
    new = office.fresh("acme-1", "acme")
    before = office.workspace().published()
    step = prepare_delegation(before, "district/acme", [new], now=NOW)
    said = list(differences(before, office.workspace().site, step))

    assert (
        f"  district/acme may publish district/acme/* with 1 of acme-1 ({new.keyid[:16]})" in said
    )


def test_a_districts_numbers_are_said_to_whoever_lays_them_out(office: Office) -> None:
    office.release(ONE)
    new = office.fresh("acme-1", "acme")
    workspace = office.workspace(*ALL, "acme")
    workspace.advance(
        workspace.published(),
        prepare_delegation(workspace.published(), "district/acme", [new], now=NOW),
    )
    said = []
    for number in ("+19162287233", "+19162287234"):
        line = replace(COUNSELOR, channels=(replace(COUNSELOR.channels[0], number=number),))
        data = encode(replace(ACME, resources=(line,)))
        step = prepare_local(
            workspace.published(), "district-acme", "district/acme/local.json", data, now=NOW
        )
        said.append(list(differences(workspace.published(), workspace.site, step)))
        workspace.advance(workspace.published(), step)

    assert "  Acme Unified School District: 1 entries" in said[0]
    assert "  new: acme-counselor, voice +19162287233" in said[0]
    assert "  acme-counselor voice.1: +19162287233 becomes +19162287234" in said[1]


def test_holders_and_ends_of_every_role_are_listed(office: Office) -> None:
    assert list(holders(office.workspace().published())) == [
        "root: 2 of root-1, root-2, root-3; valid until 2028-01-05",
        "targets: 2 of editor-1, editor-2; valid until 2027-05-30",
        "snapshot: 1 of snapshot-1; valid until 2027-01-30",
        "timestamp: 1 of timestamp-1; valid until 2026-12-31",
        "directory: 2 of editor-1, editor-2; valid until 2027-05-30",
    ]


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (0, "timestamp expires on 2026-12-31, in 30 days: the machine with the timestamp key"),
        (24, "NOW: timestamp expires on 2026-12-31, in 6 days"),
        (
            31,
            "NOW: timestamp EXPIRED on 2026-12-31; kiosks keep their content and accept nothing new",
        ),
    ],
)
def test_what_ends_soonest_is_said_first_and_who_must_act(
    office: Office, days: int, first: str
) -> None:
    said = list(duties(office.workspace().published(), NOW + timedelta(days=days)))

    assert said[0].startswith(first)


def test_each_duty_begins_in_time(office: Office) -> None:
    office.now = NOW + timedelta(days=151)
    office.workspace(*ALL).touch()
    said = list(duties(office.workspace().published(), office.now))

    assert [line.partition(" expires")[0] for line in said if line.startswith("NOW: ")] == [
        "NOW: directory",
        "NOW: targets",
    ]
