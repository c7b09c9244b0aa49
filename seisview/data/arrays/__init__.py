"""Volumes in npy and zarr arrays."""
