"""The staff desk: pages for the office behind one passphrase, on their own port."""
