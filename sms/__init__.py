"""The text line. Reading order: keywords, conversation, line, webhook. Knows the pack; does not
know the screen."""
