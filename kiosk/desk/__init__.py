"""The staff desk: pages for the office, behind one passphrase, on a port of their own."""
