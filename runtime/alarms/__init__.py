"""Reports failures: alarms, the nightly check and the log."""
