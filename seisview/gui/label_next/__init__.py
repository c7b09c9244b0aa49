"""What to label next: the list, and what it rests on."""
