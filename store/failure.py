"""The store's error, for modules that have to handle it without loading the database."""


class StoreError(Exception):
    """The store failed. The message says what to check. The work may still be written later."""
