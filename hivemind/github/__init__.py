"""GitHub behind the port of the forge, and the runner on which its workflows run us."""
