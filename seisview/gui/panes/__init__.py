"""Linked panes around the main section, the base map among them."""
