"""Commands for a school: upkeep, printing and alarms."""
