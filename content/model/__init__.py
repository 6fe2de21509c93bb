"""The pack as data, and facts about numbers, hours, places, languages and SMS segments."""
