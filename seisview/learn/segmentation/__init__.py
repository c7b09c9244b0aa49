"""The network that is tuned on facies: fitting, checkpoints, prediction, calibration, what to label next."""
