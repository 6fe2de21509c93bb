"""Who must approve what: each row of the table against a pack that two persons signed, one did, and
nobody did."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pytest

from content.model.attestation import Consent
from content.model.pack import Area, Keyword, Opening, Pack, ShortCode
from content.review import hold_policy, number_changes, pack_diff
from content.review.hold_policy import TABLE, Difference, Review, judge
from content.review.number_changes import Note
from content.review.provenance import Provenance
from content.review.resource_diff import is_crisis
from messages.message import catalog, has_english, message, pieces, verbatim
from tests.shipped import pack as california

Edit = Callable[[Pack], Pack]


def signed(keys: int, *notes: Note) -> Provenance:
    return Provenance(origin="signed", signatures=keys, notes=notes)


def review(
    edit: Edit, keys: int = 2, *, hold_numbers: bool = False, notes: Iterable[Note] = ()
) -> Review:
    old = california()
    return judge(old, edit(old), signed(keys, *notes), hold_numbers=hold_numbers)


def noted(edit: Edit, reason: str = "Their own page says so.") -> tuple[Note, ...]:
    old = california()
    return tuple(
        Note(change=change, reason=reason) for change in number_changes.between(old, edit(old))
    )


def resource(name: str, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        return replace(
            pack,
            resources=tuple(replace(r, **changed) if r.id == name else r for r in pack.resources),
        )

    return edit


def channel(name: str, place: int = 0, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        channels = list(pack.resource(name).channels)
        channels[place] = replace(channels[place], **changed)
        return resource(name, channels=tuple(channels))(pack)

    return edit


def withdrawn_and_changed(name: str) -> Edit:
    """A recall of a line whose number changed, too."""

    def edit(pack: Pack) -> Pack:
        return resource(name, status="withdrawn")(channel(name, number="+18005550100")(pack))

    return edit


def without(*names: str) -> Edit:
    return lambda pack: replace(
        pack, resources=tuple(r for r in pack.resources if r.id not in names)
    )


def with_resource(like: str, name: str, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        added = replace(pack.resource(like), id=name, code="7777", pinned=False, **changed)
        return replace(pack, resources=(*pack.resources, added))

    return edit


def swapped_numbers(pack: Pack) -> Pack:
    one, other = (
        pack.resource("teenline").channel("voice"),
        pack.resource("boystown").channel("voice"),
    )
    assert one is not None
    assert other is not None
    return channel("boystown", number=one.number)(channel("teenline", number=other.number)(pack))


def topic(name: str, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        return replace(
            pack, topics=tuple(replace(t, **changed) if t.id == name else t for t in pack.topics)
        )

    return edit


def swapped_codes(pack: Pack) -> Pack:
    one, other = pack.topic("suicide"), pack.topic("work")
    return topic("suicide", codes=other.codes)(topic("work", codes=one.codes)(pack))


def partner(name: str, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        return replace(
            pack,
            partners=tuple(replace(p, **changed) if p.id == name else p for p in pack.partners),
        )

    return edit


def county(fips: str, **changed: Any) -> Edit:
    def edit(pack: Pack) -> Pack:
        return replace(
            pack,
            counties=tuple(replace(c, **changed) if c.fips == fips else c for c in pack.counties),
        )

    return edit


def county_number(pack: Pack) -> Pack:
    first = next(c for c in pack.counties if c.fips == "06067")
    numbers = (replace(first.numbers[0], number="+19165550100"), *first.numbers[1:])
    return county("06067", numbers=numbers)(pack)


def text(key: str, new: str, language: str = "en") -> Edit:
    return lambda pack: replace(
        pack, texts={**pack.texts, language: {**pack.texts[language], key: new}}
    )


def keyword(name: str, change: Callable[[Keyword], Keyword]) -> Edit:
    def edit(pack: Pack) -> Pack:
        return replace(
            pack, keywords=tuple(change(k) if k.topic == name else k for k in pack.keywords)
        )

    return edit


def words_moved(pack: Pack) -> Pack:
    """The first whole message of one topic that no phrase of it holds leads to another."""
    table = next(k for k in pack.keywords if k.topic == "suicide").words["en"]
    word = next(one for one in table.alone if one not in table.phrases)

    def taken(entry: Keyword) -> Keyword:
        rest = tuple(one for one in entry.words["en"].alone if one != word)
        return replace(entry, words={**entry.words, "en": replace(entry.words["en"], alone=rest)})

    def given(entry: Keyword) -> Keyword:
        more = (*entry.words["en"].alone, word)
        return replace(entry, words={**entry.words, "en": replace(entry.words["en"], alone=more)})

    return keyword("work", given)(keyword("suicide", taken)(pack))


def words_gone(pack: Pack) -> Pack:
    def halved(entry: Keyword) -> Keyword:
        table = entry.words["en"]
        half = replace(table, phrases=table.phrases[: len(table.phrases) // 3], alone=())
        return replace(entry, words={**entry.words, "en": half})

    return keyword("suicide", halved)(pack)


def no_spanish(pack: Pack) -> Pack:
    return replace(pack, languages=tuple(tag for tag in pack.languages if tag != "es"))


LESS = (Opening(days=("mo",), opens_at="09:00", closes_at="10:00"),)
SHORT = ShortCode(number="99999", kinds=("sms",), owner="Someone", source="")


class Row(NamedTuple):
    """An edit, the row of the table that it must fall under, and the verdicts for two signatures
    and for one."""

    row: str
    edit: Edit
    two: str
    one: str


ROWS = [
    Row("wording", text("topic:work:lead", "Other words."), "auto", "auto"),
    Row("wording", text("topic:work:lead", "Otras palabras.", "es"), "auto", "auto"),
    Row("less", channel("trevor", hours="unknown", open=()), "auto", "auto"),
    Row("less", channel("trevor", hours="listed", open=LESS), "auto", "auto"),
    Row("less", channel("trevor", languages=()), "auto", "auto"),
    Row("withdrawn", resource("lir", status="withdrawn"), "auto", "auto"),
    Row("withdrawn-crisis", resource("trevor", status="withdrawn"), "auto", "hold"),
    Row("withdrawn-pinned", resource("nhth", status="withdrawn"), "hold", "refused"),
    Row("new", with_resource("lir", "new-one"), "auto", "hold"),
    Row("new", with_resource("lir", "new-one", audience=("staff",)), "auto", "hold"),
    Row("new-crisis", with_resource("trevor", "new-one"), "hold", "refused"),
    Row("rank", resource("lir", urgency="crisis"), "hold", "refused"),
    Row("number", channel("lir", number="+18005550100"), "hold", "hold"),
    Row("number", channel("lir", 0, kind="tty"), "hold", "hold"),
    Row("number-crisis", channel("trevor", number="+18005550100"), "hold", "refused"),
    Row("number-crisis", channel("988", number="+18005550100"), "hold", "refused"),
    Row("number-crisis", swapped_numbers, "hold", "refused"),
    Row("number-withdrawn", withdrawn_and_changed("lir"), "auto", "auto"),
    Row("number-withdrawn", withdrawn_and_changed("trevor"), "auto", "auto"),
    Row("number-crisis", withdrawn_and_changed("nhth"), "hold", "refused"),
    Row("gone", without("lir"), "auto", "hold"),
    Row("gone", resource("lir", status="draft"), "auto", "hold"),
    Row("gone", resource("lir", audience=("staff",)), "auto", "hold"),
    Row("gone-crisis", without("trevor"), "hold", "refused"),
    Row("gone-crisis", resource("trevor", status="draft"), "hold", "refused"),
    Row("gone-crisis", resource("988", audience=("staff",)), "hold", "refused"),
    Row("language-gone", no_spanish, "hold", "hold"),
    Row("language-gone", lambda pack: replace(pack, partial=(*pack.partial, "es")), "hold", "hold"),
    Row("area-shrunk", resource("lir", area=Area(counties=("06001",))), "hold", "hold"),
    Row("area-shrunk", lambda pack: replace(pack, counties=pack.counties[1:]), "hold", "hold"),
    Row("hours-widened", channel("translifeline", hours="24/7", open=()), "auto", "hold"),
    Row("hours-widened-crisis", channel("988", 3, hours="24/7"), "hold", "hold"),
    Row(
        "hours-widened",
        channel("translifeline", open=LESS, timezone="America/New_York"),
        "auto",
        "hold",
    ),
    Row("page", channel("trevor", 2, url="https://www.thetrevorproject.org/else"), "auto", "hold"),
    Row("organization", resource("lir", organization="Someone Else"), "hold", "refused"),
    Row("organization-crisis", resource("trevor", organization="Someone Else"), "hold", "refused"),
    Row("organization-crisis", text("resource:trevor:name", "Another line"), "hold", "refused"),
    Row("rank", resource("trevor", urgency="today"), "hold", "refused"),
    Row("rank", resource("988", pinned=False), "hold", "refused"),
    Row("rank", resource("trevor", pinned=True), "hold", "refused"),
    Row("purpose", resource("ncmec", answers="counselling"), "hold", "hold"),
    Row("purpose", resource("nhth", passes_on="not-stated"), "hold", "hold"),
    Row("warning", resource("lir", passes_on="may-act"), "auto", "auto"),
    Row("code-moved", swapped_codes, "hold", "hold"),
    Row("code-moved", resource("lir", code="32"), "hold", "hold"),
    Row("line-lost", topic("suicide", resources=("trevor",)), "hold", "hold"),
    Row("line-lost", topic("suicide", resources=("lir", "988", "ctl", "trevor")), "hold", "hold"),
    Row("topic-gone", lambda pack: replace(pack, topics=pack.topics[1:]), "hold", "hold"),
    Row("topic-gone", lambda pack: replace(pack, groups=pack.groups[1:]), "hold", "hold"),
    Row("topic-gone", lambda pack: replace(pack, keywords=pack.keywords[1:]), "hold", "hold"),
    Row("line-moved", partner("a21", resource="lir"), "hold", "hold"),
    Row("organization", partner("a21", organization="Someone Else"), "hold", "refused"),
    Row("number", partner("a21", web="https://elsewhere.example.org/"), "hold", "hold"),
    Row("number", partner("a21", staff_number="+19165550100"), "hold", "hold"),
    Row("number", county_number, "hold", "hold"),
    Row("organization", county("06067", name="Sacrament"), "hold", "refused"),
    Row("word-moved", words_moved, "hold", "hold"),
    Row("word-moved", partner("blue", names=("a21",)), "hold", "hold"),
    Row("word-moved", resource("rainn", names=("trevor",)), "hold", "hold"),
    Row("words-lost", words_gone, "hold", "hold"),
    Row("words-lost", lambda pack: replace(pack, model=b""), "hold", "hold"),
    Row("learnt", lambda pack: replace(pack, model=b"other weights"), "auto", "hold"),
    Row("priority", keyword("suicide", lambda entry: replace(entry, priority=90)), "hold", "hold"),
    Row("reply-number", text("sms:suicide:first", "Talk to someone."), "hold", "hold"),
    Row("reply-number", text("sms:suicide:first", "{911.voice} {lir.voice}"), "hold", "hold"),
    Row(
        "short-code",
        lambda pack: replace(pack, short_codes=(*pack.short_codes, SHORT)),
        "hold",
        "hold",
    ),
    Row("pack", lambda pack: replace(pack, name="nevada"), "hold", "hold"),
    Row("pack", lambda pack: replace(pack, scope="state-nv"), "hold", "hold"),
    Row("pack", lambda pack: replace(pack, default="es"), "hold", "hold"),
    Row("detail", resource("lir", minimum_age=12), "auto", "hold"),
    Row("detail", resource("lir", cost="free"), "auto", "hold"),
    Row("detail", channel("988", press={"es": "3"}), "auto", "hold"),
    Row(
        "detail",
        lambda pack: replace(pack, facts={**pack.facts, "form": "SS 0000"}),
        "auto",
        "hold",
    ),
    Row("detail", lambda pack: replace(pack, unchecked=()), "auto", "hold"),
]


def verdict_of(found: Review, row: str) -> str:
    """The verdict of the first difference under that row."""
    return next(one.verdict for one in found.differences if one.row == row)


def verdicts(case: Row) -> tuple[str, str]:
    """With two signatures, and with one."""
    two, one = (verdict_of(review(case.edit, keys=keys), case.row) for keys in (2, 1))
    return two, one


def test_each_row_of_the_table_is_kept() -> None:
    assert [
        (case.row, judged) for case in ROWS if (judged := verdicts(case)) != (case.two, case.one)
    ] == []


def test_every_row_of_the_table_has_a_case_here() -> None:
    elsewhere = {"site", "many-gone"}

    assert {case.row for case in ROWS} | elsewhere == TABLE.keys()


def test_a_reason_is_a_whole_sentence_without_a_hole() -> None:
    differences = [one for case in ROWS for one in review(case.edit).differences]
    assert [one.reason for one in differences if not one.reason.endswith((".", "?"))] == []
    assert [one.reason for one in differences if "{" in one.reason or "  " in one.reason] == []
    assert [one.reason for one in differences if not one.name] == []


@pytest.mark.parametrize("keys", [1, 2])
def test_a_check_or_an_approval_waits_for_nobody_but_a_longer_interval_does(keys: int) -> None:
    for changed in (
        {"checked_on": date(2026, 11, 1), "checked_by": "editor, counselor"},
        {"first_checked_on": date(2026, 11, 1), "first_checked_by": "editor"},
        {"consent": Consent(basis="approved", approved_on=date(2026, 11, 1))},
    ):
        assert review(resource("vcrc", **changed), keys).verdict == "auto", changed
    assert review(resource("vcrc", review_every_days=3650), 1).verdict == "hold"


def test_the_same_pack_differs_in_nothing() -> None:
    assert review(lambda pack: pack).verdict == "auto"
    assert review(lambda pack: pack).differences == ()


@pytest.mark.parametrize(("keys", "verdict"), [(1, "hold"), (2, "auto")])
def test_a_model_alone_is_one_difference_that_one_person_alone_does_not_pass(
    keys: int, verdict: str
) -> None:
    found = review(lambda pack: replace(pack, model=b"other weights"), keys=keys)
    assert found.verdict == verdict
    assert [one.reason for one in found.differences] == [
        "The text line was trained again on its examples."
    ]


def test_an_author_s_own_folder_waits_only_where_crisis_lines_are_concerned() -> None:
    unsigned, old = Provenance(origin="unsigned"), california()
    found = {
        one.row: one.verdict
        for case in ROWS
        for one in judge(old, case.edit(old), unsigned, hold_numbers=False).differences
    }
    danger = {"number-crisis", "gone-crisis", "new-crisis", "organization-crisis"}
    danger |= {"withdrawn-pinned", "rank", "line-lost"}
    assert {row for row, verdict in found.items() if verdict == "hold"} == danger
    assert {row for row, verdict in found.items() if verdict == "refused"} == set()


NUMBERS: list[Edit] = [
    channel("lir", number="+18005550100"),
    channel("lir", 2, url="https://elsewhere.example.org"),
    partner("a21", staff_number="+19165550100"),
    county_number,
    words_moved,
]


@pytest.mark.parametrize("edit", NUMBERS)
def test_two_signatures_and_a_note_for_exactly_this_change_let_it_through(edit: Edit) -> None:
    assert review(edit, keys=2, notes=noted(edit)).waiting == ()
    assert review(edit, keys=2, notes=noted(edit, reason=" ")).verdict == "hold"
    assert review(edit, keys=1, notes=noted(edit)).verdict == "hold"


@pytest.mark.parametrize("edit", NUMBERS)
def test_a_school_that_wants_to_be_asked_is_asked_about_every_number(edit: Edit) -> None:
    found = review(edit, hold_numbers=True, notes=noted(edit))

    assert found.verdict == "hold"
    assert "a person must approve" in found.waiting[0].reason
    unsigned = Provenance(origin="unsigned")
    assert judge(california(), edit(california()), unsigned, hold_numbers=True).verdict == "hold"


def test_a_note_for_another_change_counts_for_nothing() -> None:
    other = noted(channel("lir", number="+18005550199"))

    assert review(channel("lir", number="+18005550100"), notes=other).verdict == "hold"


def test_notes_that_follow_on_each_other_explain_a_number_that_changed_twice() -> None:
    """A machine that was dark while a number changed twice gets both notes and one change."""
    first, last = channel("lir", number="+18005550100"), channel("lir", number="+18005550199")
    old, middle, new = california(), first(california()), last(california())
    chain = [
        Note(change=change, reason=f"step {number}")
        for number, (one, other) in enumerate([(old, middle), (middle, new)])
        for change in number_changes.between(one, other)
    ]
    found = judge(old, new, signed(2, *chain), hold_numbers=False)

    assert found.verdict == "auto"
    assert [one.note for one in found.differences if one.number] == ["step 0; then: step 1"]
    assert judge(old, new, signed(2, *chain[1:]), hold_numbers=False).verdict == "hold"


def test_no_note_lets_a_crisis_line_s_number_through() -> None:
    for edit in (channel("988", number="+18005550100"), swapped_numbers):
        assert review(edit, notes=noted(edit)).verdict == "hold"
        assert review(edit, keys=1, notes=noted(edit)).verdict == "refused"


def test_a_pack_cannot_make_a_crisis_line_ordinary_and_change_it_in_one_step() -> None:
    def edit(pack: Pack) -> Pack:
        return resource("988", urgency="info", pinned=False)(
            channel("988", number="+18005550100")(pack)
        )

    assert verdict_of(review(edit, notes=noted(edit)), "number-crisis") == "hold"


@pytest.mark.parametrize("name", ["lir", "trevor"])
def test_a_recalled_line_needs_no_yes_for_a_number_that_nobody_sees(name: str) -> None:
    found = review(withdrawn_and_changed(name), hold_numbers=True)
    assert found.waiting == ()
    assert found.hidden == (name,)


def test_a_line_that_was_recalled_with_another_number_comes_back_with_a_yes_to_that_number() -> (
    None
):
    """Or a pack could withdraw a line with another number in it, and bring it back as new."""
    shown = number_changes.of_entries(california())
    old = withdrawn_and_changed("lir")(california())
    back = resource("lir", status="live")(old)
    same = judge(old, california(), signed(2), hold_numbers=False, remembered=shown)
    other = judge(old, back, signed(2), hold_numbers=False, remembered=shown)
    assert same.waiting == ()
    assert verdict_of(other, "number") == "hold"


def test_more_than_a_fifth_of_the_lines_gone_waits_even_if_each_may_go() -> None:
    ordinary = [r.id for r in california().resources if not is_crisis(r)]
    few = int(len(california().resources) * pack_diff.MANY_GONE)

    assert review(without(*ordinary[:few])).verdict == "auto"
    assert verdict_of(review(without(*ordinary[: few + 1])), "many-gone") == "hold"


def test_a_wave_of_withdrawals_hides_nothing_before_a_person_looked() -> None:
    def edit(pack: Pack) -> Pack:
        for one in pack.resources:
            if not one.pinned:
                pack = resource(one.id, status="withdrawn")(pack)
        return pack

    found = review(edit)
    assert found.verdict == "hold"
    assert found.hidden == ()


@pytest.mark.parametrize(
    ("name", "keys", "hidden"),
    [
        ("lir", 2, ("lir",)),
        ("lir", 1, ("lir",)),
        ("trevor", 2, ("trevor",)),
        ("trevor", 1, ()),
        ("nhth", 2, ()),
    ],
)
def test_who_may_hide_a_line_at_once(name: str, keys: int, hidden: tuple[str, ...]) -> None:
    """One person may not hide a crisis line, and nobody one of the fixed ones without a local yes."""
    assert review(resource(name, status="withdrawn"), keys=keys).hidden == hidden


def test_a_page_of_a_site_that_anybody_may_use_is_another_place() -> None:
    old = channel("lir", 2, url="https://sites.google.com/loveisrespect")(california())
    new = channel("lir", 2, url="https://sites.google.com/someone-else")(california())

    assert verdict_of(judge(old, new, signed(2), hold_numbers=False), "site") == "hold"


def test_the_gravest_difference_comes_first_and_decides() -> None:
    def edit(pack: Pack) -> Pack:
        return text("topic:work:lead", "Other words.")(channel("lir", number="+18005550100")(pack))

    found = review(edit)
    assert (found.verdict, found.differences[0].row) == ("hold", "number")
    assert [one.row for one in found.waiting] == ["number"]


def test_old_and_new_are_shown_as_people_write_them() -> None:
    shown = review(channel("lir", number="+18005550100")).differences[0]

    assert (shown.name, shown.what, shown.old, shown.new, shown.number) == (
        california().resource("lir").organization,
        "number to call",
        "1-866-331-9474",
        "1-800-555-0100",
        True,
    )


def test_case_20_a_pack_of_one_signature_that_takes_a_state_s_entry_is_refused() -> None:
    """Case 20 of docs/develop/cases-content.md, the half of the review: an id of the state's, kept with another's
    organization."""
    for name in ("lir", "trevor"):
        found = review(resource(name, organization="District Office"), keys=1)
        assert found.verdict == "refused"
        assert california().resource(name).organization in found.refused[0].reason


def test_each_row_has_words_with_its_own_values() -> None:
    values = {"name": "Line", "key": hold_policy.what("voice.2"), "old": "a", "new": "b"}
    assert {f"hold.{row}" for row in TABLE} <= {*catalog("en")} & {*catalog("es")}
    for row in TABLE:
        said = message(f"hold.{row}", **values)
        assert "{" not in str(said)
        assert not has_english(pieces(said, "es")), row


def test_words_that_an_older_program_kept_are_shown_as_they_are() -> None:
    one = Difference(
        row="gone", subject="s", key="voice.2", what="number to call 2", verdict="hold",
        name="Line", old="", new="", reason="Line is missing.",
    )  # fmt: skip
    assert hold_policy.said(one) == ("Line", "number to call 2", verbatim("Line is missing."))


def test_a_number_that_this_machine_asks_about_is_said_with_that() -> None:
    edit = channel("lir", number="+18005550100")
    [one] = review(edit, hold_numbers=True, notes=noted(edit)).differences
    name, place, reason = hold_policy.said(one)
    assert (name, place) == (one.name, message("place.voice"))
    assert (reason.code, reason.args["asks"]) == ("hold.and-asks", message("hold.asks-all"))
