"""Folding and cutting: what a message is once dress is taken off."""

import pytest

from sms.understanding.normalise import MAX_CHARS, fold, join_letters, spellings, tokenize, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm NOT safe!!", ("im", "not", "safe")),
        ("I’m not ‘safe’", ("im", "not", "safe")),
        ("ＨＥＬＰ", ("help",)),
        ("“HELP”", ("help",)),
        ("me escapé", ("me", "escape")),
        ("me escape\u0301", ("me", "escape")),
        ("ma\u00f1ana", ("manana",)),
        ("he\u200blp\ufeff me\u2060", ("help", "me")),
        ("food❤️🔥now", ("food", "now")),
        ("ѕаfe", ("safe",)),
        (
            "он не там, помогите",
            ("он", "не", "там", "помогите"),
        ),  # Russian: no look-alike letter is a Latin one
        ("r@pe $ex $20", ("rape", "sex", "20")),
        ("a\x00b\x07c", ("abc",)),
        ("one\ntwo\tthree", ("one", "two", "three")),
        ("", ()),
        ("??? 😀", ()),
        ("مرحبا", ("مرحبا",)),
        ("ਮੈਨੂੰ ਮਦਦ ਚਾਹੀਦੀ ਹੈ।", ("ਮੈਨੂੰ", "ਮਦਦ", "ਚਾਹੀਦੀ", "ਹੈ")),
        ("đi đâu", ("di", "dau")),
        ("مـــدرسة إلى", ("مدرسه", "الي")),
    ],
)
def test_a_message_becomes_its_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


def test_a_message_is_cut_before_it_can_grow() -> None:
    """U+FDFA becomes eighteen characters under NFKC."""
    assert len(fold("\ufdfa" * 1600)) <= MAX_CHARS
    assert fold("x" * 1590 + " a gun").endswith(" a gun")
    assert words("a " * 1600) == ("a",) * (MAX_CHARS // 2)


def test_plain_and_other_text_are_folded_alike() -> None:
    plain = "I'm `here` \x01now\x7f, OK? $5"
    assert fold(plain + "é") == fold(plain) + "e"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("heeelp", ("heelp", "help")),
        ("su1c1de", ("suicide", "sulclde")),
        ("help", ()),
        ("good", ()),
        ("2024", ()),
    ],
)
def test_odd_words_have_other_spellings(word: str, expected: tuple[str, ...]) -> None:
    assert spellings(word) == expected


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (("h", "e", "l", "p"), ("help",)),
        (("i", "m"), ("i", "m")),
        (("call", "s", "o", "s", "now"), ("call", "sos", "now")),
        (("1", "2", "3"), ("1", "2", "3")),
    ],
)
def test_single_letters_in_a_row_are_a_word(
    tokens: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert join_letters(tokens) == expected


def test_what_is_heard_holds_both_readings() -> None:
    tokens = tokenize("H.E.L.P me")
    assert tokens.words == ("h", "e", "l", "p", "me")
    assert tokens.joined == ("help", "me")


@pytest.mark.parametrize("head", ["text", "my zip", "42", "95814"])
def test_white_space_in_a_row_is_one_space(head: str) -> None:
    """A pattern of sms/understanding/names_and_codes.py over all of them took nine seconds, in
    which nobody else was answered."""
    assert tokenize(f" \n{head}{' ' * 1500}\tx ").folded == f"{head} x"
