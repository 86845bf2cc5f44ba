"""What is due, and telling somebody."""
