"""Objects as files in a folder: temporary file, fsync, link under the key, fsync of the folders."""
