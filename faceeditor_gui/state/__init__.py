"""What is neither saved nor undone: the tool, its settings, preferences."""
