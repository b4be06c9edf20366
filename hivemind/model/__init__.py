"""The nouns: frozen, tagged, serialisable values that every room speaks; no behaviour beyond properties."""
