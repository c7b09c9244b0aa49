"""The status line: where the cursor is, what was said and for how long it is true."""
