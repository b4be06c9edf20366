"""How Node, Bun and Deno projects are read: manifests, lock files and token streams; never by running them."""
