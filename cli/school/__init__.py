"""Commands of a school: upkeep, paper, alarms."""
