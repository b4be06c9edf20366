"""Strategies: from what is wanted and what is there to a tuple of steps, pure; one file per transition."""
