"""Similar places: Siamese networks, search over a survey, and learning from verdicts."""
