"""Hand-made channels and a small metric on them: the features that similarity uses by default."""
