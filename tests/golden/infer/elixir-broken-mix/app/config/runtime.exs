System.get_env(
raise
