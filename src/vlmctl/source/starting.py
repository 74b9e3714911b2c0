"""The files that start an overlay: an annotated example that validates, made up from end to end.

The example's figures are on a benchmark of its own, so no public ranking changes by it.
"""

from __future__ import annotations

import os

from vlmctl.errors import RefusedError
from vlmctl.source.locking import locked
from vlmctl.source.writing import read_bytes, replace_all

__all__ = ["FILES", "start"]

README = """\
# An overlay of the vlmctl catalog

Records in this directory lie over those that ship with vlmctl: they add to them, or replace the ones with their id.

| folder | a file is |
| --- | --- |
| `families/<id>.yaml` | a family with its models and their scores |
| `models/<id>.yaml` | a further model of a family, or further facts and scores of a model, wherever the family stands |
| `benchmarks/<id>.yaml` | a test set with its rules |

The three files with `example` in their name are made up, to be read, changed or removed. A file's name is its record's id.

    vlmctl validate .                       # what is wrong, with file, line and column
    vlmctl list --catalog .                 # the catalog with these records
    vlmctl add score --catalog .            # asks for a figure and writes it here
    export VLMCTL_CATALOG=$PWD              # for every command from now on
"""

FAMILY = """\
# A family: models that were published together. Fields that are unknown are left out; null is never written.
id: example-vlm                       # equals the file's name: lower case, digits, hyphens, dots
name: Example VLM                     # as its makers write it
series: Example VLM                   # the line of families it belongs to
organizations: [Example Lab]
released: 2025-01                     # as far as it is known: 2025, 2025-01 or 2025-01-31
summary: A made-up family that shows what a record looks like.
license: {weights: Apache-2.0}        # ids of components/licenses.yaml: SPDX ids where there are any
architecture:
  connector: {kind: mlp}              # mlp, linear, resampler, q-former, cross-attention, ldp, ldpv2, other …
sources:                              # the documents in which the figures were read
  evaluation: {kind: run, title: evaluation of January 2025, retrieved: 2025-01-31}
models:
  - id: example-vlm-2b
    name: Example VLM 2B
    params: 2B                        # all parameters; else name params_scope
    params_basis: made up
    scores:                           # one line each; what is left out is the default
      - {benchmark: example-forms, split: test, value: 61.5, source: evaluation, where: line 12 of the log, evidence: original}
"""

MODEL = """\
# A further model of a family, or further scores of a model; the family may also be one that ships with vlmctl.
# For a model that the family has already, id, family and scores are enough.
id: example-vlm-2b-int4
family: example-vlm
name: Example VLM 2B int4             # needed for a model that the family doesn't have
params: 2B
params_basis: made up
sources:                              # beside those of the family
  evaluation-int4: {kind: run, title: evaluation of the quantized model, retrieved: 2025-02-03}
scores:
  - {benchmark: example-forms, split: test, value: 60.25, source: evaluation-int4, evidence: original, note: 'quantized to 4 bit'}
"""

BENCHMARK = """\
# A benchmark: a test set with its rules. The shipped ones are shown by: vlmctl bench list
id: example-forms
name: ExampleForms
summary: Fields to be read from scanned forms; the share that is read without a mistake.
task: document
metric: accuracy                      # the metric of rankings
metrics:
  - id: accuracy
    name: accuracy
    unit: percent                     # percent, points, ratio or distance
    min: 0
    max: 100
    higher_is_better: true
splits:
  - id: test
    name: test
    primary: true                     # the split of rankings; exactly one is
    questions: 500
"""

FILES = {
    "README.md": README,
    "families/example-vlm.yaml": FAMILY,
    "models/example-vlm-2b-int4.yaml": MODEL,
    "benchmarks/example-forms.yaml": BENCHMARK,
}
"""What is written, the README first: it marks the directory as begun."""


def start(directory: str) -> tuple[list[str], list[str]]:
    """Start an overlay: the paths that were written, and notes. In one that was started before, only what is missing.

    Raises `RefusedError` for a directory that holds anything else; what is there is never changed.
    """
    if "\0" in directory:
        raise RefusedError("a path can't hold a NUL character")
    root = os.path.realpath(directory)
    if os.path.lexists(root) and not os.path.isdir(root):
        raise RefusedError(f"{directory} is not a directory")
    with locked(root):
        _refuse_foreign(directory, root)
        paths = {os.path.join(root, *name.split("/")): text.encode() for name, text in FILES.items()}
        missing = [path for path in paths if read_bytes(path) is None]
        notes = replace_all([(path, paths[path], None) for path in missing])
    return missing, notes


def _refuse_foreign(directory: str, root: str) -> None:
    readme = read_bytes(os.path.join(root, "README.md")) or b""
    if readme.split(b"\n")[0].strip() == README.split("\n", 1)[0].encode():
        return
    visible = [name for name in os.listdir(root) if not name.startswith(".") and not _empty(os.path.join(root, name))]
    if {"families", "models", "benchmarks"} & set(visible):
        raise RefusedError(f"{directory} holds records already", hint=f"vlmctl validate {directory}")
    if visible:
        raise RefusedError(f"{directory} is not empty", hint="name a new directory")


def _empty(path: str) -> bool:
    """Whether a path is a folder with nothing in it, or only what a killed writer left: it is no reason not to start."""
    try:
        return all(name.startswith(".") for name in os.listdir(path))
    except OSError:
        return False
