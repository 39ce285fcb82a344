"""What the house promises, in sentences about people."""
