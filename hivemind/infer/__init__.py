"""From a repository to Findings: what the app is, how it is installed and started, and what it needs.

    tree        the only door to the repository's files
    detectors/  one small file per language and per need, in two visible tuples
    python/     how Python projects are read (requirements, pyproject, syntax trees); other languages get their own
    procfile    what the team already said elsewhere
    merge       facts in layers, the spec on top
    infer       the story: detect, read needs, merge, check

Nothing of the repository is ever run, imported or installed: its code is read as syntax trees and text.
"""
