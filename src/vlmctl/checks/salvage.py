"""A file with schema errors, made whole enough for the other checks, so that one run finds everything.

Unknown fields are dropped and broken scores are replaced by a stand-in that no check looks at; positions stay as they
are. A file that this doesn't mend is checked no further.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from vlmctl.source.loading import LoadedFile, validated

__all__ = ["STAND_IN", "salvaged"]

STAND_IN = "vlmctl-stand-in"
"""The benchmark of a score that stands in for a broken one, and its source where that is broken, too."""

ROUNDS = 4


def salvaged(file: LoadedFile) -> LoadedFile | None:
    """The file with what can be read of its record; None where that isn't enough for a record."""
    if file.data is None or any(finding.check in {"syntax", "depth"} for finding in file.findings):
        return None
    data = deepcopy(file.data)
    for _ in range(ROUNDS):
        records, problems = validated(file.kind, data)
        if not problems:
            return replace(file, records=records)
        if any(problem["type"] == "missing" and "scores" not in problem["loc"] for problem in problems):
            return None
        # All places are looked up before the first is changed; the branches of a union share one.
        places = [_place(data, problem["loc"]) for problem in problems]
        for container, step, is_score in {(id(place[0]), place[1]): place for place in places}.values():
            _repair(container, step, is_score=is_score)
    return None


def _place(data: Any, route: tuple[str | int, ...]) -> tuple[Any, Any, bool]:
    """The container and step to change for a problem, and whether a score is there: the value itself, or the score around it.

    Steps that aren't in the data (a union's branch) are skipped.
    """
    place: tuple[Any, Any, bool] = (None, None, False)
    for step in route:
        inside = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            is_score = place[1] == "scores" and isinstance(step, int)
            place = (data, step, is_score)
            data = data[step]
            if is_score:
                break
    return place


def _repair(container: Any, step: Any, *, is_score: bool) -> None:
    if isinstance(container, dict):
        container.pop(step)
    elif isinstance(container, list):
        container[step] = _stand_in(container[step]) if is_score else "-"


def _stand_in(score: Any) -> dict[str, Any]:
    """What takes a score's place: with its source, which is used all the same, unless that was what was wrong."""
    source = score.get("source") if isinstance(score, dict) and score.get("benchmark") != STAND_IN else None
    return {"benchmark": STAND_IN, "value": 0, "source": source if isinstance(source, str) else STAND_IN, "evidence": "original"}
