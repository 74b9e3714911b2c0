"""lmms-eval: the results JSON of a run, `results[task]["metric,filter"]`.

The figures are measured. Shares (0 to 1) become percent. A run of less than the whole benchmark is told apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, json_of, refuse_flood
from vlmctl.interchange.keyed import named_part, one_figure, rounded, scaled
from vlmctl.interchange.reading import Candidate, Origin, Place, Reading, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["is_results", "read"]

MISSPELLED = {"percetion": "perception"}
"""lmms-eval's own slips in names of metrics."""

UNLIMITED = (None, -1, "", "None")
"""What a limit is called where there is none; anything else is one."""

OTHERS = frozenset({"alias", "samples", "sample_len", "sample_count"})
"""Entries of a task that are no metrics."""


def is_results(data: Any) -> bool:
    """Whether a JSON document is a run's results."""
    return (
        isinstance(data, dict) and isinstance(data.get("results"), dict) and any(key in data for key in ("n-shot", "n-samples", "configs"))
    )


def read(file: File, vocabulary: Vocabulary) -> Reading:
    """The figures of a run. `UsageError` where the file is none."""
    data = json_of(file)
    if not is_results(data):
        raise UsageError(f"{file.name} is no results file of lmms-eval (no results, n-shot, n-samples)")
    model, link = _model(data)
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    partial = None
    for task, metrics in data["results"].items():
        if not isinstance(metrics, dict):
            continue
        short = _shortage(data, task)
        partial = partial or (f"{task} ran {short}" if short else None)
        for found in _task(file, vocabulary, data, task, metrics):
            if isinstance(found, Remark):
                remarks.append(found)
                continue
            variant = f"partial run, {short}" if short else None
            candidates.append(found._replace(model=model, link=link, variant=variant))
        refuse_flood(file.name, len(candidates) + len(remarks))
    return Reading(candidates, remarks, Origin("run", f"lmms-eval run of {model}", None, _date(data)), measured=True, partial=partial)


def _model(data: dict[str, Any]) -> tuple[str, str]:
    """The model's name and its Hugging Face id, from the run's configuration."""
    config = data.get("config") if isinstance(data.get("config"), dict) else {}
    arguments = str((config or {}).get("model_args") or "")[:2000]
    match = re.search(r"(?:pretrained|model|model_version)=([^,\s]+)", arguments)
    pretrained = match[1] if match else ""
    link = pretrained if re.fullmatch(r"[\w.-]+/[\w.-]+", pretrained, re.ASCII) else ""
    named = data.get("model_name") or pretrained or (config or {}).get("model") or ""
    return str(named)[:300], link


def _shortage(data: dict[str, Any], task: str) -> str | None:
    """How many of how many questions a task ran, where it ran not all; None where it did, or nothing tells."""
    samples = data.get("n-samples")
    counts = samples.get(task) if isinstance(samples, dict) else None
    original, effective = (counts.get(key) if isinstance(counts, dict) else None for key in ("original", "effective"))
    if isinstance(original, int) and isinstance(effective, int):
        return f"{effective} of {original} questions" if effective < original else None
    config = data.get("config")
    limit = config.get("limit") if isinstance(config, dict) else None
    if limit in UNLIMITED:
        return None
    share = isinstance(limit, float) and limit < 1
    return f"{100 * limit:.12g} % of the questions" if share else f"at most {str(limit)[:20]} questions"


def _date(data: dict[str, Any]) -> str | None:
    """The day of the run, from `date` (`20240512_101500`)."""
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", str(data.get("date", "")), re.ASCII)
    return "-".join(match.groups()) if match else None


def _task(file: File, vocabulary: Vocabulary, data: dict[str, Any], task: str, metrics: dict[str, Any]) -> Iterator[Candidate | Remark]:
    shots = _shots(data, task)
    base = named_part(vocabulary, (task,))
    if base is None:
        yield Remark(Place(file.name, cell=f"results.{task}"[:300]), "skipped", "", "", task)
        return
    figures = {key: raw for key, raw in metrics.items() if _counts(key, raw)}
    shares = all(value <= 1 for raw in figures.values() if (value := one_figure(raw)) is not None)
    for key, raw in figures.items():
        metric = key.split(",", 1)[0]
        place = Place(file.name, cell=f"results.{task}.{key}"[:300])
        value = one_figure(raw)
        if value is None:
            yield Remark(place, "skipped", "no figure", "", task, str(raw)[:80])
            continue
        part = _measured(vocabulary, base, metric)
        if part is None:
            title = vocabulary.title(base._replace(metric=None))
            yield Remark(place, "skipped", f"{title} has no metric or split {metric!r}", "", task, str(raw)[:80])
            continue
        candidate = Candidate(
            "", task, part, value, str(raw)[:80], place, f"{task}, {key}", protocol="few-shot" if shots else "generalist",
            shots=shots, numbers=(value,),
        )  # fmt: skip
        found = scaled(vocabulary, candidate, shares=shares)
        yield found if found.value is None else found._replace(value=rounded(found.value))


def _counts(key: str, raw: Any) -> bool:
    """Whether an entry of a task is a metric with a figure."""
    metric = key.split(",", 1)[0]
    return not (metric in OTHERS or metric.endswith("_stderr") or raw is None or raw in ("N/A", [], {}, "", " "))


def _shots(data: dict[str, Any], task: str) -> int | None:
    shots = data.get("n-shot")
    count = shots.get(task) if isinstance(shots, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 < count <= 1000 else None


def _measured(vocabulary: Vocabulary, part: Part, metric: str) -> Part | None:
    """The part that a metric's name means, with or without the task's name before it: `mme_perception_score`."""
    for wrong, right in MISSPELLED.items():
        metric = metric.replace(wrong, right)
    words = metric[:100].split("_")
    for start in range(len(words)):
        found = vocabulary.labelled(part, "_".join(words[start:]))
        if found is not None:
            return found
    return None
