"""Classifies a message's words: topic, language, or a question about the text line."""
