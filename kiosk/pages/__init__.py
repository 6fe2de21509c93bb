"""Makes the screen's HTML pages from the pack, settings, school file and date."""
