"""Reading aloud: spoken text, clips on disk, and the Listen button."""
