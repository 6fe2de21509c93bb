"""Fetching what a publisher signed and verifying it, over https, from a USB stick or from the disk."""
