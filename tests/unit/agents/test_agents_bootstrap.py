"""The state bucket's stack: brought about once, made good after a failure, and told with the cloud's reason."""

from __future__ import annotations

import json

import pytest
from fakes.clock import FakeClock
from fakes.cloud import FakeCloud

from hivemind.agents.bootstrap import bootstrap
from hivemind.errors import StepError
from hivemind.model.template import Template
from hivemind.render.check import check
from hivemind.render.state_bucket import state_bucket
from hivemind.render.yaml_text import load

ADDRESS = "s3://acme.hivemind/team/a"
BUCKET = Template(
    part="state", stack="hivemind-state", body=json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})
)


def test_it_is_made_once_and_found_ready_after_that() -> None:
    cloud = FakeCloud()
    stacks, clock = cloud.acting().stacks, FakeClock(cloud.tick)
    assert bootstrap(BUCKET, stacks, clock) is True
    assert bootstrap(BUCKET, stacks, clock) is False
    found = stacks.find(BUCKET.stack)
    assert found is not None
    assert found.status == "CREATE_COMPLETE"


def test_what_the_cloud_says_is_told_and_the_next_attempt_clears_the_way() -> None:
    cloud = FakeCloud()
    stacks, clock = cloud.acting().stacks, FakeClock(cloud.tick)
    cloud.world.faults.resources["Bucket"] = "acme already exists"
    with pytest.raises(StepError, match="acme already exists") as failed:
        bootstrap(BUCKET, stacks, clock)
    assert "name another in `state`" in failed.value.hint
    cloud.world.faults.resources.clear()
    assert bootstrap(BUCKET, stacks, clock) is True


def test_its_template_is_valid_and_the_bucket_private_versioned_and_kept() -> None:
    template = state_bucket(ADDRESS)
    assert template.stack == "hivemind-state-acme-hivemind"
    assert check(template) == ()
    resources = load(template.body)["Resources"]
    bucket = resources["StateBucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    said = bucket["Properties"]
    assert said["BucketName"] == "acme.hivemind"
    assert said["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(said["PublicAccessBlockConfiguration"].values()) == {True}
    assert "aws:SecureTransport" in json.dumps(resources["StateBucketPolicy"])
