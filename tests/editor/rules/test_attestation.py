"""Rules about checks, consent and corrections: one row each, with the file and line that must be
told."""

import pytest

from tests.content.conftest import TinyPack

TREVOR, A21, COUNTIES, PACK = (
    "pack/resources/trevor.toml",
    "pack/partners/a21.toml",
    "pack/counties.toml",
    "pack/pack.toml",
)
AGE, GRADES, FIPS = "maximum_age", 'grades = "6-12"', 'fips = "06001"'
APPROVED = '[consent]\nbasis = "approved"\n\n[area]'
UNASKED = "[consent]\napproved_on = 2026-10-01\n\n[area]"
HEAD = "[facts]"
BROKEN = {
    "a review that is never": (TREVOR, "= 180", "= 0", f"{TREVOR}:8", "it must be at least one day, such as 90"),
    "checked by no one": (TREVOR, AGE, f"checked_on = 2026-12-01\n{AGE}", f"{TREVOR}:9", "checked_on needs checked_by"),
    "checked on no day": (TREVOR, AGE, f'checked_by = "editor"\n{AGE}', f"{TREVOR}:9", "checked_by needs checked_on"),
    "a first check on no day": (TREVOR, AGE, f'first_checked_by = "editor"\n{AGE}', f"{TREVOR}:9", "first_checked_on"),
    "a first check by no one": (TREVOR, AGE, f"first_checked_on = 2026-12-01\n{AGE}", f"{TREVOR}:9", "needs first_"),
    "checked by an e-mail address": (
        TREVOR, AGE, f'checked_on = 2026-12-01\nchecked_by = "a.person@example.org"\n{AGE}', f"{TREVOR}:10",
        "must be a role"),
    "a partner checked by no one": (A21, GRADES, f"{GRADES}\nchecked_on = 2026-12-01", f"{A21}:10", "needs checked_by"),
    "a county checked by no one": (COUNTIES, FIPS, f"{FIPS}\nchecked_on = 2026-12-01", f"{COUNTIES}:4", "checked_by"),
    "a county's review that is never": (COUNTIES, FIPS, f"{FIPS}\nreview_every_days = -1", f"{COUNTIES}:4", "it must be at least one day, such as 90"),
    "an approval without its day": (TREVOR, "[area]", APPROVED, f"{TREVOR}:12", 'an approval needs a date: approved_on = 2026-12-01; if there is no approval, write basis = "public-facts'),
    "a day without an approval": (TREVOR, "[area]", UNASKED, f"{TREVOR}:12", 'needs basis = "approved"'),
    "a basis that is none": (A21, "[[sources]]", '[consent]\nbasis = "asked"\n\n[[sources]]', f"{A21}:13", "must be"),
    "a status that is none": (A21, GRADES, f'{GRADES}\nstatus = "gone"', f"{A21}:10", '"live", "draft" or "withdrawn"'),
    "a corrector without a role": (PACK, HEAD, f'[corrections]\nrole = " "\n{HEAD}', f"{PACK}:9", "must be a role"),
    "a person's number for a role": (PACK, HEAD, f'[corrections]\nrole = "Call 555"\n{HEAD}', f"{PACK}:9", "be a role"),
    "an address that is none": (
        PACK, HEAD, f'[corrections]\naddress = "http://example.org"\n{HEAD}', f"{PACK}:9", "must begin with https://"),
    "a promise of never": (PACK, HEAD, f"[corrections]\nwithin_days = 0\n{HEAD}", f"{PACK}:9", "write 1 to 60"),
    "a promise of next year": (PACK, HEAD, f"[corrections]\nwithin_days = 365\n{HEAD}", f"{PACK}:9", "write 1 to 60"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_with_a_listing_is_told_with_its_line(
    tiny: TinyPack, case: tuple[str, ...]
) -> None:
    file, old, new, place, message = case
    tiny.edit(file, old, new).complains(place, message)


def test_an_entry_that_says_nothing_rests_on_public_facts_and_was_checked_by_no_one(
    tiny: TinyPack,
) -> None:
    for entry in (*tiny.pack().partners, *tiny.pack().resources):
        assert (entry.status, entry.consent.basis, entry.checked_on) == (
            "live",
            "public-facts",
            None,
        )


@pytest.mark.parametrize(
    "address", ["", "https://example.org/corrections", "content-editor@example.org"]
)
def test_corrections_go_to_a_page_or_the_mail_of_a_role_or_through_the_school(
    tiny: TinyPack, address: str
) -> None:
    tiny.edit(
        PACK,
        HEAD,
        f'[corrections]\nrole = "editor"\naddress = "{address}"\nwithin_days = 9\n{HEAD}',
    )
    assert tiny.said() == []
    assert tiny.pack().corrections.within_days == 9


def test_an_approval_is_kept_with_its_day(tiny: TinyPack) -> None:
    tiny.edit(
        A21, "[[sources]]", '[consent]\nbasis = "approved"\napproved_on = 2026-10-01\n\n[[sources]]'
    )
    assert tiny.said() == []
    assert str(tiny.pack().partners[0].consent.approved_on) == "2026-10-01"
