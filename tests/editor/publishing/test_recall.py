"""A recall takes one entry away and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from content.review import number_changes
from content.review.hold_policy import judge
from content.review.number_changes import Change
from content.review.provenance import Provenance
from editor.publishing.metadata import PublishError
from editor.publishing.release import changed, mark, recalled
from messages.message import message
from tests.content.candidates import ONE
from tests.content.conftest import TinyPack

FREE = replace(ONE, resources=tuple(replace(one, pinned=one.id != "ctl") for one in ONE.resources))


def test_a_recall_withdraws_one_entry_and_changes_nothing_else() -> None:
    pack = recalled(FREE, "ctl")

    assert pack.resource("ctl") == replace(FREE.resource("ctl"), status="withdrawn")
    assert replace(pack, resources=FREE.resources, version=FREE.version) == FREE
    assert [one for one in pack.resources if one.id != "ctl"] == [
        one for one in FREE.resources if one.id != "ctl"
    ]
    assert number_changes.between(FREE, pack) == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "988",
            "belongs to the pinned crisis set, which no pack can withdraw, because it is part of the program. Call the schools, and tell Porchlight's developers, who can change it",
        ),
        ("nobody", 'no entry "nobody"; it has: 911'),
    ],
)
def test_what_cannot_be_recalled_says_why(name: str, said: str) -> None:
    with pytest.raises(PublishError, match=said):
        recalled(FREE, name)


def test_a_second_recall_has_nothing_to_do() -> None:
    with pytest.raises(PublishError, match="already withdrawn, so no machine shows it"):
        recalled(recalled(FREE, "ctl"), "ctl")


def test_a_recalled_entry_is_withdrawn_in_the_authors_file_too(tiny: TinyPack) -> None:
    before = tiny.pack()
    mark(tiny.folder, "trevor")
    after = tiny.pack()

    assert after.resource("trevor") == replace(before.resource("trevor"), status="withdrawn")
    assert mark(tiny.folder, "trevor").read_text("utf-8").count('status = "withdrawn"') == 1


def test_a_status_that_is_written_already_is_replaced(tiny: TinyPack) -> None:
    tiny.edit("pack/resources/trevor.toml", 'code = "130"', 'status = "live"\ncode = "130"')
    text = mark(tiny.folder, "trevor").read_text("utf-8")

    assert 'status = "withdrawn"\n' in text
    assert '"live"' not in text


def test_a_partner_is_recalled_by_its_own_name(tiny: TinyPack) -> None:
    before = tiny.pack()
    (partner,) = recalled(before, "partner:a21").partners
    mark(tiny.folder, "partner:a21")

    assert partner == replace(before.partners[0], status="withdrawn")
    assert tiny.pack().partners == (partner,)
    assert changed(recalled(before, "partner:a21"), before) == (
        Change(resource="partner:a21", key="status", old="withdrawn", new="live"),
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"resources/trevor\.toml could not be changed"):
        mark(tmp_path, "trevor")


def test_whoever_recalls_is_told_what_each_machine_does() -> None:
    said = str(message("publish.recalled", name="ctl"))

    assert "At its next refresh, every kiosk and text line removes" in said
    assert "without a network" in said
    assert "which release it shows" in said


def test_a_recall_that_two_editors_signed_waits_for_nobody() -> None:
    signed = Provenance(origin="signed", signatures=2)
    found = judge(FREE, recalled(FREE, "ctl"), signed, hold_numbers=True)

    assert found.verdict == "auto"
    assert found.hidden == ("ctl",)
