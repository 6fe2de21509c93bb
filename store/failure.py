"""The store's error, for modules that must handle it without loading the database."""


class StoreError(Exception):
    """The store failed; the message says what to check. The work may still be written later."""
