"""How the store fails, for those who must not load the database to say so."""


class StoreError(Exception):
    """The store failed: the sentence says what to look at. The work may still be written later."""
