"""`validate` and `import` doubt a figure by the same ranges: one reads them off records, the other off the compiled catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlmctl.checks.around import plausible_range
from vlmctl.query.vocabulary import Part, Vocabulary
from vlmctl.records import Benchmark
from vlmctl.source.directory import list_files
from vlmctl.source.loading import load_file
from vlmctl.store.catalog import Catalog
from vlmctl.store.layers import shipped_directory

BENCHMARKS = [file for file in list_files(shipped_directory()) if file.kind == "benchmark"]


@pytest.fixture(scope="module")
def vocabulary(shipped: Catalog) -> Vocabulary:
    return Vocabulary(shipped)


def test_the_ranges_are_the_same(vocabulary: Vocabulary) -> None:
    ranges, beyond_the_primary = 0, 0
    for file in BENCHMARKS:
        (record,) = load_file(file.path, file.kind, Path(file.path).read_bytes()).records
        assert isinstance(record, Benchmark)
        for metric in record.metrics:
            found = plausible_range(record, metric)
            assert found == vocabulary.scale(Part(record.id, None, metric.id)).plausible, (record.id, metric.id)
            ranges += found is not None
            beyond_the_primary += found is not None and metric.id != record.metric
    assert ranges > len(BENCHMARKS) / 2
    assert beyond_the_primary
