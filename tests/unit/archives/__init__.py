"""What the reader of archives says of all kinds of archives, without processes."""
