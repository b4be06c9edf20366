"""How a PHP project is read: composer.json, its framework, the server that answers for it."""
