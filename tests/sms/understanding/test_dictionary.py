"""The ordinary words."""

from sms.understanding.dictionary import ordinary


def test_ordinary_words_of_both_languages_are_known_and_misspellings_are_not() -> None:
    assert {"good", "save", "bueno", "escuela", "manana"} <= ordinary()
    assert not {"suicde", "kidnaped", "asdf"} & ordinary()


def test_the_list_is_folded_and_of_the_expected_size() -> None:
    assert 30_000 < len(ordinary()) < 40_000
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in ordinary())
