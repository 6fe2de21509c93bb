"""The releases on this machine's disk, and how a new one is made."""
