"""The pack as data, and what is true of numbers, hours, places, languages and segments."""
