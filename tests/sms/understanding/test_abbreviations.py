"""The table of short forms."""

from sms.understanding.abbreviations import SPOKEN, speak


def test_short_forms_are_spelt_out() -> None:
    assert speak(("im", "not", "safe")) == ("i", "am", "not", "safe")
    assert speak(("kiero", "morir")) == ("quiero", "morir")
    assert speak(("wanna",)) == ("want", "to")


def test_no_entry_leads_to_another_entry() -> None:
    """Both sides go through the table once: a chain would end at different words."""
    assert {short: words for short, words in SPOKEN.items() if set(words) & set(SPOKEN)} == {}
