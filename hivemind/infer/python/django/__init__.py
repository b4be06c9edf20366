"""Django: where the site is, what its settings say, which addresses it answers."""
