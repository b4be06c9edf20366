"""The cases' own files are data: nothing below a case is collected, whatever it is called."""

collect_ignore_glob = ["*/app/*"]
