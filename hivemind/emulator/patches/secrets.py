"""Secrets Manager: passwords as its rules demand, and no rotation.

moto's generator fails when a whole class of characters is excluded by name, and its rotation changes nothing.
"""

from __future__ import annotations

import secrets
import string
from typing import Any

from hivemind.emulator.seam import Seam


def seams() -> tuple[Seam, ...]:
    """What this file replaces."""
    from moto.secretsmanager import models

    flags = "exclude_numbers exclude_punctuation exclude_uppercase exclude_lowercase include_space"
    generator = f"password_length exclude_characters {flags} require_each_included_type"
    return (
        Seam(models, "random_password", generator),
        Seam(models.SecretsManagerBackend, "rotate_secret"),
    )


def install() -> None:
    """Patch moto's Secrets Manager."""
    generate, rotate = seams()
    generate.replace(random_password)
    rotate.replace(_rotate)


def random_password(password_length: int, exclude_characters: str, *flags: bool) -> str:
    """GetRandomPassword; `flags` as moto hands them over.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
    """
    *_, require_each = flags
    kinds = [
        [each for each in characters if each not in (exclude_characters or "")] for characters in _included(*flags[:5])
    ]
    kinds = [kind for kind in kinds if kind]
    if not kinds or (require_each and len(kinds) > password_length):
        raise _refuse("The password length is too short based on the required types.")
    everything = [each for kind in kinds for each in kind]
    first = [secrets.choice(kind) for kind in kinds] if require_each else []
    chosen = first + [secrets.choice(everything) for _ in range(password_length - len(first))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def _included(no_numbers: bool, no_punctuation: bool, no_upper: bool, no_lower: bool, space: bool) -> list[str]:
    offered = (
        (string.ascii_lowercase, not no_lower),
        (string.ascii_uppercase, not no_upper),
        (string.digits, not no_numbers),
        (string.punctuation, not no_punctuation),
        (" ", space),
    )
    return [characters for characters, wanted in offered if wanted]


def _refuse(message: str) -> Exception:
    from moto.secretsmanager.exceptions import InvalidParameterException

    return InvalidParameterException(message)  # type: ignore[no-any-return]


def _rotate(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError("The local cloud does not rotate secrets: put a new value into the secret instead.")
