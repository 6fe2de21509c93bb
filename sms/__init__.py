"""The text line: decide.py chooses a reply, line.py answers, twilio/ and modem/ carry."""
