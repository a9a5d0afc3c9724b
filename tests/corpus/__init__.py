"""Documents of other people, fetched from packages of Debian and Python, and what is tested with them."""
