"""The 8-bit copy in bricks beside a big survey, and the volume that reads whichever is faster."""
