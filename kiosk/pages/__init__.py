"""The HTML pages of the screen, from pack, settings, the school's file and the day."""
