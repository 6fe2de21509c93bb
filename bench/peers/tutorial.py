"""The usual tutorial: Flask, the SDK's validator and TwiML, one SQLite commit per message.

Run: gunicorn --workers 1 --threads 16 bench.peers.tutorial:app, with BENCH_DATABASE, BENCH_TOKEN
and BENCH_URL set.
"""

import os
import sqlite3

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

app = Flask(__name__)
validator = RequestValidator(os.environ["BENCH_TOKEN"])
REPLIES = {
    "food": "Call 211.",
    "help": "In danger call 911. Crisis: call or text 988. More help: 1-888-373-7888.",
}


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_DATABASE"], timeout=10)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table if not exists handled (sid text primary key, reply text)")
    return connection


@app.post("/sms/inbound")
def inbound() -> Response:
    if not validator.validate(
        os.environ["BENCH_URL"], request.form, request.headers.get("X-Twilio-Signature", "")
    ):
        abort(403)
    reply = REPLIES.get(request.form["Body"].strip().lower(), REPLIES["help"])
    connection = database()
    with connection:
        connection.execute(
            "insert or ignore into handled (sid, reply) values (?, ?)",
            (request.form["MessageSid"], reply),
        )
    (kept,) = connection.execute(
        "select reply from handled where sid = ?", (request.form["MessageSid"],)
    ).fetchone()
    connection.close()
    answer = MessagingResponse()
    answer.message(kept)
    return Response(str(answer), mimetype="text/xml")
