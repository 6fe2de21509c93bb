"""Speed and size as ratios against peers in one run. Never a test: figures vary by machine."""
