"""A refusal in RDS's own words."""

from __future__ import annotations


def refuse(code: str, message: str) -> Exception:
    """The exception that moto answers as an error of RDS; `code` is the one on the wire."""
    from moto.rds.exceptions import RDSClientError

    return RDSClientError(code, message)  # type: ignore[no-any-return]


def combination(message: str) -> Exception:
    """InvalidParameterCombination."""
    return refuse("InvalidParameterCombination", message)


def value(message: str) -> Exception:
    """InvalidParameterValue."""
    return refuse("InvalidParameterValue", message)
