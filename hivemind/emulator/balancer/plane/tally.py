"""Counting what passes, cheaply, between two reports."""

from __future__ import annotations

from collections import defaultdict

from hivemind.emulator.balancer.report import BalancerCounts, Counts, GroupCounts


class Tally:
    """The counts since the last report."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._times: defaultdict[str, list[float]] = defaultdict(list)

    def balancer(self, arn: str) -> BalancerCounts:
        """The running counts of a load balancer."""
        counts = self._counts.balancers.get(arn)
        if counts is None:
            counts = self._counts.balancers[arn] = BalancerCounts()
        return counts

    def group(self, arn: str) -> GroupCounts:
        """The running counts of a target group."""
        counts = self._counts.groups.get(arn)
        if counts is None:
            counts = self._counts.groups[arn] = GroupCounts()
        return counts

    def error(self, balancer: str, status: int) -> None:
        """The load balancer answered with an error of its own."""
        codes = self.balancer(balancer).codes
        codes[status] = codes.get(status, 0) + 1

    def answer(self, group: str, status: int, seconds: float) -> None:
        """A target began to answer, `seconds` after the request was sent."""
        counts = self.group(group)
        counts.codes[status] = counts.codes.get(status, 0) + 1
        self._times[group].append(seconds)

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not self._counts.balancers and not self._counts.groups

    def take(self) -> Counts:
        """The counts, which begin anew."""
        counts, self._counts = self._counts, Counts()
        for group, times in self._times.items():
            for seconds in times:
                counts.groups[group].times.observe(seconds)
        self._times.clear()
        return counts
