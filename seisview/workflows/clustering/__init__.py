"""Cluster maps of surveys and of folders of patches."""
