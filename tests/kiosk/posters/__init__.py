"""Tests of kiosk.posters."""
