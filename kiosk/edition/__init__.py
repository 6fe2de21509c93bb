"""An edition: all rendered pages as bytes that are ready to send, with modes and headers."""
