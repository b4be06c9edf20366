"""How a site of files is read: the generator that makes them, or the folder that they already lie in."""
