"""From the start of the program to the welcome page, before anything heavy is loaded."""
