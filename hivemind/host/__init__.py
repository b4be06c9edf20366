"""This machine: its clock, its files, and HTTP as a user would speak it."""
