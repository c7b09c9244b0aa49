"""Similar places in a survey, similar images in folders, and training for both."""
