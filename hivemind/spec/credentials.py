"""Text that looks like a credential; such text is refused, and no message repeats it."""

from __future__ import annotations

import re

# Every repetition is bounded: a pattern must stay linear on hostile text.
_CREDENTIAL = re.compile(
    r"""
      (?:AKIA|ASIA)[0-9A-Z]{16}                                     # AWS access key id
    | -----BEGIN(?!\ (?:[A-Z]{1,16}\ )?(?:CERTIFICATE|PUBLIC\ KEY)) # private key in PEM
    | \bsk-ant-                                                     # Anthropic
    | \bsk-(?:proj-)?[A-Za-z0-9]{20}                                # OpenAI
    | \b[sr]k_live_[A-Za-z0-9]{8}                                   # Stripe
    | \bgh[pousr]_[A-Za-z0-9]{20} | \bgithub_pat_[A-Za-z0-9]{20}    # GitHub
    | \bglpat-[A-Za-z0-9_-]{16}                                     # GitLab
    | \bxox[abprs]-[A-Za-z0-9]{8}                                   # Slack
    | \bAIza[A-Za-z0-9_-]{35}                                       # Google
    | \beyJ[A-Za-z0-9_-]{8,256}\.eyJ[A-Za-z0-9_-]{8}                # JSON Web Token
    | ://[^\s/:@]{0,256}:(?!\$)[^\s/@]{1,256}@                      # URL with a password
    """,
    re.VERBOSE,
)


def is_credential(text: str) -> bool:
    """Whether some part of the text has the form of a key, a token or a URL with a password."""
    return _CREDENTIAL.search(text) is not None
