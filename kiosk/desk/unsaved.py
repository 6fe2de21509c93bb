"""What somebody was at when the sign-in came between: the page, and what was typed on it."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from kiosk.desk import school_pages
from kiosk.desk.setup.pages import AT, NEVER_BACK

FORMS = {school_pages.ADDRESS, AT}  # those that take minutes to fill in
AGAIN = {"do": "again", "step": "again"}  # shown as it was typed, and not saved
_NOT_TYPED = {*NEVER_BACK, "back", *AGAIN}
_PAGE = re.compile(r"/staff/(?!in$|out$|first)[a-z0-9/-]{1,150}")
# Of what the sign-in's form can bring back beside its own.
MOST_BYTES = 110 * 1024
MOST_FIELDS = 1190


def page(address: str) -> str:
    """The address if it can be a page of the desk to go on to after the sign-in; else ""."""
    return address if _PAGE.fullmatch(address) and "//" not in address else ""


def typed(address: str, form: Mapping[str, str]) -> dict[str, str]:
    """The fields to show again after the sign-in; none where that is no form to keep, or too
    much."""
    if address not in FORMS:
        return {}
    fields = {name: text for name, text in form.items() if name not in _NOT_TYPED}
    is_small = len(fields) <= MOST_FIELDS and len(urlencode(fields)) <= MOST_BYTES
    return fields if is_small else {}
