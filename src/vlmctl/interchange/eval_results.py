"""Results files of Hugging Face model repositories: `.eval_results/*.yaml`, a list of `{dataset, value, source …}`.

They name the data set and the task, and neither the model (the repository does) nor the metric.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, yaml_of
from vlmctl.interchange.hub_tasks import part_of_task
from vlmctl.interchange.keyed import as_text, named_part, narrowed, one_figure, scaled, value_in
from vlmctl.interchange.reading import Candidate, Origin, Place, Reading, Remark
from vlmctl.query.vocabulary import Part

if TYPE_CHECKING:
    from vlmctl.query.vocabulary import Vocabulary
    from vlmctl.source.document import Document

__all__ = ["FOLDER", "read"]

FOLDER = ".eval_results"

VARIANT = "variant: "
"""What stands in notes before a variant, which ends them."""

_SHOTS = re.compile(r"(\d{1,3}) shots?", re.ASCII)


def read(file: File, vocabulary: Vocabulary) -> Reading:
    """The results of the file. `UsageError` where it is no list."""
    document = yaml_of(file, file.content)
    if not isinstance(document.data, list):
        raise UsageError(f"{file.name} is no list of results")
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    for index, result in enumerate(document.data):
        found = _result(file, document, vocabulary, index, result)
        (candidates if isinstance(found, Candidate) else remarks).append(found)  # type: ignore[arg-type]
    return Reading(candidates, remarks, Origin("model-card"))


def _result(file: File, document: Document, vocabulary: Vocabulary, index: int, result: Any) -> Candidate | Remark:
    dataset = value_in(result, "dataset")
    name, task = as_text(value_in(dataset, "id")), as_text(value_in(dataset, "task_id"))
    place = document.locate((index, "value"))
    here = Place(file.name, place.line, place.column)
    label = " ".join(filter(None, (name, task)))
    value = one_figure(value_in(result, "value"))
    if value is None or not name:
        reason = f"{value_in(result, 'value')!r} is no figure" if name else "a result without dataset id"
        return Remark(here, "flagged", reason[:200], _repository(file), label)
    source = value_in(result, "source")
    url = as_text(value_in(source, "url"))
    notes = as_text(value_in(result, "notes"))
    origin = Origin(None, as_text(value_in(source, "name")) or url, url, as_text(value_in(result, "date")) or None) if url else None
    part, doubt = _part(vocabulary, name, task)
    candidate = Candidate(
        _repository(file), label, part, value, as_text(value_in(result, "value")), here, f"{FOLDER}, {label}",
        origin=origin, numbers=(value,), doubt=doubt,
    )  # fmt: skip
    return scaled(vocabulary, _set_apart(candidate, notes), shares=False)


def _part(vocabulary: Vocabulary, dataset: str, task: str) -> tuple[Part | None, str | None]:
    """What the hub's task is known to mean, else what data set and task name; with why it is doubted.

    A task that names no part of the benchmark may be any part of it: it isn't taken for the usual one.
    """
    known = part_of_task(dataset, task)
    if known is not None and known[0] in vocabulary.benchmarks:
        return Part(*known), None
    whole = named_part(vocabulary, (dataset,)) or named_part(vocabulary, (task,))
    if whole is None:
        return None, None
    found = narrowed(vocabulary, whole, task) if task else None
    if found is not None:
        return found, None
    title = vocabulary.title(whole)
    return whole, f"the task {task[:60]!r} names no part of {title}" if task else f"no task_id says which part of {title} it is"


def _set_apart(candidate: Candidate, notes: str) -> Candidate:
    """The candidate with what its notes say of protocol, shots, mode and variant (as `export` writes them); doubted where they say more."""
    text, _, variant = notes.partition(VARIANT) if VARIANT in notes else (notes, "", "")
    for part in filter(None, (each.strip() for each in text.split(","))):
        shots = _SHOTS.fullmatch(part)
        if part in ("few-shot", "task-finetuned"):
            candidate = candidate._replace(protocol=part)
        elif shots:
            candidate = candidate._replace(shots=int(shots[1]))
        elif part == "thinking":
            candidate = candidate._replace(mode=part)
        else:
            doubt = f"its notes say {notes[:80]!r}, which may set it apart"
            return candidate if candidate.doubt else candidate._replace(doubt=doubt)
    return candidate._replace(variant=variant.strip() or None)


def _repository(file: File) -> str:
    """The model repository's folder, where the file lies in its `.eval_results`; '' elsewhere."""
    folder = file.path.parent
    return folder.resolve().parent.name if folder.name == FOLDER else ""
