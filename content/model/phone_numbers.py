"""Phone numbers, as +1 and ten digits or a short code: display, links and validation.

Short codes have no E.164 form: libphonenumber turns 988 into "+1988".
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from content.model.pack import ChannelKind, ShortCode

_FULL = re.compile(r"\+1([2-9]\d{2})(\d{3})(\d{4})", re.ASCII)
_WHOLE = re.compile(r"\+?[0-9]{10,15}")
_SHORT = re.compile(r"\d{3,6}", re.ASCII)
_PREMIUM_TYPES = (4, 5)  # phonenumbers.PhoneNumberType.PREMIUM_RATE and SHARED_COST
_NORTH_AMERICA = "+1"


def display(number: str) -> str:
    """Return a number as people write it: "+18883737888" → "1-888-373-7888". Keeps short codes."""
    match = _FULL.fullmatch(number)
    return f"1-{match[1]}-{match[2]}-{match[3]}" if match else number


def tel(number: str) -> str:
    return f"tel:{number}"


def sms(number: str, body: str = "") -> str:
    """Return a link's address for texting: "sms:741741?body=HOME"."""
    return f"sms:{number}?body={quote(body)}" if body else f"sms:{number}"


def digits(text: str) -> str:
    """Return the ASCII digits of a text; drop the leading 1 of eleven digits."""
    found = "".join(re.findall(r"[0-9]", text))
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def is_whole(number: str) -> bool:
    """Whether this sender can get replies; a short code, name or +266696687 ("anonymous") can't."""
    return bool(_WHOLE.fullmatch(number))


def problem(
    number: str, *, short_codes: Iterable[ShortCode], kind: ChannelKind | None = None
) -> str:
    """Return why students must not use a number, else "". A short code must allow ``kind``."""
    if _SHORT.fullmatch(number):
        return _short_problem(number, list(short_codes), kind)
    match = _FULL.fullmatch(number)
    if match is None:
        return _shape_problem(number)
    area, exchange, line = match.groups()
    if area == "900" or exchange == "976":
        return f'"{number}" is a premium number: the caller pays; use another'
    if exchange == "555" and line.startswith("01"):
        return (
            f'"{number}" is a made-up number (555-0100 to 555-0199 are reserved for films);'
            " write the real one"
        )
    return _library_problem(number)


def _short_problem(number: str, short_codes: list[ShortCode], kind: ChannelKind | None) -> str:
    entry = next((code for code in short_codes if code.number == number), None)
    if entry is None:
        zip_code = ", and has five digits like a ZIP code" if len(number) == 5 else ""
        return (
            f'"{number}" is not one of the short codes in shortcodes.toml{zip_code};'
            " write +1 and ten digits, or add the short code there with its source"
        )
    if kind is not None and kind not in entry.kinds:
        allowed = ", ".join(entry.kinds)
        return (
            f'"{number}" is listed in shortcodes.toml for {allowed}, not for {kind}; correct one of'
            " the two"
        )
    return ""


def _shape_problem(number: str) -> str:
    if not number.isascii():
        return f'"{number}" is not a phone number that people can dial; write its digits as 0-9'
    if number.startswith("+") and not number.startswith(_NORTH_AMERICA):
        return f'"{number}" is a foreign number; use a US number'
    if re.search(r"[A-Za-z]", number):
        return f'"{number}" contains letters; write +1 and ten digits, nothing else'
    found = digits(number)
    if re.fullmatch(r"[2-9]\d{9}", found):
        return f'"{number}" must be written "+1{found}": +1 and ten digits, without spaces or signs'
    return f'"{number}" is not a phone number; write +1 and ten digits, such as "+18883737888"'


def _library_problem(number: str) -> str:
    import phonenumbers  # noqa: PLC0415 (takes 3 MB and 20 ms; only authoring needs it)

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return f'"{number}" is not a phone number; check its digits'
    if not phonenumbers.is_valid_number(parsed):
        return f'"{number}" cannot be a real US number; check its digits'
    region = phonenumbers.region_code_for_number(parsed)
    if region != "US":
        return f'"{number}" is a foreign number ({region}); use a US number'
    if phonenumbers.number_type(parsed) in _PREMIUM_TYPES:
        return f'"{number}" is a premium number: the caller pays; use another'
    return ""
