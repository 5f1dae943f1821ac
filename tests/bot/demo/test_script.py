# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The written conversation is read, and its mistakes are found before anybody plays it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from bot.demo.script import THREE_WEEKS, Action, Expect, Script, load, matches, wrong

FOUNDING: dict[str, Any] = {
    "id": "l1",
    "day": 1,
    "time": "09:00",
    "actor": "katrin",
    "action": "join",
    "expect": {"reply": "Guten Tag"},
}
SAYING: dict[str, Any] = {
    "id": "l2",
    "day": 1,
    "time": "09:01",
    "actor": "katrin",
    "text": "Hallo",
    "expect": {"nothing": True},
}
CAST = {"katrin": {"name": "Katrin Bergmann", "sector": "Verwaltung", "moderator": True}}


def script(*lines: dict[str, Any]) -> Script:
    return Script.model_validate({"cast": CAST, "lines": lines})


def test_scenario_is_played_whole():
    lines = load().lines

    assert {line.id for line in lines} >= {f"l{number:03}" for number in range(1, 145)}
    assert len(lines) == 174
    assert {line.action for line in lines} >= set(Action)


def test_nobody_supports_her_own_item():
    lines = {line.id: line for line in load().lines}

    reactions = [line for line in lines.values() if line.action is Action.REACT and not line.answers_bot]
    supports = [line for line in reactions if line.text.startswith("👍")]

    assert [line.id for line in supports if lines[line.target_line or ""].actor == line.actor] == []


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([FOUNDING, FOUNDING], id="same id twice"),
        pytest.param([FOUNDING, SAYING | {"actor": "nobody"}], id="unknown actor"),
        pytest.param([FOUNDING, SAYING | {"action": "reply"}], id="reply without target"),
        pytest.param([FOUNDING, SAYING | {"target": "l1"}], id="target without reply"),
        pytest.param([FOUNDING, SAYING | {"action": "reply", "target": "l3"}], id="target in the future"),
        pytest.param([SAYING | {"expect": {}}], id="no expectation"),
        pytest.param([SAYING | {"expect": {"nothing": True, "reply": "x"}}], id="nothing and a reply"),
        pytest.param([SAYING | {"expect": {"nothing": True, "says": ["x"]}}], id="says without reply"),
        pytest.param([SAYING | {"colour": "red"}], id="unknown field"),
    ],
)
def test_contradictions_are_refused(lines: list[dict[str, Any]]):
    with pytest.raises(ValidationError):
        script(*lines)


def test_file_has_no_keys_that_yaml_reads_as_something_else():
    raw = yaml.safe_load(Path(THREE_WEEKS).read_text(encoding="utf-8"))

    assert all(isinstance(key, str) for line in raw["lines"] for key in (*line, *line["expect"]))


@pytest.mark.parametrize(
    ("expected", "text", "fits"),
    [
        pytest.param("Gespeichert.", "Gespeichert.", True, id="whole"),
        pytest.param("Gespeichert.", "Gespeichert. Und mehr", False, id="longer"),
        pytest.param("Gespeichert. …", "Gespeichert. Und mehr", True, id="beginning"),
    ],
)
def test_text_is_compared_as_a_whole_or_by_its_beginning(expected: str, text: str, fits: bool):
    assert matches(expected, text) is fits


@pytest.mark.parametrize(
    ("expect", "text", "problem"),
    [
        pytest.param({"says": ["B1", "B2"]}, "Board B1 B2", None, id="in order"),
        pytest.param(
            {"says": ["B2", "B1"]}, "Board B1 B2", "“B1” is missing in “Board B1 B2”", id="wrong order"
        ),
        pytest.param({"hides": ["Lina"]}, "Board Lina", "“Lina” must not occur in “Board Lina”", id="hidden"),
        pytest.param({}, "Liste", "expected “Board …”, got “Liste”", id="other text"),
    ],
)
def test_answer_is_judged(expect: dict[str, Any], text: str, problem: str | None):
    assert wrong(Expect(reply="Board …", **expect), text) == problem
