"""A GSM modem as carrier."""
