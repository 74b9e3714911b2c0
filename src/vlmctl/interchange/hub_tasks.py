"""Benchmarks that the Hugging Face hub ranks: the data set's id there, and its task for each of our splits.

An entry stands here only where the data set's own `eval.yaml`, or a page that quotes it, was read; `SOURCES` says where.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SOURCES", "TASKS", "Task", "part_of_task", "task_of"]


class Task(NamedTuple):
    """A task of a data set on the hub."""

    dataset: str
    task: str


OLMOCR = "allenai/olmOCR-bench"

SOURCES = {OLMOCR: "https://huggingface.co/datasets/allenai/olmOCR-bench/blob/main/eval.yaml"}
"""Where the tasks of a data set were read."""

TASKS = {
    ("olmocr-bench", "overall", "pass-rate"): Task(OLMOCR, "overall"),
    ("olmocr-bench", "arxiv", "pass-rate"): Task(OLMOCR, "arxiv_math"),
    ("olmocr-bench", "headers-footers", "pass-rate"): Task(OLMOCR, "headers_footers"),
    ("olmocr-bench", "long-tiny-text", "pass-rate"): Task(OLMOCR, "long_tiny_text"),
    ("olmocr-bench", "multi-column", "pass-rate"): Task(OLMOCR, "multi_column"),
    ("olmocr-bench", "old-scans", "pass-rate"): Task(OLMOCR, "old_scans"),
    ("olmocr-bench", "old-scans-math", "pass-rate"): Task(OLMOCR, "old_scans_math"),
    ("olmocr-bench", "tables", "pass-rate"): Task(OLMOCR, "table_tests"),
    ("olmocr-bench", "base", "pass-rate"): Task(OLMOCR, "baseline"),
}
"""The hub's task for a benchmark, split and metric of the catalog."""


def task_of(benchmark: str, split: str | None, metric: str) -> Task | None:
    """The hub's task for a figure; None where none is known."""
    return TASKS.get((benchmark, split or "", metric))


def part_of_task(dataset: str, task: str) -> tuple[str, str, str] | None:
    """The benchmark, split and metric of a task; None where it isn't known."""
    wanted = Task(dataset, task)
    return next((part for part, each in TASKS.items() if each == wanted), None)
