"""The quality page: how good a model is on labels it never saw, and where it fails."""
