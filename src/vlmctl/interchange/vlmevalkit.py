"""VLMEvalKit: the leaderboard's `OpenVLM.json`, and the outputs of runs (`…_acc.csv`, `…_score.json`, `status.json`).

All figures come from one harness, so they are measured, not the makers'. Shares (0 to 1) become percent where all figures of
a run on a data set are such; the leaderboard has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.interchange import csv_table
from vlmctl.interchange.content import File, json_of, refuse_flood, text_of
from vlmctl.interchange.headings import heading_of
from vlmctl.interchange.keyed import named_part, one_figure, rounded, scaled
from vlmctl.interchange.reading import Candidate, Origin, Place, Reading, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["is_leaderboard", "is_status", "read"]

LABELS = {
    "Overall": "", "Final Score": "",
    "Perception": "perception", "perception": "perception", "Cognition": "cognition", "reasoning": "cognition",
    "aAcc": "aAcc", "fAcc": "fAcc", "qAcc": "qAcc",
}  # fmt: skip
"""The figures that count, and the split or metric each names; '' is the benchmark's own. The rest are subtasks."""

TOTAL = "total"
"""What an overall figure is where a benchmark has such a split (MME: perception plus cognition)."""

WHOLE = frozenset({"none", "overall"})
"""What rows of a whole data set have for a split."""

MISSING = frozenset({"", "N/A", "n/a", "NA", "-", "nan"})

_OUTPUT = re.compile(r"(?P<stem>.+?)(?:_(?:acc|score|acc_all|full_acc))?", re.ASCII)


def is_leaderboard(data: Any) -> bool:
    """Whether a JSON document is the leaderboard's."""
    results = data.get("results") if isinstance(data, dict) else None
    return isinstance(results, dict) and bool(results) and all(isinstance(each, dict) and "META" in each for each in results.values())


def is_status(data: Any) -> bool:
    """Whether a JSON document is a run's `status.json`."""
    return isinstance(data, dict) and isinstance(data.get("datasets"), dict) and "model_name" in data


def read(file: File, vocabulary: Vocabulary) -> Reading:
    """The figures of a leaderboard or run. `UsageError` where the file is neither."""
    if file.path.suffix.lower() == ".csv":
        return _table(file, vocabulary)
    data = json_of(file)
    if is_leaderboard(data):
        return _leaderboard(file, vocabulary, data)
    if is_status(data):
        return _status(file, vocabulary, data)
    if isinstance(data, dict):
        return _score_file(file, vocabulary, data)
    raise UsageError(f"{file.name} is neither OpenVLM.json nor a run's output")


def _leaderboard(file: File, vocabulary: Vocabulary, data: dict[str, Any]) -> Reading:
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    for name, results in data["results"].items():
        link = _link(results["META"])
        for bench, figures in results.items():
            if bench == "META" or not isinstance(figures, dict):
                continue
            place = ("results", name, bench)
            found = [*_figures(file, vocabulary, (name, bench), figures, place, shares=False)]
            candidates += [each._replace(link=link) for each in found if isinstance(each, Candidate)]
            remarks += [each for each in found if isinstance(each, Remark)]
            refuse_flood(file.name, len(candidates) + len(remarks))
    time = str(data.get("time", ""))
    date = f"{time[:4]}-{time[4:6]}-{time[6:8]}" if re.match(r"\d{8}", time, re.ASCII) else None
    title = "OpenVLM leaderboard (VLMEvalKit)"
    return Reading(candidates, remarks, Origin("leaderboard", title, None, date), measured=True)


def _link(meta: Any) -> str:
    """The Hugging Face id of a model, where its page is there."""
    method = meta.get("Method") if isinstance(meta, dict) else None
    url = method[1] if isinstance(method, list) and len(method) > 1 and isinstance(method[1], str) else ""
    match = re.match(r"https?://huggingface\.co/([\w.-]{1,100}/[\w.-]{1,100})", url, re.ASCII)
    return match[1] if match else ""


def _figures(
    file: File, vocabulary: Vocabulary, names: tuple[str, str], figures: dict[str, Any], route: tuple[str, ...], *,
    shares: bool = True, primary: str | None = None,
) -> Iterator[Candidate | Remark]:  # fmt: skip
    """The figures of one model on one data set that count; its subtasks are passed over. `primary` names the metric that counts."""
    model, bench = names
    whole = named_part(vocabulary, (bench,))
    shares = shares and all(number <= 1 for each in figures.values() if (number := one_figure(each)) is not None)
    for key, label in {**LABELS, **_lesser(figures, primary)}.items():
        if key not in figures:
            continue
        place = Place(file.name, cell=".".join((*route, key))[:300])
        raw = figures[key]
        if raw is None or (isinstance(raw, str) and raw.strip() in MISSING):
            yield Remark(place, "skipped", "no figure", model, bench, str(raw))
            continue
        value = one_figure(raw)
        if value is None:
            yield Remark(place, "flagged", f"{str(raw)[:80]!r} is no figure", model, bench, str(raw)[:80])
            continue
        part = whole and _part(vocabulary, whole, label)
        if whole and part is None:
            yield Remark(place, "skipped", f"{vocabulary.title(whole)} has no metric or split {label[:60]!r}", model, bench, str(raw)[:80])
            continue
        candidate = Candidate(model, bench, part, rounded(value), str(raw)[:80], place, f"{bench}, {key}", numbers=(value,))
        yield _candidate(vocabulary, candidate, value, shares=shares)


