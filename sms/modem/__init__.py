"""Carries texts through a GSM modem."""
