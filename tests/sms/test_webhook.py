"""The HTTP edge, from raw ASGI to the database and back."""
