"""`hivemind.yaml` → Spec: strict, bounded, and with every problem of a document told at once, each with its place.

    bytes ─load→ text ─source→ nodes with places ─check (by document, rules)→ plain values ─build→ Spec

`document` describes the file once, from the models; the checker, the JSON Schema (`schema`) and the reference
(`reference`, in docs/spec.md) all follow it. `starter` writes the first spec of a repository.
"""
