"""The data plane: what carries the requests, in a process of its own.

A request goes `reader` → `client` → `routing` → `exchange` → `upstream`, and its answer the same way back. One
`Client` is one connection of a client and serves its requests in order; one `Exchange` is one request on its way
through one target; one `Upstream` is one connection to a target and carries one exchange at a time. Requests are never
retried: a retry would hide exactly the failures that a rehearsal is for.
"""
