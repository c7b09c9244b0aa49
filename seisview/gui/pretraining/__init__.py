"""Pretraining on the open survey: offered, run, resumed, kept."""
