"""From a repository to Findings: what the app is, how it is installed and started, and what it needs.

    tree        the only door to the repository's files
    detectors/  one small file per language and per need, in two visible tuples
    python/     how Python projects are read (requirements, pyproject, syntax trees); other languages have their own
    sources/    one small file for each file beside the code that says how the app is run, in two visible tuples
    engines     every name of a database, cache or queue: packages by registry, images, schemes
    discover    which services there are when no spec says so
    merge       facts in layers, the spec on top
    survey      the story: detect, read the sources, read the needs, merge
    infer       whether that is enough to deploy

Nothing of the repository is ever run, imported or installed: its code is read as syntax trees and text.
"""
