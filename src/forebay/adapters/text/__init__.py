"""Text of documents, by their format. Their bytes are not trusted and are only ever opened in child processes."""
