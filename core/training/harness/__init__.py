"""What every run shares: settings, schedule, state, log, several processes."""
