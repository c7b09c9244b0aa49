"""Picking a patch, looking at what is similar, and what comes of it."""
