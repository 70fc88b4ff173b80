"""What comes of a program: processes, their limits, their outputs, the cache."""
