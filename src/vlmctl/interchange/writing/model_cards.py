"""`model-index`, the results in the front matter of a Hugging Face model card.

A source stands at a result's level: figures from different sources are results of their own. Protocol and shots stand in
the metric's name, which `vlmctl import` reads, and with variant and mode in `dataset.args`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from vlmctl.interchange.writing.block_yaml import block_yaml
from vlmctl.interchange.writing.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vlmctl.interchange.writing import Left
    from vlmctl.query.export import Extract, Metric

__all__ = ["documents", "problem", "write"]

TASK = "image-text-to-text"
"""The hub's name of what vision-language models do."""


def documents(extract: Extract, left: Left) -> Iterator[Document]:
    """An entry of `model-index` for each model that has figures."""
    metrics = extract.metrics()
    tasks = {row["id"]: row["task"] for row in extract.benchmarks()}
    for model, rows in extract.by_model():
        results = list(_results(rows, metrics, tasks, left))
        if results:
            yield Document(model["id"], (f"{model['id']}.md",), {"name": model["name"], "results": results})


def write(found: Iterable[Document], stream: TextIO, *, alone: bool) -> None:
    """Write front matter with the models' entries. Raises `ValueError` where an entry breaks the format's rules."""
    del alone  # a card of its own looks the same
    opening = "---\nmodel-index:\n"
    for document in found:
        wrong = problem(document.data)
        if wrong:
            raise ValueError(f"{document.model}: {wrong}")
        stream.write(opening + block_yaml([document.data]))
        opening = ""
    stream.write("---\nmodel-index: []\n---\n" if opening else "---\n")


def _results(
    rows: Iterable[dict[str, Any]], metrics: dict[tuple[str, str], Metric], tasks: dict[str, str], left: Left
) -> Iterator[dict[str, Any]]:
    """The results: metrics together where benchmark, split, circumstances and source are the same."""
    results: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        if row["status"] != "current":
            left["superseded by a newer figure"] += 1
            continue
        circumstances = ("protocol", "shots", "variant", "mode")
        key = (row["benchmark"], row["split"], row["source"], *(row[name] for name in circumstances))
        metric = _metric(row, metrics[row["benchmark"], row["metric"]])
        result = results.get(key)
        if result is not None and any(each["type"] == metric["type"] for each in result["metrics"]):
            left["a second figure of one benchmark, metric and source"] += 1
            continue
        if result is None:
            arguments = {name: row[name] for name in circumstances if row[name] not in (None, "generalist")}
            result = results[key] = _result(row, arguments, tasks)
        result["metrics"].append(metric)
    yield from results.values()


def _result(row: dict[str, Any], arguments: dict[str, Any], tasks: dict[str, str]) -> dict[str, Any]:
    dataset = {"type": row["benchmark"], "name": row["benchmark_name"], "split": row["split"], "args": arguments}
    task = {"type": TASK, "name": tasks.get(row["benchmark"])}
    result: dict[str, Any] = {"task": _without_empty(task), "dataset": _without_empty(dataset), "metrics": []}
    if row["url"]:  # the format wants an address where there is a source at all
        result["source"] = _without_empty({"name": row["source_title"], "url": row["url"]})
    return result


def _metric(row: dict[str, Any], metric: Metric) -> dict[str, Any]:
    circumstances = row["protocol"] + (f", {row['shots']} shot{'s' if row['shots'] > 1 else ''}" if row["shots"] else "")
    return {"type": metric.id, "value": row["value"], "name": f"{metric.name} ({circumstances})"}


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", {})}


def problem(entry: Any) -> str | None:
    """What an entry of `model-index` lacks of what the format demands; None where it is sound."""
    if not entry.get("name") or not entry.get("results"):
        return "a model without name or results"
    for result in entry["results"]:
        dataset, source = result.get("dataset", {}), result.get("source")
        if not result.get("task", {}).get("type") or not dataset.get("type") or not dataset.get("name"):
            return "a result without task.type, dataset.type or dataset.name"
        if source is not None and not str(source.get("url", "")).startswith(("http://", "https://")):
            return "a source without an address"
        metrics = result.get("metrics") or [{}]
        if any(not metric.get("type") or metric.get("value") is None or "verified" in metric for metric in metrics):
            return "a metric without type or value"
    return None
