"""The publisher's side of TUF: keys, roles and releases."""
