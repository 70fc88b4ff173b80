"""What a page states beside what its program did."""
