"""What waits for a person: kept whole, shown to nobody, approved by its own hash, and never in the
way of a recall."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from content.model import built_pack
from content.model.pack import Pack
from content.releases import held_pack
from content.releases.approval import NothingHeldError
from content.releases.generations import BusyError, Releases
from content.review.provenance import Provenance
from messages.message import Finding, message, verbatim
from tests.content.candidates import UNSIGNED, built
from tests.content.reviewed import NEW, NEW_NUMBER, OLD, Kiosk, line, noted, signed, small
from tests.said import codes, parts

DAY = timedelta(days=1)
GONE = small(line(status="withdrawn"), line("+19164455000", "other"))
GONE_AND_CHANGED = small(line(status="withdrawn"), line(NEW_NUMBER, "other"))


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path).start()


def with_crisis_number(pack: Pack, number: str) -> Pack:
    """The pack with another number of the human trafficking hotline, which is one of the fixed
    lines."""
    hotline = pack.resource("nhth")
    channels = (replace(hotline.channels[0], number=number), *hotline.channels[1:])
    resources = tuple(
        replace(r, channels=channels) if r.id == "nhth" else r for r in pack.resources
    )
    return built_pack.load(built_pack.build(replace(pack, resources=resources, version="")))


def test_a_changed_number_without_a_note_waits_and_the_old_one_is_shown(kiosk: Kiosk) -> None:
    outcome = kiosk.accept(NEW)
    record = kiosk.waits()

    assert (outcome.state, outcome.held, kiosk.served()) == ("held", record.id, OLD)
    assert (record.version, record.against, record.signatures) == (NEW.version, OLD.version, 2)
    assert [(one.old, one.new) for one in record.review.waiting] == [
        ("1-916-445-4000", "1-916-445-3000")
    ]
    [held, number] = parts(outcome.said, "outcome.held", "review.number")
    assert held.args["id"] == record.id
    assert (number.args["old"], number.args["new"]) == ("1-916-445-4000", "1-916-445-3000")
    assert not list(kiosk.releases.root.glob("**/.tmp-*"))


def test_a_crisis_number_changed_in_an_author_s_folder_waits_for_a_yes(kiosk: Kiosk) -> None:
    """``unsigned = true`` spares an author every other question, but never this one."""
    assert kiosk.accept(NEW, UNSIGNED).state == "active"  # another number changed
    changed = with_crisis_number(NEW, "+19164452000")
    outcome = kiosk.accept(changed, UNSIGNED)

    assert (outcome.state, kiosk.served()) == ("held", NEW)
    assert kiosk.approve().state == "active"
    assert kiosk.served() == changed


def test_an_author_s_first_pack_is_compared_with_the_one_that_ships(tmp_path: Path) -> None:
    """Or a new machine showed a planted crisis number at once."""
    fresh = Kiosk(tmp_path)
    changed = line("+19164459999", "crisis", urgency="crisis")
    fresh.shipped = small(line(), line("+19164455000", "crisis", urgency="crisis"))
    outcome = fresh.accept(small(line(NEW_NUMBER), changed), UNSIGNED)
    assert (outcome.state, fresh.releases.active(fresh.releases.state())) == ("held", None)
    assert [(one.old, one.new) for one in fresh.waits().review.waiting] == [
        ("1-916-445-5000", "1-916-445-9999")
    ]
    assert fresh.approve().state == "active"
    same = Kiosk(tmp_path / "same", shipped=OLD)
    assert same.accept(OLD, UNSIGNED).state == "active"


def test_an_approval_serves_exactly_what_was_held(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    outcome = kiosk.approve()

    assert (outcome.state, kiosk.served()) == ("active", NEW)
    assert kiosk.waiting() is None
    assert list((kiosk.releases.root / "held").iterdir()) == []
    assert kiosk.accept(NEW).state == "unchanged"


def test_an_approval_that_a_new_check_forbids_changes_nothing(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    kiosk.checks = (lambda _pack: [Finding.at("sms/line.toml", 4, "the reply does not fit")],)
    outcome = kiosk.approve()

    assert (outcome.state, kiosk.served(), kiosk.waits().version) == ("refused", OLD, NEW.version)


def test_an_approval_verifies_the_signatures_again(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    outcome = kiosk.approve(wrong=verbatim("targets.json is not signed by two."))

    assert (outcome.state, kiosk.served()) == ("refused", OLD)
    assert "targets.json is not signed by two" in str(outcome.said)


@pytest.mark.parametrize("file", ["core.json", "sms.json", "lang/en.json", "manifest.json"])
def test_a_held_pack_that_was_damaged_is_never_served_and_comes_back_whole(
    kiosk: Kiosk, file: str
) -> None:
    kiosk.accept(NEW)
    held_id = kiosk.waits().id
    (held_pack.folder(kiosk.releases, NEW.version) / file).write_bytes(b"")
    outcome = kiosk.approve(held_id)

    assert (outcome.state, kiosk.served(), kiosk.waiting()) == ("refused", OLD, None)
    assert "review.files-damaged" in codes(outcome.said)
    assert kiosk.accept(NEW).state == "held"
    assert kiosk.approve().state == "active"


def test_a_damaged_held_pack_is_made_whole_by_the_next_refresh(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    (held_pack.folder(kiosk.releases, NEW.version) / "core.json").write_bytes(b"")
    kiosk.accept(NEW)

    assert kiosk.waits().version == NEW.version


def test_the_same_pack_again_waits_on_without_being_rendered(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    first = kiosk.waits()
    kiosk.rendered.clear()
    kiosk.now += DAY
    assert kiosk.accept(NEW).state == "held"

    assert (kiosk.rendered, kiosk.waits().since) == ([], first.since)


def test_a_newer_pack_takes_the_place_of_the_one_that_waits_and_the_days_are_counted_on(
    kiosk: Kiosk,
) -> None:
    kiosk.accept(NEW)
    first = kiosk.waits()
    kiosk.now += 5 * DAY
    newer = small(line("+19164456000"), line("+19164455000", "other"))
    outcome = kiosk.accept(newer)

    assert message("review.instead", id=first.id) in parts(outcome.said)
    assert kiosk.waits().version == newer.version
    assert [path.name for path in (kiosk.releases.root / "held").iterdir()] == [newer.version]
    with pytest.raises(
        NothingHeldError, match=f"is not waiting for approval; pack {newer.version[:12]} is"
    ):
        kiosk.approve(first.id)
    kiosk.now += 3 * DAY
    assert kiosk.waits().late(kiosk.now)


def test_a_newer_pack_that_needs_no_yes_ends_the_waiting(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    assert kiosk.accept(NEW, signed(2, *noted(OLD, NEW))).state == "active"
    assert kiosk.waiting() is None


def test_a_publisher_that_takes_the_change_back_ends_the_waiting(kiosk: Kiosk) -> None:
    kiosk.accept(OLD)
    kiosk.accept(NEW)
    assert kiosk.accept(OLD).state == "unchanged"
    assert kiosk.waiting() is None


def test_a_refused_pack_is_not_held_again_until_it_changes(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    kiosk.refuse()
    outcome = kiosk.accept(NEW)

    assert (outcome.state, kiosk.waiting(), kiosk.served()) == ("unchanged", None, OLD)
    assert "outcome.turned-down" in codes(outcome.said)
    changed = small(line("+19164456000"), line("+19164455000", "other"))
    assert kiosk.accept(changed).state == "held"


def test_a_refusal_is_remembered_while_others_wait_and_are_refused(kiosk: Kiosk) -> None:
    others = [
        small(line(f"+1916445{number}"), line("+19164455000", "other"))
        for number in range(6001, 6004)
    ]
    for pack in (NEW, *others):
        kiosk.accept(pack)
        kiosk.refuse()

    assert {kiosk.accept(pack).state for pack in (NEW, *others)} == {"unchanged"}


def test_an_approval_is_for_the_changes_that_were_shown(kiosk: Kiosk) -> None:
    """A rollback while a pack waits: approving it would now bring a change along that nobody looked
    at."""
    moved = small(line(), line("+19164457000", "other"))
    kiosk.accept(moved, signed(2, *noted(OLD, moved)))
    kiosk.accept(small(line(NEW_NUMBER), line("+19164457000", "other")))
    held_id = kiosk.waits().id
    kiosk.rollback()
    outcome = kiosk.approve(held_id)

    assert (outcome.state, kiosk.served()) == ("held", OLD)
    assert "review.compared-again" in codes(outcome.said)
    assert {one.subject for one in kiosk.waits().review.waiting} == {"line", "other"}
    assert kiosk.approve(held_id).state == "active"


@pytest.mark.parametrize("given", ["", "abc", "0123456789ab", "../../etc"])
def test_an_approval_names_the_pack(kiosk: Kiosk, given: str) -> None:
    kiosk.accept(NEW)
    for act in (lambda: kiosk.approve(given or " "), lambda: kiosk.refuse(given or " ")):
        with pytest.raises(NothingHeldError, match="Review it with `held`"):
            act()
    assert kiosk.served() == OLD


def test_where_nothing_waits_there_is_nothing_to_approve(kiosk: Kiosk) -> None:
    for act in (lambda: kiosk.approve("0123456789ab"), lambda: kiosk.refuse("0123456789ab")):
        with pytest.raises(NothingHeldError, match="No new pack is waiting"):
            act()


def test_a_wait_of_more_than_seven_days_is_late(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    record = kiosk.waits()

    assert not record.late(kiosk.now + 7 * DAY)
    assert record.late(kiosk.now + 7 * DAY + timedelta(seconds=1))
    assert record.days(kiosk.now - DAY) == 0


def test_an_author_s_folder_waits_only_where_the_machine_asks_about_numbers(kiosk: Kiosk) -> None:
    assert kiosk.accept(NEW, UNSIGNED).state == "active"
    kiosk.hold_numbers = True
    assert kiosk.accept(OLD, UNSIGNED).state == "held"


def test_a_pack_rolled_back_by_hand_is_still_not_brought_back(kiosk: Kiosk) -> None:
    kiosk.accept(NEW, signed(2, *noted(OLD, NEW)))
    kiosk.rollback()
    assert kiosk.served() == OLD
    outcome = kiosk.accept(NEW)
    assert (outcome.state, kiosk.waiting()) == ("unchanged", None)


def test_a_machine_that_lost_what_it_had_accepted_asks_nobody_again(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    kiosk.approve()
    release = kiosk.releases.active(kiosk.releases.state())
    assert release is not None
    (release.folder / "core.json").write_bytes(b"")
    assert kiosk.accept(NEW).state == "active"
    assert kiosk.served() == NEW


def test_an_empty_machine_keeps_the_fixed_lines_and_takes_the_rest_of_two_persons(
    tmp_path: Path,
) -> None:
    kiosk = Kiosk(tmp_path)
    assert kiosk.accept(with_crisis_number(NEW, NEW_NUMBER)).state == "held"
    assert kiosk.releases.active(kiosk.releases.state()) is None
    assert kiosk.accept(NEW).state == "active"
    assert Kiosk(tmp_path / "two").accept(NEW, signed(1)).state == "held"


def test_a_held_pack_survives_sweeping_pruning_and_many_releases(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    for number in range(9):
        kiosk.accept(replace(OLD, name=f"shipped-{number}"), Provenance(origin="shipped"))
    releases = kiosk.releases
    with releases.lock():
        releases.sweep()
        held_pack.sweep(releases, releases.state())
    assert kiosk.approve().state == "active"


def test_leftovers_of_a_run_that_was_cut_off_are_swept(kiosk: Kiosk) -> None:
    kiosk.accept(NEW)
    folder = kiosk.releases.root / "held"
    built(OLD, folder / OLD.version)
    (folder / ".tmp-left").mkdir()
    (folder / NEW.version / ".tmp-left").write_bytes(b"half a held.json")
    kiosk.accept(NEW)
    assert [path.name for path in folder.iterdir()] == [NEW.version]
    assert not list(kiosk.releases.root.glob("**/.tmp-*"))


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"x" * 200, b"../releases", b"0" * 64])
@pytest.mark.parametrize("file", ["HELD", "WITHDRAWN", "TURNED_DOWN", "held.json"])
@pytest.mark.slow
def test_a_damaged_file_costs_no_more_than_another_refresh(
    kiosk: Kiosk, file: str, damage: bytes
) -> None:
    kiosk.accept(GONE_AND_CHANGED)
    where = (
        held_pack.folder(kiosk.releases, GONE_AND_CHANGED.version)
        if file == "held.json"
        else kiosk.releases.root
    )
    (where / file).write_bytes(damage)
    assert kiosk.served().resources == OLD.resources
    assert kiosk.accept(GONE_AND_CHANGED).state == "held"
    assert kiosk.waits().version == GONE_AND_CHANGED.version
    assert kiosk.hidden() == {"line"}


def test_case_36_a_changed_hotline_number_is_held_and_the_old_one_is_shown(tmp_path: Path) -> None:
    """Case 36 of docs/develop/cases-content.md: a crisis line, or no change note, or hold_numbers; the list says old
    and new."""
    crisis = with_crisis_number(OLD, NEW_NUMBER)
    cases = [
        ("crisis", crisis, signed(2, *noted(OLD, crisis)), False),
        ("no note", NEW, signed(2), False),
        ("hold_numbers", NEW, signed(2, *noted(OLD, NEW)), True),
        ("one signature", NEW, signed(1, *noted(OLD, NEW)), False),
    ]
    for name, pack, provenance, hold_numbers in cases:
        kiosk = Kiosk(tmp_path / name, hold_numbers=hold_numbers).start()
        outcome = kiosk.accept(pack, provenance)
        assert (outcome.state, kiosk.served()) == ("held", OLD), name
        (change,) = [one for one in kiosk.waits().review.waiting if one.number]
        assert change.old in {"1-888-373-7888", "1-916-445-4000"}, name
        assert change.new == "1-916-445-3000", name
        assert kiosk.hidden() == set(), name


def test_case_36_one_person_alone_cannot_change_a_crisis_line(kiosk: Kiosk) -> None:
    crisis = with_crisis_number(OLD, NEW_NUMBER)
    outcome = kiosk.accept(crisis, signed(1, *noted(OLD, crisis)))

    assert (outcome.state, kiosk.waiting(), kiosk.served()) == ("refused", None, OLD)
    assert "review.second-signature" in codes(outcome.said)


def test_case_37_a_missing_crisis_line_and_a_reassigned_keyword_are_held(tmp_path: Path) -> None:
    """Case 37 of docs/develop/cases-content.md. The fixed lines cannot be missing at all: the rules refuse that pack."""
    hotline = replace(line(), urgency="crisis")
    before = small(hotline, line("+19164455000", "other"))
    kiosk = Kiosk(tmp_path / "one").start(before)
    outcome = kiosk.accept(small(line("+19164455000", "other")))
    assert (outcome.state, kiosk.served()) == ("held", before)
    assert kiosk.waits().review.waiting[0].row == "gone-crisis"

    ctl = OLD.resource("ctl")
    words = (
        replace(ctl.channels[0], keyword={**ctl.channels[0].keyword, "en": "HI"}),
        *ctl.channels[1:],
    )
    resources = tuple(replace(r, channels=words) if r.id == "ctl" else r for r in OLD.resources)
    kiosk = Kiosk(tmp_path / "two").start()
    outcome = kiosk.accept(
        built_pack.load(built_pack.build(replace(OLD, resources=resources, version="")))
    )
    assert (outcome.state, kiosk.served()) == ("held", OLD)
    assert [(one.old, one.new) for one in kiosk.waits().review.waiting] == [("HOME", "HI")]

    without = replace(OLD, resources=tuple(r for r in OLD.resources if r.id != "nhth"), version="")
    outcome = kiosk.accept(built(without, tmp_path / "without"))
    assert (outcome.state, kiosk.served()) == ("refused", OLD)
    assert 'has no "nhth"' in str(outcome.said)


def test_a_machine_whose_disk_is_full_hides_what_a_pack_withdraws(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pack itself finds no room; a few bytes do."""
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if target.name == GONE_AND_CHANGED.version:
            raise OSError("the disk is full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    assert kiosk.accept(GONE_AND_CHANGED).state == "refused"
    assert (kiosk.waiting(), kiosk.hidden()) == (None, {"line"})


def test_case_38_a_withdrawn_number_goes_at_once_even_while_its_pack_waits(kiosk: Kiosk) -> None:
    """Case 38 of docs/develop/cases-content.md."""
    outcome = kiosk.accept(GONE_AND_CHANGED)

    assert (outcome.state, outcome.hidden) == ("held", ("line",))
    assert message("outcome.hidden", ids=("line",)) in parts(outcome.said)
    assert kiosk.shown().resource("line").status == "withdrawn"
    assert kiosk.shown().resource("other").channels[0].number == "+19164455000"
    active = kiosk.releases.active(kiosk.releases.state())
    assert active is not None
    assert active.pack_version == OLD.version


def test_a_withdrawn_number_in_a_pack_that_needs_no_yes_is_gone_with_it(kiosk: Kiosk) -> None:
    outcome = kiosk.accept(GONE)

    assert (outcome.state, kiosk.served()) == ("active", GONE)
    assert kiosk.hidden() == {"line"}


def test_a_refused_pack_does_not_bring_a_withdrawn_number_back(kiosk: Kiosk) -> None:
    kiosk.accept(GONE_AND_CHANGED)
    kiosk.refuse()

    assert kiosk.hidden() == {"line"}
    assert kiosk.shown().resource("line").status == "withdrawn"


def test_a_rollback_does_not_bring_a_withdrawn_number_back(kiosk: Kiosk) -> None:
    kiosk.accept(GONE)
    kiosk.rendered.clear()
    kiosk.rollback()

    assert kiosk.served() == OLD
    assert kiosk.rendered[-1].resource("line").status == "withdrawn"
    assert kiosk.shown().resource("line").status == "withdrawn"
    assert "outcome.set-aside" in codes(kiosk.accept(GONE).said)
    kiosk.rollback()
    assert kiosk.served() == GONE


def test_only_a_later_pack_that_was_accepted_shows_the_line_again(kiosk: Kiosk) -> None:
    kiosk.accept(GONE)
    back = small(line(NEW_NUMBER), line("+19164455000", "other"))
    outcome = kiosk.accept(back)  # the number changed without a note
    assert (outcome.state, kiosk.hidden()) == ("held", {"line"})
    assert kiosk.shown().resource("line").status == "withdrawn"
    kiosk.approve()
    assert (kiosk.hidden(), kiosk.served()) == (set(), back)
    assert kiosk.shown() == back


def test_a_line_whose_number_waits_says_so_only_while_it_waits(kiosk: Kiosk) -> None:
    """docs/editor/review.md, "Withdrawn at once"."""
    kiosk.accept(GONE_AND_CHANGED)
    kiosk.accept(NEW)
    assert kiosk.shown().resource("line").status == "reviewing"
    kiosk.refuse()
    assert kiosk.shown().resource("line").status == "withdrawn"


def test_a_recalled_line_with_another_number_is_taken_unasked_and_comes_back_only_with_a_yes(
    kiosk: Kiosk,
) -> None:
    """Or two packs, each taken unasked, would show a number that nobody here compared."""
    both = small(line(NEW_NUMBER, status="withdrawn"), line("+19164455000", "other"))
    assert kiosk.accept(both).state == "active"
    assert kiosk.shown().resource("line").status == "withdrawn"
    assert kiosk.accept(OLD).state == "active"  # with the number that it had
    assert kiosk.accept(both).state == "active"
    outcome = kiosk.accept(NEW)
    assert (outcome.state, kiosk.hidden()) == ("held", {"line"})
    assert [(one.old, one.new) for one in kiosk.waits().review.waiting] == [
        ("1-916-445-4000", "1-916-445-3000")
    ]


def test_a_fixed_line_is_hidden_only_with_a_person_s_yes(kiosk: Kiosk) -> None:
    hotline = replace(OLD.resource("nhth"), status="withdrawn")
    resources = tuple(hotline if r.id == "nhth" else r for r in OLD.resources)
    pack = built_pack.load(built_pack.build(replace(OLD, resources=resources, version="")))
    outcome = kiosk.accept(pack)
    assert (outcome.state, kiosk.hidden()) == ("held", set())
    assert kiosk.shown().resource("nhth").status == "live"
    kiosk.approve()
    assert kiosk.shown().resource("nhth").status == "withdrawn"
    assert kiosk.hidden() == {"nhth"}


def test_a_file_on_the_disk_cannot_take_the_fixed_lines_away(kiosk: Kiosk) -> None:
    kiosk.releases.change(
        lambda state: state.hide([resource.id for resource in OLD.resources], now=kiosk.now)
    )

    assert kiosk.hidden() >= {"911", "988", "line"}
    live = {resource.id for resource in kiosk.shown().resources if resource.status == "live"}
    assert live == {resource.id for resource in OLD.resources if resource.pinned}


def test_what_a_waiting_pack_withdraws_stays_hidden_when_a_power_cut_emptied_the_file(
    kiosk: Kiosk,
) -> None:
    kiosk.accept(GONE_AND_CHANGED)
    for name in ("STATE", "STATE.copy", "WITHDRAWN"):
        (kiosk.releases.root / name).write_bytes(b"")

    assert kiosk.hidden() == {"line"}
    assert kiosk.shown().resource("line").status == "withdrawn"


def test_case_34_a_signed_pack_with_wrong_content_is_refused_before_anybody_is_asked(
    kiosk: Kiosk,
) -> None:
    """Case 34 of docs/develop/cases-content.md."""
    twice = replace(NEW, resources=(*NEW.resources, NEW.resources[-1]), version="")
    silent = replace(NEW, languages=(), texts={}, version="")
    empty = replace(NEW, resources=(), version="")
    for number, pack in enumerate((twice, silent, empty)):
        outcome = kiosk.accept(built(pack, kiosk.folder / f"wrong-{number}"))
        assert (outcome.state, kiosk.waiting(), kiosk.served()) == ("refused", None, OLD)
    spoilt = built(NEW, kiosk.folder / "spoilt")
    (spoilt / "core.json").write_bytes(b"{")
    assert kiosk.accept(spoilt).state == "refused"
    assert kiosk.waiting() is None


def test_case_35_a_pack_whose_pages_cannot_be_made_is_refused_and_not_held(kiosk: Kiosk) -> None:
    """Case 35 of docs/develop/cases-content.md: nobody is asked about a pack that could not be shown; nothing of it
    is obeyed."""

    def broken(_pack: Pack) -> None:
        raise ZeroDivisionError("by nothing")

    kiosk.prepare = broken
    outcome = kiosk.accept(GONE_AND_CHANGED)
    assert (outcome.state, kiosk.waiting(), kiosk.hidden()) == ("refused", None, set())
    assert "candidate.unmade" in codes(outcome.said)
    assert not list(kiosk.releases.root.glob("**/.tmp-*"))


def test_case_42_an_approval_during_a_refresh_is_told_to_wait(kiosk: Kiosk) -> None:
    """Case 42 of docs/develop/cases-content.md."""
    kiosk.accept(NEW)
    held_id = kiosk.waits().id
    with Releases(kiosk.releases.root).lock():
        for act in (
            lambda: kiosk.approve(held_id),
            lambda: kiosk.refuse(held_id),
            lambda: kiosk.accept(GONE),
        ):
            with pytest.raises(BusyError, match="Another refresh is running"):
                act()
    assert (kiosk.served(), kiosk.waits().id) == (OLD, held_id)
    assert kiosk.approve(held_id).state == "active"


def test_lines_cannot_go_a_few_at_a_time(tmp_path: Path) -> None:
    lines = [
        line(f"+1916445{number}", f"line-{number}") for number in range(5001, 5011)
    ]  # beside six fixed ones
    kiosk = Kiosk(tmp_path).start(small(*lines))
    states = [kiosk.accept(small(*lines[gone:])).state for gone in range(5)]
    assert states == ["active", "active", "active", "active", "held"]
    assert kiosk.waits().review.waiting[0].row == "many-gone"
    kiosk.approve()
    assert kiosk.accept(small(*lines[5:])).state == "active"
