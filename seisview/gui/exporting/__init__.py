"""Exports from the window: asked, run as a job, reported."""
