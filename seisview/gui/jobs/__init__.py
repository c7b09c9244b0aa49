"""Work off the main thread: one compute job at a time, workers whose latest request wins, their display."""
