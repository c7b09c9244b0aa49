"""The light model that is refitted after every stroke."""
