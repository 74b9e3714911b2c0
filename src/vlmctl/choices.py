"""The closed lists of words that records take, each as a type and as a tuple. What chooses among them asks here."""

from typing import Literal, get_args

__all__ = [
    "COMMERCIAL",
    "EVIDENCE",
    "FILE_KINDS",
    "PROTOCOLS",
    "SOURCE_KINDS",
    "TUNINGS",
    "UNITS",
    "Commercial",
    "Evidence",
    "FileKind",
    "Protocol",
    "SourceKind",
    "Tuning",
    "Unit",
]

Evidence = Literal["original", "copy", "second-hand", "listed"]
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
"""Where a figure was read, the best founded first."""

SourceKind = Literal["repository", "paper", "model-card", "web", "list", "leaderboard", "run"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
"""What sort of document a source is."""

Protocol = Literal["generalist", "task-finetuned", "few-shot"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
"""How a figure was reached, the default first."""

Unit = Literal["percent", "points", "ratio", "distance"]
UNITS: tuple[Unit, ...] = get_args(Unit)
"""Units of metrics."""

Commercial = Literal["allowed", "conditional", "not-allowed"]
COMMERCIAL: tuple[Commercial, ...] = get_args(Commercial)
"""What licenses say about commercial use."""

Tuning = Literal["full", "lora"]
TUNINGS: tuple[Tuning, ...] = get_args(Tuning)
"""How a language model was tuned."""

FileKind = Literal["family", "benchmark", "model", "language-models", "vision-encoders", "licenses"]
FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
"""What a file of a catalog holds, told by its place in the directory."""
