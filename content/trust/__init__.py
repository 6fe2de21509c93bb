"""Fetches and verifies what a publisher signed: over https, from a USB stick, on the disk."""
