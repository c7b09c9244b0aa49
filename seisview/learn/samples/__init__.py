"""From painted labels to training crops: targets, blocks held out, sampling and augmentation."""
