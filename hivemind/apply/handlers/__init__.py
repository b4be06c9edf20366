"""One function per kind of step: look whether it is done, else do one thing towards it, and say how it stands."""
