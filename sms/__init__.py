"""The text line: decide.py chooses each reply, and line.py answers over twilio/ or modem/."""
