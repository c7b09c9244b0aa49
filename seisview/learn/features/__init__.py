"""Dense features of a survey: computed once, kept on disk, shared by preview, clusters and matches."""
