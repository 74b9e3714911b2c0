"""`every-eval-ever`, JSON Schema 0.3.0: lossless. A document is what one source says of one model.

The schema keeps the source at the document's level, hence one document for each model and source. What has no field of
its own stands in `additional_details` and `details`, whose values are texts; `read` gives the scores back.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any, TextIO

from vlmctl import __version__
from vlmctl.interchange.writing.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.interchange.writing import Left
    from vlmctl.query.export import Extract, Metric

__all__ = ["SCHEMA_VERSION", "documents", "read", "write"]

SCHEMA_VERSION = "0.3.0"

DETAILS = (
    "protocol", "shots", "variant", "mode", "status", "evidence", "place", "quote", "listed_column", "listed_text", "assumed",
    "train_split_seen", "note", "origin",
)  # fmt: skip
"""What of a score stands in `score_details.details`."""

MODEL_DETAILS = (
    "family", "series", "params", "active_params", "language_model", "vision_encoders", "connector", "image_size", "license", "released",
    "params_scope",
)  # fmt: skip


def documents(extract: Extract, left: Left) -> Iterator[Document]:
    """A document for each model and source; nothing is left out."""
    del left
    metrics = extract.metrics()
    benchmarks = {row["id"]: row for row in extract.benchmarks()}
    now = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))
    for model, rows in extract.by_model():
        by_source: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_source.setdefault(row["source"], []).append(row)
        for source, found in by_source.items():
            yield Document(model["id"], (model["id"], f"{source}.json"), _document(model, found, metrics, benchmarks, now))


def write(found: Iterable[Document], stream: TextIO, *, alone: bool) -> None:
    """Write the documents as one array, or (`alone`) the only one as it is."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=2).encode
    if alone:
        stream.writelines(f"{encode(document.data)}\n" for document in found)
        return
    before = "["
    for document in found:
        stream.write(f"{before}\n{encode(document.data)}")
        before = ","
    stream.write("[]\n" if before == "[" else "\n]\n")


def _document(
    model: dict[str, Any], rows: Sequence[dict[str, Any]], metrics: dict[tuple[str, str], Metric], benchmarks: dict[str, Any], now: str
) -> dict[str, Any]:
    name = model["hf"] or f"vlmctl/{model['id']}"
    results = [
        _result(index, row, metrics[row["benchmark"], row["metric"]], benchmarks[row["benchmark"]]) for index, row in enumerate(rows)
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"vlmctl-{rows[0]['source']}/{model['id']}/{now}",
        "retrieved_timestamp": now,
        "source_metadata": _source(model, rows),
        "eval_library": {"name": "unknown", "version": "unknown"},
        "model_info": {
            "name": model["name"], "id": name, "developer": ", ".join(model["organizations"]) or "unknown",
            "additional_details": {
                "deployment_type": "unknown",
                "model_availability": {True: "open_weights", False: "closed_weights", None: "unknown"}[model["open"]],
                "vlmctl_id": model["id"],
                **_texts({key: model[key] for key in MODEL_DETAILS}),
            },
        },
        "evaluation_results": results,
    }  # fmt: skip


def _source(model: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Who says it: the makers where each figure was read in their own document or a copy of it."""
    first = rows[0]
    own = all(row["evidence"] in {"original", "copy"} for row in rows)
    kind = first["source_kind"]
    relationship = "third_party" if kind in {"leaderboard", "run"} else "first_party" if own else "other"
    makers = relationship == "first_party"
    details = {
        "key": first["source"],
        "kind": kind,
        "url": first["url"],
        "retrieved": first["retrieved"],
        "published": first["published"],
        "exported_by": f"vlmctl {__version__}",
    }
    return {
        "source_name": first["source_title"] or first["source"],
        "source_type": "evaluation_run" if kind == "run" else "documentation",
        "source_organization_name": (", ".join(model["organizations"]) if makers else "") or "unknown",
        "evaluator_relationship": relationship,
        "additional_details": _texts(details),
    }


def _result(index: int, row: dict[str, Any], metric: Metric, benchmark: dict[str, Any]) -> dict[str, Any]:
    part = _texts({"benchmark": row["benchmark"], "split": row["split"], "counted_split": row["counted_split"]})
    data = {"source_type": "url", "url": [benchmark["url"]]} if benchmark["url"] else {"source_type": "other"}
    return {
        "evaluation_result_id": f"{row['model']}/{row['source']}/{index}",
        "evaluation_name": " ".join(filter(None, (row["benchmark_name"], row["split"]))),
        "source_data": {"dataset_name": row["benchmark_name"], **data, "additional_details": part},
        "metric_config": {
            "evaluation_description": benchmark["summary"] or row["benchmark_name"],
            "metric_id": f"{row['benchmark']}.{metric.id}",
            "metric_name": metric.name,
            "metric_unit": metric.unit,
            "lower_is_better": not metric.higher_is_better,
            "score_type": "continuous",
            "min_score": metric.low,
            "max_score": "Infinity" if metric.high is None else metric.high,
        },
        "score_details": {"score": row["value"], "details": _texts({key: row[key] for key in DETAILS})},
    }


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """Values as texts, those that are absent left out; lists and flags as JSON."""
    known = {key: value for key, value in values.items() if value is not None and value not in ([], "")}
    return {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in known.items()}


def read(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The scores of documents that this module wrote, with the keys of `RECORD_KEYS`."""
    for document in found:
        source, info = document["source_metadata"], document["model_info"]["additional_details"]
        said = source["additional_details"]
        for result in document["evaluation_results"]:
            part, details = result["source_data"]["additional_details"], result["score_details"]["details"]
            metric = result["metric_config"]["metric_id"].removeprefix(f"{part['benchmark']}.")
            shots, seen = details.get("shots"), details.get("train_split_seen")
            yield {
                "model": info["vlmctl_id"], "family": info["family"], "benchmark": part["benchmark"], "split": part.get("split"),
                "counted_split": part.get("counted_split"), "metric": metric,
                **{key: details.get(key) for key in DETAILS}, "value": result["score_details"]["score"],
                "source": said["key"], "source_title": source["source_name"], "source_kind": said.get("kind"), "url": said.get("url"),
                "retrieved": said.get("retrieved"), "published": said.get("published"),
                "shots": None if shots is None else int(shots), "origin": details.get("origin", ""),
                "assumed": json.loads(details.get("assumed", "[]")), "train_split_seen": None if seen is None else seen == "true",
            }  # fmt: skip
