"""What happens in the fake and in the local cloud without the doing of any port."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from fakes.world import World

from hivemind.aws.session import Session

IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


class FakeOutside:
    def __init__(self, world: World) -> None:
        self._world = world

    def launch(self, tags: Mapping[str, str]) -> str:
        return self._world.start(tags).id

    def log(self, group: str, lines: Sequence[str], stream: str = "") -> None:
        self._world.logs[group].extend((stream or line, line) for line in lines)


class LocalOutside:
    """By boto3, as anybody may call the local cloud."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._moment = 0
        """Milliseconds; no two lines have the same, for then their order would be anybody's guess."""

    def launch(self, tags: Mapping[str, str]) -> str:
        image = self._session.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        found = self._session.client("ec2").run_instances(
            ImageId=image,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": listed}],
        )
        return str(found["Instances"][0]["InstanceId"])

    def log(self, group: str, lines: Sequence[str], stream: str = "") -> None:
        """One line after the other, unless told where each in a stream of its own, as from several machines."""
        logs = self._session.client("logs")
        for line in lines:
            self._moment = max(self._moment + 1, time.time_ns() // 1_000_000)
            place = stream or f"{line}-{self._moment}"
            logs.create_log_stream(logGroupName=group, logStreamName=place)
            event = {"timestamp": self._moment, "message": line}
            logs.put_log_events(logGroupName=group, logStreamName=place, logEvents=[event])
