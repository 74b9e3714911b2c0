"""Synthetic catalogs of any size, made through the record classes with a fixed seed.

Twenty scores a model, eight models a family, on the shipped benchmarks and components; names, licenses and dates vary as real ones do.

    python benchmarks/synthetic.py SCORES FILE.sqlite3

compiles such a catalog, with its progress on stderr.

    python benchmarks/synthetic.py SCORES DIRECTORY/

writes its records as YAML instead, beside copies of the shipped benchmarks and components.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCORES_PER_MODEL = 20
MODELS_PER_FAMILY = 8


def beneath() -> Any:
    """The shipped benchmarks and components, without its families."""
    from vlmctl.source.layers import Layer, gather, read_layer

    files = [("", file) for file in read_layer(Layer(ROOT / "catalog", "")) if file.kind != "family"]
    return gather(files)


def families(catalog: Any, scores: int, seed: int = 20261123) -> Iterator[Any]:
    """Entries of families with about `scores` scores in all, one at a time."""
    from vlmctl.records import Family
    from vlmctl.source.layers import Entry
    from vlmctl.source.loading import LoadedFile

    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    benchmarks = [entry.record for entry in catalog.benchmarks.values()]
    weights = [1 / (place + 2) for place in range(len(benchmarks))]  # a few benchmarks have most of the scores, as in the real catalog
    languages = [key for key, entry in catalog.language_models.items() if entry.record.shape]
    encoders = list(catalog.vision_encoders)
    licenses = ["Apache-2.0", "MIT", "CC-BY-NC-4.0", "llama-3-community"]
    for number in range(-(-scores // (SCORES_PER_MODEL * MODELS_PER_FAMILY))):
        name = f"synth-{number:06d}"
        record = Family.model_validate(
            {
                "id": name,
                "name": f"Synth {number}",
                "series": f"Synth{number % 997}",
                "organizations": [f"Laboratory {number % 211}"],
                "released": f"{2022 + number % 5}-{1 + number % 12:02d}",
                "summary": f"A made-up family, number {number}, for measuring.",
                "license": {"weights": draw.choice(licenses)},
                "architecture": {"connector": {"kind": "mlp"}, "visual_tokens": 576},
                "sources": {"paper": {"kind": "paper", "title": f"Synth {number}", "url": f"https://example.org/{number}"}},
                "models": [_model(draw, name, each, benchmarks, weights, languages, encoders) for each in range(MODELS_PER_FAMILY)],
            }
        )
        yield Entry(LoadedFile(f"{name}.yaml", "family", b"", [record]), "")


def _model(
    draw: random.Random, family: str, number: int, benchmarks: list[Any], weights: list[float], languages: list[str], encoders: list[str]
) -> dict[str, Any]:
    chosen = dict.fromkeys(draw.choices(range(len(benchmarks)), weights, k=SCORES_PER_MODEL * 2))
    scores = []
    for index in list(chosen)[:SCORES_PER_MODEL]:
        benchmark = benchmarks[index]
        low, high = benchmark.plausible or (benchmark.metrics[0].min, benchmark.metrics[0].max or 100)
        value = round(draw.uniform(low, high), 1)
        scores.append({"benchmark": benchmark.id, "value": value, "source": "paper", "evidence": "original", "quote": f"row: {value}"})
        split = next((split.id for split in benchmark.splits or () if split.primary), None)
        if split:
            scores[-1]["split"] = split
    return {
        "id": f"{family}-{number}b",
        "name": f"{family.title()} {number + 1}B",
        "params": f"{number + 1}B",
        "language_model": draw.choice(languages),
        "vision_encoders": [draw.choice(encoders)],
        "image_size": draw.choice([224, 336, 384, 448]),
        "scores": scores,
    }


def compiled(scores: int, path: Path) -> None:
    """A compiled catalog with about so many scores, in bounded memory."""
    import sqlite3

    from vlmctl.store.build import build

    catalog = beneath()
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    build(catalog, connection, {"notes": "", "version": "synthetic"}, watched(families(catalog, scores), scores))
    connection.close()


def watched(entries: Iterator[Any], scores: int) -> Iterator[Any]:
    """The same entries; a line on stderr tells how many of the scores have been written."""
    each = SCORES_PER_MODEL * MODELS_PER_FAMILY
    step = max(1, scores // each // 20)
    for number, entry in enumerate(entries):
        if number % step == 0:
            sys.stderr.write(f"\r{min(number * each, scores):,} of {scores:,} scores")
        yield entry
    sys.stderr.write(f"\r{scores:,} scores made" + " " * 20 + "\n")


def written(scores: int, directory: Path) -> None:
    """A catalog directory with about so many scores, a file for each family."""
    from vlmctl.source.editing import new_file

    for folder in ("benchmarks", "components"):
        shutil.copytree(ROOT / "catalog" / folder, directory / folder)
    (directory / "families").mkdir()
    for entry in watched(families(beneath(), scores), scores):
        record = entry.record.model_dump(mode="json", exclude_none=True)
        (directory / "families" / f"{record['id']}.yaml").write_bytes(new_file(record))


if __name__ == "__main__":
    (written if sys.argv[2].endswith("/") else compiled)(int(sys.argv[1]), Path(sys.argv[2]))
