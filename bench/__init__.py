"""Speed and size as ratios against peers in one run. Never a test: figures depend on the machine,
ratios less so."""
