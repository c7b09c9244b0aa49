"""The instant preview: a light head on cached features, refitted after every stroke."""
