"""Files, the clock, hosts, and calls that may hang. Nothing here depends on Porchlight."""
