"""Training, prediction and the facies on show."""
