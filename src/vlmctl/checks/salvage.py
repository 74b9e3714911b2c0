"""A file with schema errors, made whole enough for the other checks, so that one run finds everything.

Unknown fields are dropped and broken scores are replaced by a stand-in that no check looks at; positions stay as they
are. A file that this doesn't mend is checked no further.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from vlmctl.source.loading import LoadedFile, adapter

__all__ = ["STAND_IN", "salvaged"]

STAND_IN = "vlmctl-stand-in"
"""The benchmark of a score that stands in for a broken one."""

ROUNDS = 4


def salvaged(file: LoadedFile) -> LoadedFile | None:
    """The file with what can be read of its record; None where that isn't enough for a record."""
    from pydantic import ValidationError

    if file.data is None or any(finding.check == "syntax" for finding in file.findings):
        return None
    data = deepcopy(file.data)
    for _ in range(ROUNDS):
        try:
            record = adapter(file.kind).validate_python(data)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            repaired = [_repaired(data, problem["loc"], problem["type"]) for problem in problems]
            if not all(repaired):
                return None
        else:
            return replace(file, records=record if isinstance(record, list) else [record])
    return None


def _repaired(data: Any, route: tuple[str | int, ...], kind: str) -> bool:
    """Take one problem out of the data; False where that can't be done."""
    if "scores" in route:
        place = route.index("scores") + 1
        scores = _at(data, route[:place])
        index = route[place] if place < len(route) else None
        if isinstance(scores, list) and isinstance(index, int):
            scores[index] = _stand_in(scores[index])
            return True
    steps = _steps(data, route)
    if kind == "missing" or not steps:
        return False
    container, step = steps[-1]
    if isinstance(container, dict):
        return container.pop(step, None) is not None
    container[step] = "-"
    return bool(kind != "list_type")


def _stand_in(score: Any) -> dict[str, Any]:
    source = score.get("source") if isinstance(score, dict) else None
    return {"benchmark": STAND_IN, "value": 0, "source": source if isinstance(source, str) and source else "-", "evidence": "original"}


def _steps(data: Any, route: tuple[str | int, ...]) -> list[tuple[Any, Any]]:
    """Each container on the way with the step taken in it; parts that aren't in the data (a union's branch) are skipped."""
    steps: list[tuple[Any, Any]] = []
    for step in route:
        inside = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            steps.append((data, step))
            data = data[step]
    return steps


def _at(data: Any, route: tuple[str | int, ...]) -> Any:
    for step in route:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
