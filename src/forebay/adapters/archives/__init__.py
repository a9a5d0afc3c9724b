"""What is inside tar and zip archives. Their bytes are not trusted and are only ever opened in child processes."""
