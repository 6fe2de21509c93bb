"""Fetching and verifying what a publisher signed: over https, from a USB stick, from the disk."""
