"""Makes the screen's HTML pages from pack, settings, school file and date."""
