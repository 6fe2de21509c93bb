"""The text line: decide.py chooses each reply; line.py answers over twilio/ or modem/."""
