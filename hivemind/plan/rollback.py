"""Going back: to which release, what that means for the schema, and all of it as it was wanted then.

Code, service templates, parameters and environment go back together, by the plan that was kept with the release. The
foundation and the bootstrap stack stay as they stand: a release never rolls a database back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hivemind.errors import RefusedError
from hivemind.model.live import Live
from hivemind.model.names import BOOTSTRAP, TEST_TOKEN, service_stack
from hivemind.model.plan import Plan, Wanted
from hivemind.model.release import ReleaseRecord
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan.desired import Back, Desired
from hivemind.plan.document import document
from hivemind.plan.parameters import base
from hivemind.plan.resolve import declared
from hivemind.plan.standing import serving, stacks
from hivemind.plan.strategies.blue_green import is_half_way
from hivemind.plan.words import short

NUMBER_DIGITS = 3
"""Longer rows of digits begin a digest or a commit."""
LEAST = 4
"""Letters of a digest or commit that may stand for it."""
_SEE = "`hivemind status` lists the releases."

Records = Sequence[ReleaseRecord]


def chosen(records: Records, live: Live, asked: str | None) -> Back:
    """The release to go back to, of records that come newest first; raises RefusedError when there is none.

    `asked` is a number as `status` lists them, or how a digest or a commit begins; without it, the newest release that
    is not the one that serves.
    """
    served = at_rest(live)
    if not any(record.verdict == "live" for record in records):
        raise RefusedError("no release was ever live here", hint="`hivemind apply` deploys one.")
    at = _newest_other(records, served) if asked is None else _asked(records, asked)
    if records[at].digest == served:
        raise RefusedError(f"release {short(served)} already serves", hint=f"Choose another with --to. {_SEE}")
    return Back(to=records[at], since=tuple(records[:at]))


def at_rest(live: Live) -> str | None:
    """The release that every service runs, with nothing of another one beside it; None when that is not so."""
    served = set()
    for service in live.services.values():
        colour = serving(service)
        if colour is None or is_half_way(service, colour):
            return None
        served.add(service.releases.get(colour, ""))
    return served.pop() if len(served) == 1 else None


def require_passable(back: Back, force: bool) -> None:
    """Refuse to cross a migration that the spec called one-way, unless forced."""
    crossed = back.one_way
    if crossed and not force:
        named = ", ".join(short(record.digest) for record in crossed)
        raise RefusedError(
            f"between now and release {short(back.to.digest)} stands the one-way migration of release {named}",
            hint="The earlier release does not work on the schema it left. Repair the application and `hivemind apply` "
            "it, or go back all the same with --force.",
        )


def wanted_again(kept: Plan, live: Live, back: Back) -> Desired:
    """What the kept plan of a release wanted, on the foundation that stands. Raises RefusedError where it cannot be."""
    wanted = kept.wanted
    if wanted is None or kept.release is None:
        raise not_kept(back.to, "plan")
    desired = Desired(
        spec=wanted.spec,
        environment=wanted.environment,
        findings=wanted.findings,
        templates=(*_base(live), *_services(kept, wanted)),
        release=kept.release,
        image=kept.image,
        back=back,
    )
    for template in desired.templates:
        _require_values(template, desired, live)
    return desired


def not_kept(record: ReleaseRecord, what: str) -> RefusedError:
    """The refusal for a release of which something needed is gone."""
    commit = f" {record.commit[:12]}" if record.commit else ""
    return RefusedError(
        f"the {what} of release {short(record.digest)} is no longer kept",
        hint=f"Check out its commit{commit} and run `hivemind apply`, or choose another with --to. {_SEE}",
    )


def _newest_other(records: Records, served: str | None) -> int:
    for at, record in enumerate(records):
        if record.verdict == "live" and record.digest != served:
            return at
    raise RefusedError(
        f"release {short(records[0].digest)} is the only one there is",
        hint="`hivemind rollback --all` takes everything down; a repaired application is deployed by `hivemind apply`.",
    )


def _asked(records: Records, asked: str) -> int:
    if asked.isdigit() and len(asked) <= NUMBER_DIGITS:
        return _numbered(records, int(asked), asked)
    found = [at for at, record in enumerate(records) if is_meant(record, asked)]
    if len({records[at].digest for at in found}) > 1:
        named = ", ".join(dict.fromkeys(short(records[at].digest) for at in found))
        raise RefusedError(f"`{asked}` begins several releases: {named}", hint=f"Write more of it. {_SEE}")
    if not found:
        hint = f"Give a number, or at least {LEAST} characters of a digest or a commit. {_SEE}"
        raise RefusedError(f"there is no release `{asked}`", hint=hint)
    live = [at for at in found if records[at].verdict == "live"]
    return live[0] if live else _failed(records[found[0]])


def _numbered(records: Records, number: int, asked: str) -> int:
    if not 1 <= number <= len(records):
        raise RefusedError(f"there is no release {asked}: they count from 1 to {len(records)}", hint=_SEE)
    return number - 1 if records[number - 1].verdict == "live" else _failed(records[number - 1])


def _failed(record: ReleaseRecord) -> int:
    raise RefusedError(
        f"release {short(record.digest)} failed: its run did not come to its end", hint=f"Choose another. {_SEE}"
    )


def is_meant(record: ReleaseRecord, asked: str) -> bool:
    """Whether a release's digest or commit begins like this, by enough letters to mean it."""
    begins = asked.lower()
    return len(begins) >= LEAST and any(told.startswith(begins) for told in (record.digest, record.commit or ""))


def _base(live: Live) -> Iterator[Template]:
    for part, stack in stacks(live).items():
        if part in (BOOTSTRAP, FOUNDATION):
            yield Template(part=part, stack=stack.name, body=stack.body)


def _services(kept: Plan, wanted: Wanted) -> Iterator[Template]:
    for part, body in kept.templates.items():
        if part not in (BOOTSTRAP, FOUNDATION):
            yield Template(part=part, stack=service_stack(wanted.spec.name, wanted.environment.name, part), body=body)


def _require_values(template: Template, desired: Desired, live: Live) -> None:
    """A template's parameter without a value would fail only after the run has begun."""
    there = stacks(live)
    if template.part in (BOOTSTRAP, FOUNDATION):
        return
    known = set(base(template, desired)) | {TEST_TOKEN}
    known |= set(there[template.part].parameters) if template.part in there else set()
    for part in (BOOTSTRAP, FOUNDATION):
        known |= set(there[part].outputs) if part in there else set()
    if missing := [name for name in declared(document(template.body)) if name not in known]:
        raise RefusedError(
            f"{template.part} of that release needs {', '.join(missing)} of the foundation, which gives it no longer",
            where=desired.deployment,
            hint="Check out its commit and run `hivemind apply`: that changes the foundation, too.",
        )
