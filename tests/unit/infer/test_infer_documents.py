"""YAML, JSON and TOML as nodes that know their line, whatever they hold."""

from __future__ import annotations

import pytest

from hivemind.infer.documents import load, load_all

YAML = """\
x-common: &common
  build: .
  environment: {A: "1"}
services:
  web:
    <<: *common
    ports:
      - "8000:8000"
      - target: 9000
    command: >
      a
      b
"""


def test_yaml_with_lines_and_merge_keys(plant):
    root = load(plant({"a.yaml": YAML}), "a.yaml")
    web = root.get("services", "web")
    assert web.get("build").text == "."
    assert web.get("environment", "A").text == "1"
    assert [node.text for node in web.get("ports").list()] == ["8000:8000", ""]
    assert web.get("ports").list()[1].get("target").text == "9000"
    assert web.get("command").text == "a b"
    assert web.get("ports").quote.line == 7
    assert web.get("ports").list()[0].quote.text == '- "8000:8000"'


def test_what_is_not_there_is_empty_at_every_level(plant):
    root = load(plant({"a.json": '{"a": [1, {"b": true}], "c": null, "d": 1.5}'}), "a.json")
    assert not root.get("x", "y", "z")
    assert root.get("a", "b").text == ""
    assert root.get("c").list() == root.get("c").items() == ()
    assert root.get("a").list()[1].get("b").text == "true"
    assert root.get("d").text == "1.5"
    assert root.first("x", "c", "d").text == "1.5"
    assert root.get("x").quote.line == 0


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.json", "{"),
        ("a.json", "[" * 100_000),
        ("a.json", "1" * 10_000),
        ("a.toml", "x = ["),
        ("a.toml", "a.b.c = 1\na.b = 2"),
        ("a.yaml", "a: [b"),
        ("a.yaml", "\t- a"),
        ("a.yaml", "[" * 5000),
        ("a.yaml", "a: *unknown"),
        ("a.yaml", ""),
        ("a.yaml", "a" * 300_000),
    ],
)
def test_garbage_is_an_empty_node(plant, name, text):
    assert load(plant({name: text}), name).get("a").text == ""


def test_aliases_are_not_copied(plant):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    assert len(load(plant({"a.yaml": bomb}), "a.yaml").get("q").list()) == 2


def test_several_documents(plant):
    tree = plant({"a.yaml": "kind: A\n---\nkind: B\n--- \n"})
    assert [root.get("kind").text for root in load_all(tree, "a.yaml")] == ["A", "B", ""]


def test_control_characters_are_not_shown(plant):
    assert load(plant({"a.json": '{"a": "x\\u001b[2Jy"}'}), "a.json").get("a").text == ""
