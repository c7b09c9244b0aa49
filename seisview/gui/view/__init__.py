"""What the window shows: the view state, the bar that moves it, and the marks along it."""
