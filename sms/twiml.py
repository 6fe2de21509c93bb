"""Writes a message as TwiML with Twilio's own library. For calls: sms/voice/twiml.py."""

import re

from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def message(text: str) -> bytes:
    """Return a response that contains the message, or an empty response for ""."""
    response = MessagingResponse()
    if text:
        response.message(legal(text))
    return str(response).encode()


def legal(text: str) -> str:
    """Return the text without the characters that XML 1.0 forbids."""
    return _ILLEGAL.sub("", text)


NOTHING = message("")
