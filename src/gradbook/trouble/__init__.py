"""What autograd says when something goes wrong: the census of its messages, and the finder of the one that was pasted."""
