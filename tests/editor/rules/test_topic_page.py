"""Rules about what a topic's page says first: one row each, with the file and line to be told."""

import pytest

from tests.content.conftest import TinyPack

SUICIDE, PO = "pack/topics/suicide.md", "pack/po/es.po"
LONG = "Call now and say each of these eleven words, all right?"
BROKEN = {
    "two steps": (SUICIDE, "3. In danger? Call {911.voice}.\n", "", f"{SUICIDE}:1", "has 2 steps; write three"),
    "a fourth step": (SUICIDE, "3. In", "3. Wait.\n4. In", f"{SUICIDE}:1", "has 4 steps; write three"),
    "a step that is too long": (SUICIDE, "1. Call now.", f"1. {LONG}", f"{SUICIDE}:17", "the step has 11 words"),
    "a translated step that is too long": (PO, '"Llama ya."', f'"{LONG}"', f"{PO}:", "the step has 11 words"),
    "a step with a line that may be withdrawn": (
        SUICIDE, "1. Call now.", "1. Text {ctl.sms}.", f"{SUICIDE}:17", "a step must not name any line except 911 and 988, because others may be withdrawn"),
    "no warm line": (SUICIDE, "## You matter.\n", "", f"{SUICIDE}:7", "one warm line, a line under its title, beginning with ##"),
    "a warm line that is too long": (
        SUICIDE, "## You matter.", f"## {LONG} {LONG}", f"{SUICIDE}:15", "29 words together; use at most 22"),
    "itself as a neighbour": (
        SUICIDE, "icon", 'also = ["suicide"]\nicon', f"{SUICIDE}:4", '"suicide" must not be listed'),
    "a neighbour that is not there": (
        SUICIDE, "icon", 'also = ["abuses"]\nicon', f"{SUICIDE}:4", 'there is no topic "abuses"'),
    "four neighbours": (
        SUICIDE, "icon", 'also = ["abuse", "a", "b", "c"]\nicon', f"{SUICIDE}:4", "at most 3 fit on the page"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_page_that_is_not_read_at_a_glance_is_told_with_its_line(
    tiny: TinyPack, case: tuple[str, ...]
) -> None:
    tiny.broken(case)


def test_the_tiny_pack_keeps_the_rules(tiny: TinyPack) -> None:
    tiny.pack()
