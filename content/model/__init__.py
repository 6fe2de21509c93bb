"""The pack as data: its types, and what is true of numbers, hours, places, languages and segments."""
