"""What autograd says when something goes wrong: the census of its messages, and which of them was pasted."""
