"""Menus, keys and buttons: a table of every action, and what each does."""
