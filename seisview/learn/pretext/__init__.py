"""Pretext tasks: what a network can be taught by sections that nobody has labelled."""
