"""The one training loop, and what every training shares: steps, schedules, budgets, stopping and resuming."""
