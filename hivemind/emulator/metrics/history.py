"""What happened to alarms: their configuration, their states and the actions taken, as DescribeAlarmHistory shows it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hivemind.emulator.metrics.refusal import bad_value

KEPT = timedelta(days=30)
MOST_ITEMS = 5000
MOST_RECORDS = 100

Item = dict[str, Any]


def item(alarm: Any, now: datetime, kind: str, summary: str, data: Mapping[str, Any]) -> Item:
    """One item; `kind` is ConfigurationUpdate, StateUpdate or Action."""
    return {
        "AlarmName": alarm.name,
        "AlarmType": "CompositeAlarm" if alarm.rule is not None else "MetricAlarm",
        "Timestamp": now,
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": json.dumps(data, separators=(",", ":")),
    }


def kept(items: Sequence[Item], now: datetime) -> list[Item]:
    """The newest items that are not too old, oldest first."""
    return [each for each in items if now - each["Timestamp"] <= KEPT][-MOST_ITEMS:]


def describe(items: Sequence[Item], asked: Mapping[str, Any]) -> dict[str, Any]:
    """AlarmHistoryItems, newest first unless asked otherwise, a page at a time; raises Refusal."""
    found = [each for each in items if _is_wanted(each, asked)]
    if asked.get("ScanBy") != "TimestampAscending":
        found.reverse()
    token = asked.get("NextToken")
    if token and not token.isdecimal():
        raise bad_value("The value for parameter NextToken is invalid.")
    begin, most = int(token or 0), int(asked.get("MaxRecords") or MOST_RECORDS)
    more = {"NextToken": str(begin + most)} if len(found) > begin + most else {}
    return {"AlarmHistoryItems": found[begin : begin + most], **more}


def _is_wanted(each: Item, asked: Mapping[str, Any]) -> bool:
    """AlarmTypes left out means metric alarms only, as AWS says."""
    return (
        asked.get("AlarmName") in (None, each["AlarmName"])
        and each["AlarmType"] in (asked.get("AlarmTypes") or ("MetricAlarm",))
        and asked.get("HistoryItemType") in (None, each["HistoryItemType"])
        and _zoned(asked.get("StartDate"), datetime.min) <= each["Timestamp"]
        and each["Timestamp"] <= _zoned(asked.get("EndDate"), datetime.max)
    )


def _zoned(moment: datetime | None, otherwise: datetime) -> datetime:
    found = moment or otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)
