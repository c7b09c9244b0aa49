"""Horizons picked on a section: picks, the reflection followed between them, and what lies between two."""
