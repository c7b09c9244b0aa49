"""Opening, saving and following one survey with its project."""
