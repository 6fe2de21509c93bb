"""Two of forty schools in each form pass the tests of a single screen: the same tests, opened below
a school's address, with its worker in charge."""

import pytest

from tests.browser import (
    test_languages,
    test_leaving,
    test_look,
    test_one_document,
    test_reading,
    test_sizes,
)

pytestmark = pytest.mark.slow
SAME = {
    test_languages: (
        "test_case_40_arabic_layout_mirrors_and_arrows_flip",
        "test_case_40_numbers_and_codes_read_left_to_right_and_unbroken",
    ),
    test_leaving: (
        "test_case_4_history_does_not_grow_over_ten_taps",
        "test_case_4_history_does_not_grow_with_a_form",
        "test_case_10_reload_after_leaving_starts_in_the_default_language_size_and_contrast",
        "test_clear_works_on_each_size_of_screen",
    ),
    test_look: (
        "test_a_mirrored_page_mirrors_its_frame",
        "test_a_switch_says_on_or_off_in_words",
        "test_leaving_puts_the_look_back",
    ),
    test_one_document: (
        "visit",  # fetches pages ahead, as a screen does
        "test_a_visit_is_one_document_from_start_to_clear",
        "test_pages_that_were_near_are_shown_when_nobody_answers",
        "test_presses_of_shift_are_not_counted_from_one_page_to_the_next",
        "test_what_a_tap_shows_is_what_its_address_shows",
        "test_what_two_pages_of_a_language_have_is_not_made_anew",
    ),
    test_reading: (
        "test_axe_finds_nothing_serious_in_the_idle_question_and_the_results",
        "test_the_journey_works_by_keyboard_alone",
    ),
    test_sizes: ("test_case_29_move_down_brings_every_control_below_31_percent",),
}
for module, names in SAME.items():
    globals().update({name: getattr(module, name) for name in names})
