"""Files, the clock, hosts, and calls that may hang: nothing here depends on Porchlight."""
