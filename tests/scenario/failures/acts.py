"""The words a case of the failure table is written in: what is done to a stack, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Account(Protocol):
    """What happens by hand needs: the API, and what the stack is called there."""

    def client(self, service: str) -> Any:
        """A boto3 client."""

    def physical(self, logical_id: str, stack: str = "") -> str:
        """A resource's physical id in the case's stack, or in another."""

    def stack_id(self) -> str:
        """The stack's id."""


Undo = Callable[[], object]
Deed = Callable[[Account], Undo | None]


@dataclass(frozen=True)
class Failed:
    """An event that must be there: a resource (none: the stack itself), its status and a part of the reason."""

    logical_id: str
    status: str
    because: str


@dataclass(frozen=True)
class Create:
    """CreateStack; `through` are the stack's statuses in order, as AWS documents them.

    One that ends in ROLLBACK_COMPLETE must leave the account as it found it, unless something is kept on purpose.
    """

    template: str
    through: str
    fails: tuple[Failed, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    stack: str = ""
    restores: bool = True


@dataclass(frozen=True)
class Update:
    """UpdateStack; one that ends in UPDATE_ROLLBACK_COMPLETE must leave the account as it found it."""

    template: str
    through: str
    fails: tuple[Failed, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    stack: str = ""
    restores: bool = True


@dataclass(frozen=True)
class Delete:
    """DeleteStack."""

    through: str
    fails: tuple[Failed, ...] = ()
    retain: tuple[str, ...] = ()
    stack: str = ""


@dataclass(frozen=True)
class RollBack:
    """RollbackStack; `restores`: the account is then as it was before the failed operation."""

    through: str
    fails: tuple[Failed, ...] = ()
    restores: bool = True


@dataclass(frozen=True)
class ContinueRollback:
    """ContinueUpdateRollback."""

    through: str
    fails: tuple[Failed, ...] = ()
    skip: tuple[str, ...] = ()
    restores: bool = True


@dataclass(frozen=True)
class ByHand:
    """Something done through the API by somebody else; what it returns undoes it."""

    deed: Deed


@dataclass(frozen=True)
class PutRight:
    """What was done by hand is undone."""


@dataclass(frozen=True)
class Refused:
    """A call that is refused at once, with a code and a part of the message; nothing begins."""

    act: Create | Update | Delete | ContinueRollback
    code: str
    words: str


Act = Create | Update | Delete | RollBack | ContinueRollback | ByHand | PutRight | Refused


@dataclass(frozen=True)
class Case:
    """One failure, told as acts in order; in the end the stack is deleted and nothing may be left."""

    id: str
    acts: tuple[Act, ...]

    def __init__(self, id: str, *acts: Act) -> None:
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "acts", acts)


CREATED = "CREATE_IN_PROGRESS CREATE_COMPLETE"
CREATE_UNDONE = "CREATE_IN_PROGRESS ROLLBACK_IN_PROGRESS ROLLBACK_COMPLETE"
CREATE_FAILED = "CREATE_IN_PROGRESS CREATE_FAILED"
UPDATED = "UPDATE_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_COMPLETE"
RESTORED = "UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE"
UPDATE_UNDONE = f"UPDATE_IN_PROGRESS {RESTORED}"
UPDATE_FAILED = "UPDATE_IN_PROGRESS UPDATE_FAILED"
NOT_RESTORED = "UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_FAILED"
DELETED = "DELETE_IN_PROGRESS DELETE_COMPLETE"
NOT_DELETED = "DELETE_IN_PROGRESS DELETE_FAILED"

NO_ROLLBACK = {"DisableRollback": True}


def created(template: str, **options: Any) -> Create:
    """A stack that comes about."""
    return Create(template, CREATED, options=options)


def creation_undone(template: str, logical_id: str, because: str, **options: Any) -> Create:
    """A stack whose one failing resource takes everything back."""
    return Create(template, CREATE_UNDONE, (Failed(logical_id, "CREATE_FAILED", because),), options)


def found_early(template: str) -> Create:
    """A stack whose validation finds before anything is made that a name is taken.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    """
    return Create(template, CREATE_UNDONE, (Failed("", "ROLLBACK_IN_PROGRESS", "Validation failure detected."),))


def update_undone(template: str, logical_id: str, because: str, status: str = "UPDATE_FAILED") -> Update:
    """An update whose one failing resource takes everything back."""
    return Update(template, UPDATE_UNDONE, (Failed(logical_id, status, because),))


def not_deleted(logical_id: str, because: str) -> Delete:
    """A stack that cannot go because of one resource."""
    return Delete(NOT_DELETED, (Failed(logical_id, "DELETE_FAILED", because),))
