"""The CLUSTERS page: patterns nobody labelled, their map as a scatter, and what is unusual."""
