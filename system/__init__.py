"""Files, the clock, hosts, and calls that may hang: nothing here knows Porchlight."""
