"""Acting: one loop runs a plan's steps, journals them ahead, and tells what happens as events."""
