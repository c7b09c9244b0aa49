"""The main job on the built-in survey, and what it writes."""
