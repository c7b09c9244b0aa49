"""The drawn section: canvas, layers, axes, and what mouse and keys do on it."""
