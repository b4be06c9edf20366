"""Drift: what a stack's resources are now, compared with what its template says they are."""
