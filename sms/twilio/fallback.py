"""What the carrier answers by itself while this server is down: one message, made from the pack,
kept in its console.

Owns that document. Refuses to be served from here: it must not depend on this server
(sms/twilio/client.py, `doctor`). Source: twilio.com/docs/serverless/twiml-bins.
"""

from sms import replies
from sms.decide import Script


def document(script: Script) -> bytes:
    """Static TwiML with the crisis lines in every language the line speaks, for a TwiML Bin."""
    said = [script.reply(f"line:limited:{language}").text for language in script.languages]
    return replies.twiml("\n".join(dict.fromkeys(said)))
