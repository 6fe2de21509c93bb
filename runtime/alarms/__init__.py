"""Heard when it fails: alarms, metrics, the nightly check, logs, and what a helper is sent."""
