"""Results in the front matter of a Hugging Face model card: `model-index`.

The protocol has no field of its own there; it is read from the metric's name, `accuracy (few-shot, 4 shots)`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.choices import PROTOCOLS
from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, text_of, yaml_of
from vlmctl.interchange.keyed import as_text, named_part, narrowed, one_figure, scaled, value_in
from vlmctl.interchange.reading import Candidate, Origin, Place, Reading, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.vocabulary import Vocabulary
    from vlmctl.source.document import Document

__all__ = ["front_matter", "read"]

SHOTS = ("shots", "num_few_shot", "num_fewshot", "n_shot", "n-shot")
"""What cards call the number of examples in the prompt."""

WHOLE = frozenset({"", "default"})
"""Configurations that mean the data set as it is."""

_PROTOCOL = re.compile(rf"\((?P<protocol>{'|'.join(PROTOCOLS)})(?:,\s*(?P<shots>\d{{1,3}}) shots?)?\)")


def front_matter(text: str) -> str | None:
    """What stands between the `---` lines at the top of a card; None where there is none. A bare YAML file is itself."""
    if text.startswith(("---\n", "---\r\n")):
        end = re.search(r"^---\s*$", text[4:], re.MULTILINE)
        return text[4 : 4 + end.start()] if end else None
    return text if text.startswith("model-index:") else None


def read(file: File, vocabulary: Vocabulary) -> Reading:
    """The results of the card. `UsageError` where it has none, or its YAML isn't as strict as records are."""
    text = text_of(file)
    matter = front_matter(text)
    if matter is None:
        raise UsageError(f"{file.name} has no front matter (--- lines at its top)")
    content = matter if matter is text else "\n" + matter  # keeps the lines' numbers
    document = yaml_of(file, content.encode("utf-8", "surrogatepass"))
    index = document.data.get("model-index") if isinstance(document.data, dict) else None
    if not isinstance(index, list):
        raise UsageError(f"{file.name}: its front matter has no list model-index")
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    for number, model in enumerate(index):
        for found in _model(file, document, vocabulary, ("model-index", number), model):
            (candidates if isinstance(found, Candidate) else remarks).append(found)  # type: ignore[arg-type]
    return Reading(candidates, remarks, Origin("model-card"))


def _model(file: File, document: Document, vocabulary: Vocabulary, route: tuple[Any, ...], model: Any) -> Iterator[Candidate | Remark]:
    name = as_text(value_in(model, "name"))
    results = value_in(model, "results")
    if not isinstance(results, list):
        yield _remark(file, document, route, "its results are no list", name)
        return
    for number, result in enumerate(results):
        here = (*route, "results", number)
        metrics = value_in(result, "metrics")
        if not isinstance(metrics, list) or not metrics:
            yield _remark(file, document, here, "a result without metrics", name)
            continue
        for index, metric in enumerate(metrics):
            yield _metric(file, document, vocabulary, (*here, "metrics", index), (name, result, metric))


def _metric(
    file: File, document: Document, vocabulary: Vocabulary, route: tuple[Any, ...], found: tuple[str, Any, Any]
) -> Candidate | Remark:
    name, result, metric = found
    dataset = value_in(result, "dataset")
    label = as_text(value_in(dataset, "name")) or as_text(value_in(dataset, "type"))
    value = one_figure(value_in(metric, "value"))
    if value is None:
        return _remark(file, document, route, f"{value_in(metric, 'value')!r} is no figure", name, label)
    place = document.locate((*route, "value"))
    candidate = Candidate(
        name, label, None, value, as_text(value_in(metric, "value")), Place(file.name, place.line, place.column, ""),
        f"model-index, {label}", origin=_origin(result), numbers=(value,),
    )  # fmt: skip
    return scaled(vocabulary, _set_apart(_placed(vocabulary, candidate, dataset, metric), dataset, metric), shares=False)


def _placed(vocabulary: Vocabulary, candidate: Candidate, dataset: Any, metric: Any) -> Candidate:
    """The candidate with the part that data set, split, configuration and metric mean; doubted where one of them means none."""
    parts = [part for key in ("name", "type") if (part := named_part(vocabulary, (as_text(value_in(dataset, key)),)))]
    if not parts:
        return candidate
    part = parts[0]
    if parts[-1].benchmark != part.benchmark:
        mine, other = (vocabulary.benchmarks[each.benchmark].name for each in (part, parts[-1]))
        return candidate._replace(part=part, doubt=f"the data set's name means {mine}, its type {other}")
    for key in ("split", "config"):
        label = as_text(value_in(dataset, key))
        found = narrowed(vocabulary, part, label) if label.lower() not in WHOLE else part
        if found is None:
            return candidate._replace(part=part, doubt=f"the {key} {label[:60]!r} names no part of {vocabulary.title(part)}")
        part = found
    measures = [text for key in ("type", "name") if (text := _PROTOCOL.sub("", as_text(value_in(metric, key))).strip())]
    known = [found for text in measures if (found := vocabulary.labelled(part, text))]
    if not known:
        doubt = f"the metric {measures[0][:60]!r} is none of {vocabulary.title(part)}" if measures else "the metric has no type"
        return candidate._replace(part=part, doubt=doubt)
    return candidate._replace(part=known[0])


def _set_apart(candidate: Candidate, dataset: Any, metric: Any) -> Candidate:
    """The candidate with protocol, variant and mode; doubted where the card says more that may set it apart from a plain figure."""
    protocol, shots = _protocol(as_text(value_in(metric, "name")))
    arguments = value_in(dataset, "args")
    given = {key: value for key, value in arguments.items() if value not in (None, "")} if isinstance(arguments, dict) else {}
    counts = [given.pop(key) for key in SHOTS if key in given]
    if any(isinstance(count, bool) or not isinstance(count, int) for count in counts) or len({*counts, *([shots] if shots else [])}) > 1:
        return _doubted(candidate, f"it can't be told how many examples were in the prompt: {counts}")
    if counts and counts[0] > 0:
        protocol, shots = "few-shot", counts[0]
    stated, variant, mode = (given.pop(key, None) for key in ("protocol", "variant", "mode"))
    candidate = candidate._replace(
        protocol=stated if stated in PROTOCOLS else protocol, shots=shots, variant=as_text(variant) or None,
        mode="thinking" if mode == "thinking" else None,
    )  # fmt: skip
    more = {key: value for key in ("config", "args") if (value := value_in(metric, key)) not in (None, "", {})}
    rest = [*given, *(f"{key} {as_text(value)}".strip() for key, value in more.items())]
    if not isinstance(arguments, (dict, type(None))):
        rest.append("args")
    if mode not in (None, "thinking"):
        rest.append(f"mode {as_text(mode)}")
    return _doubted(candidate, f"the card says {', '.join(rest)[:100]}, which may set it apart") if rest else candidate


def _doubted(candidate: Candidate, doubt: str) -> Candidate:
    return candidate if candidate.doubt else candidate._replace(doubt=doubt)


def _protocol(name: str) -> tuple[str, int | None]:
    match = _PROTOCOL.search(name[:200])
    if match is None:
        return "generalist", None
    return match["protocol"], int(match["shots"]) if match["shots"] else None


def _origin(result: Any) -> Origin | None:
    source = value_in(result, "source")
    url = as_text(value_in(source, "url"))
    return Origin(None, as_text(value_in(source, "name")) or url, url) if url else None


def _remark(file: File, document: Document, route: tuple[Any, ...], reason: str, model: str, benchmark: str = "") -> Remark:
    place = document.locate(route)
    return Remark(Place(file.name, place.line, place.column), "flagged", reason[:200], model, benchmark)
