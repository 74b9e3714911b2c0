"""`eval-results`, the files `.eval_results/<benchmark>.yaml` of a Hugging Face model repository.

The format names the hub's data set and task and neither model nor metric: only benchmarks of `hub_tasks` can be carried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from vlmctl.interchange.hub_tasks import task_of
from vlmctl.interchange.writing.block_yaml import block_yaml
from vlmctl.interchange.writing.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vlmctl.interchange.writing import Left
    from vlmctl.query.export import Extract

__all__ = ["documents", "problem", "write"]


def documents(extract: Extract, left: Left) -> Iterator[Document]:
    """A list of entries for each model and benchmark, as one file of the model's repository."""
    for model, rows in extract.by_model():
        files: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
        for row in rows:
            entry = _entry(row, left)
            if entry is None:
                continue
            entries = files.setdefault(row["benchmark"], {})
            key = (entry["dataset"]["task_id"], entry.get("notes", ""))
            if key in entries:
                left["a second figure of one task"] += 1
            if key not in entries or row["comparable"]:
                entries[key] = entry
        for benchmark, found in files.items():
            yield Document(model["id"], (model["id"], ".eval_results", f"{benchmark}.yaml"), list(found.values()))


def write(found: Iterable[Document], stream: TextIO, *, alone: bool) -> None:
    """Write the entries of one model's documents. Raises `ValueError` where an entry breaks the format's rules."""
    del alone  # a file of its own looks the same
    written = False
    for document in found:
        for entry in document.data:
            wrong = problem(entry)
            if wrong:
                raise ValueError(f"{document.model}: {wrong}")
            stream.write(block_yaml([entry]))
            written = True
    if not written:
        stream.write("[]\n")


def _entry(row: dict[str, Any], left: Left) -> dict[str, Any] | None:
    task = task_of(row["benchmark"], row["counted_split"], row["metric"])
    if task is None:
        left["no task on the hub is known for the benchmark, split and metric"] += 1
        return None
    if row["status"] != "current":
        left["superseded by a newer figure"] += 1
        return None
    entry: dict[str, Any] = {"dataset": {"id": task.dataset, "task_id": task.task}, "value": row["value"]}
    if row["url"]:  # the format wants an address where there is a source at all
        entry["source"] = {"url": row["url"], **({"name": row["source_title"]} if row["source_title"] else {})}
    notes = _notes(row)
    return {**entry, "notes": notes} if notes else entry


def _notes(row: dict[str, Any]) -> str:
    """What sets a figure apart; a plain one has no notes."""
    protocol = "" if row["protocol"] == "generalist" else row["protocol"]
    shots = f"{row['shots']} shot{'s' if row['shots'] > 1 else ''}" if row["shots"] else ""
    variant = f"variant: {row['variant']}" if row["variant"] else ""  # the last, because it may hold anything
    return ", ".join(filter(None, (protocol, shots, row["mode"], variant)))


def problem(entry: Any) -> str | None:
    """What an entry lacks of what the hub's reader demands; None where it is sound."""
    dataset, source = entry.get("dataset", {}), entry.get("source")
    if not dataset.get("id") or not dataset.get("task_id"):
        return "an entry without dataset.id or dataset.task_id"
    if isinstance(entry.get("value"), bool) or not isinstance(entry.get("value"), (int, float)):
        return "an entry without a value"
    if source is not None and not str(source.get("url", "")).startswith(("http://", "https://")):
        return "a source without an address"
    return None
