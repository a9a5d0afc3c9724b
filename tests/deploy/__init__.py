"""What is deployed, checked without starting it."""
