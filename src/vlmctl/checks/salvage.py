"""A file with schema errors, made whole enough for the other checks, so that one run finds everything.

Unknown fields are dropped and broken scores are replaced by a stand-in that no check looks at; positions stay as they
are. For references alone (benchmarks, splits, metrics, sources) a stand-in keeps what of them can be read. A file that
this doesn't mend is checked no further.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vlmctl.forms import ID, KEY
from vlmctl.source.loading import LoadedFile, validated

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STAND_IN", "salvaged"]

STAND_IN = "vlmctl-stand-in"
"""The benchmark of a score that stands in for a broken one, and its source where that is broken, too; what items of lists begin with."""

ROUNDS = 4
REFERENCES = {"source": KEY, "benchmark": ID, "split": r"\S.*", "metric": r"\S.*"}
"""What a score refers to, and what that looks like."""


def salvaged(file: LoadedFile, *, referring: bool = False) -> LoadedFile | None:
    """The file with what can be read of its record; None where that isn't enough for a record.

    `referring` is for following references, and for nothing else: stand-ins keep the broken scores' own, and fields that
    a record needs are made up where they are missing or wrong.
    """
    if file.data is None or any(finding.check in {"syntax", "depth"} for finding in file.findings):
        return None
    data = deepcopy(file.data)
    made: list[Any] = []
    for _ in range(ROUNDS):
        records, problems = validated(file.kind, data)
        if not problems:
            return replace(file, records=records)
        needed = [problem for problem in problems if _is_needed(problem)]
        if needed and not referring:
            return None
        # All places are looked up before the first is changed; the branches of a union share one.
        filled = [_filling(data, problem) for problem in needed]
        places = [_place(data, problem["loc"]) for problem in problems if not _is_needed(problem)]
        for container, step, value in filled:
            if container is not None:
                container[step] = value
        for container, step, is_score in {(id(place[0]), place[1]): place for place in places}.values():
            if is_score:
                kept = [] if any(container[step] is each for each in made) else list(REFERENCES) if referring else ["source"]
                container[step] = _stand_in(container[step], kept)
                made.append(container[step])
            else:
                _repair(container, step)
    return None


def _place(data: Any, route: tuple[str | int, ...]) -> tuple[Any, Any, bool]:
    """The container and step to change for a problem, and whether a score is there: the value itself, or the score around it.

    Steps that aren't in the data (a union's branch) are skipped.
    """
    place: tuple[Any, Any, bool] = (None, None, False)
    for step in route:
        if _inside(data, step):
            is_score = place[1] == "scores" and isinstance(step, int)
            place = (data, step, is_score)
            data = data[step]
            if is_score:
                break
    return place


def _is_needed(problem: Any) -> bool:
    """Whether a field outside of scores is missing, or was made up and isn't of its type."""
    return (problem["type"] == "missing" and "scores" not in problem["loc"]) or problem.get("input") == STAND_IN


def _filling(data: Any, problem: Any) -> tuple[Any, Any, Any]:
    """For a missing field, or what was put there and isn't of its type: the container and step to change, and another value."""
    *route, last = problem["loc"]
    for step in route:
        data = data[step] if _inside(data, step) else data
    words = re.findall(r"'([^']*)'", str((problem.get("ctx") or {}).get("expected", "")))
    values = {"list_type": [STAND_IN], "literal_error": words[0] if words else None, "float_type": 0, "int_type": 0, "bool_type": False}
    return data if isinstance(data, dict) else None, last, values.get(problem["type"], STAND_IN)


def _inside(data: Any, step: str | int) -> bool:
    """Whether a step leads on: a union's branch doesn't."""
    return (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))


def _repair(container: Any, step: Any) -> None:
    if isinstance(container, dict):
        container.pop(step)
    elif isinstance(container, list):
        container[step] = f"{STAND_IN}-{step}"


def _stand_in(score: Any, kept: Sequence[str]) -> dict[str, Any]:
    """What takes a score's place: with its source, which is used all the same, and other references, unless they are what was wrong."""
    references = {name: score[name] for name in kept if isinstance(score, dict) and isinstance(score.get(name), str)}
    sound = {name: text for name, text in references.items() if re.fullmatch(REFERENCES[name], text)}
    return {"benchmark": STAND_IN, "value": 0, "source": STAND_IN, "evidence": "original", **sound}
