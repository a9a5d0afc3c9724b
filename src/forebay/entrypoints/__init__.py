"""The driving side: HTTP, command line and embedding, interchangeable."""
