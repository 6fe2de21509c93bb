"""The ordinary words."""

import gzip

from sms.understanding.dictionary import FILE, Hashed, ordinary


def test_ordinary_words_of_both_languages_are_known_and_misspellings_are_not() -> None:
    assert all(word in ordinary() for word in ("good", "save", "bueno", "escuela", "manana"))
    assert not any(word in ordinary() for word in ("", "suicde", "kidnaped", "asdf"))


def test_the_list_is_folded_and_of_the_expected_size() -> None:
    words = gzip.decompress(FILE.read_bytes()).decode("ascii").split()
    assert 30_000 < len(words) < 40_000
    assert len(set(words)) == len(ordinary())
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in words)


def test_what_is_added_later_is_held_once() -> None:
    held = Hashed(["one", "two"])
    held.add(["three", "one", ("four", "five"), "three"])
    assert [thing in held for thing in ("one", "two", "three", ("four", "five"))] == [True] * 4
    assert (len(held), "four" in held) == (4, False)