def _lesser(figures: dict[str, Any], primary: str | None) -> dict[str, str]:
    """The figure that counts where there is no overall one, and what it must be called to count."""
    if {"Overall", "Final Score"} & set(figures):
        return {}
    if "overall" in figures:
        return {"overall": ""}
    chosen = primary if primary in figures else "acc"
    return {} if chosen in LABELS else {chosen: chosen}


def _candidate(vocabulary: Vocabulary, candidate: Candidate, exact: float, *, shares: bool) -> Candidate:
    """A candidate on its benchmark's scale; the share is multiplied before it is rounded."""
    found = scaled(vocabulary, candidate._replace(value=exact), shares=shares)
    return found if found.value is None else found._replace(value=rounded(found.value))


def _part(vocabulary: Vocabulary, part: Part, label: str) -> Part | None:
    """The part that a figure's name means; the usual metric is left out."""
    if label:
        found = vocabulary.labelled(part, label)
        return part if found and found.split == part.split and vocabulary.metric(found) == vocabulary.metric(part) else found
    return vocabulary.labelled(part, TOTAL) if part.split is None and TOTAL in vocabulary.benchmarks[part.benchmark].splits else part


def _status(file: File, vocabulary: Vocabulary, data: dict[str, Any]) -> Reading:
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    model = str(data["model_name"])[:300]
    for bench, state in data["datasets"].items():
        place = Place(file.name, cell=f"datasets.{bench}"[:300])
        if not isinstance(state, dict):
            remarks.append(Remark(place, "flagged", "no object", model, bench))
            continue
        metrics = state.get("metrics")
        if not isinstance(metrics, dict):
            why = str(state.get("skip_reason") or state.get("error_message") or state.get("status") or "no metrics")[:200]
            remarks.append(Remark(place, "skipped", f"no figure: {why}", model, bench))
            continue
        if state.get("error_message"):
            remarks.append(Remark(place, "flagged", f"figures of a run that failed: {str(state['error_message'])[:100]}", model, bench))
            continue
        for found in _figures(file, vocabulary, (model, bench), metrics, ("datasets", bench), primary=_primary(state)):
            (candidates if isinstance(found, Candidate) else remarks).append(found)  # type: ignore[arg-type]
    return Reading(candidates, remarks, _run_of(model), measured=True)


def _primary(state: dict[str, Any]) -> str | None:
    """The metric that a run says counts, where it says one."""
    primary = state.get("primary_metric")
    chosen = primary[0] if isinstance(primary, list) and len(primary) == 1 else primary
    return chosen if isinstance(chosen, str) else None


def _score_file(file: File, vocabulary: Vocabulary, data: dict[str, Any]) -> Reading:
    model, bench = _named(file, vocabulary)
    found = list(_figures(file, vocabulary, (model, bench), data, ()))
    if not found:
        raise UsageError(f"{file.name} has none of the figures {', '.join(list(LABELS)[:4])} …")
    candidates = [each for each in found if isinstance(each, Candidate)]
    return Reading(candidates, [each for each in found if isinstance(each, Remark)], _run_of(model), measured=True)


def _table(file: File, vocabulary: Vocabulary) -> Reading:
    """`…_acc.csv`: a row per split with an `Overall` column."""
    model, bench = _named(file, vocabulary)
    rows = list(csv_table.rows_of(file, text_of(file), ","))
    header = [cell.text for cell in rows[0].cells] if rows else []
    if not any(key in header for key in (*LABELS, "overall", "acc")):
        raise UsageError(f"{file.name} has no column Overall")
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    for row in rows[1:]:
        if not any(cell.text for cell in row.cells):
            continue
        if len(row.cells) != len(header):
            remarks.append(
                Remark(Place(file.name, row.line), "flagged", f"{len(row.cells)} cells for {len(header)} headings", model, bench)
            )
            continue
        values = dict(zip(header, (cell.text for cell in row.cells), strict=True))
        for found in _figures(file, vocabulary, (model, bench), values, ()):
            place = found.place._replace(line=row.line)
            if isinstance(found, Remark):
                remarks.append(found._replace(place=place))
                continue
            candidates.append(_in_split(vocabulary, found._replace(place=place), values.get("split", "")))
    return Reading(candidates, remarks, _run_of(model), measured=True)


def _in_split(vocabulary: Vocabulary, candidate: Candidate, split: str) -> Candidate:
    """The candidate with the split that its row names; doubted where the benchmark has none of that name, or the file's is another."""
    if candidate.part is None or not split:
        return candidate
    part, metric = vocabulary.labelled(candidate.part, split), vocabulary.metric(candidate.part)
    if part is None and split.lower() in WHOLE:
        return candidate
    if part is None:
        doubt = f"its row is of the split {split[:60]!r}, which {vocabulary.title(candidate.part)} isn't"
        return candidate if candidate.doubt else candidate._replace(doubt=doubt)
    # All rows are of one metric, whatever is usual on their split.
    return candidate._replace(part=part if vocabulary.metric(part) == metric else part._replace(metric=metric))


def _named(file: File, vocabulary: Vocabulary) -> tuple[str, str]:
    """Model and data set, from a name such as `Qwen2-VL-7B_MMBench_DEV_EN_acc.csv`: the longest end that is a benchmark."""
    match = _OUTPUT.fullmatch(file.path.stem[:200])
    stem = match["stem"] if match else file.path.stem
    for joint in re.finditer("_", stem):
        model, bench = stem[: joint.start()], stem[joint.end() :]
        if model and heading_of(vocabulary, bench) is not None:
            return model, bench
    raise UsageError(
        f"{file.name}: its name says no benchmark", hint="outputs are called MODEL_DATASET_acc.csv or MODEL_DATASET_score.json"
    )


def _run_of(model: str) -> Origin:
    return Origin("run", f"VLMEvalKit run of {model}")
