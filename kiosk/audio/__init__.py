"""Read aloud: what a page says, the clips on disk and the Listen button."""
