"""Networks and their weights: ResNet encoders, the decoder, and files that they start from."""
