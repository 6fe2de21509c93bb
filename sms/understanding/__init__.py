"""From the words of a message to a topic, a language or a question about the line."""
