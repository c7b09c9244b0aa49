"""Labels to facies: training, prediction, preview, carried labels, quality, what to label next."""
