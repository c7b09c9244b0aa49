"""From strokes and label jobs to the label store."""
