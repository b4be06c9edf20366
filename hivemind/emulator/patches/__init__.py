"""The seams in moto: one small file per service says what is replaced, and why moto's own will not do.

moto has no extension points, so it is pinned to the patch and every replaced function is a `Seam` whose parameters
are checked when the daemon starts and in a contract test.
"""
