"""How the weights are made: `python -m core.training RECIPE`. Needs neither Qt nor dlib."""
