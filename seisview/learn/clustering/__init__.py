"""Patterns nobody labelled: reduction, K-Means, outliers, and scores against known classes."""
