"""The catalog's records, validated by Pydantic. They know nothing about YAML.

A record is strict (an unknown key or a wrong type is an error) and frozen. The docstring under each field becomes the
JSON Schema's description, the reference page and the editor's tooltip. What a schema can't say is in `checks/`.
"""

from vlmctl.records.benchmark import Benchmark, DefaultSplit, Metric, Split
from vlmctl.records.common import Links, Record
from vlmctl.records.component import LanguageModel, LayerGroup, License, Shape, VisionEncoder
from vlmctl.records.family import (
    Architecture,
    Connector,
    Family,
    LicenseTerms,
    Listed,
    MixtureOfExperts,
    Model,
    ModelAddition,
    Score,
    Source,
    TrainingStage,
)

__all__ = [
    "Architecture",
    "Benchmark",
    "Connector",
    "DefaultSplit",
    "Family",
    "LanguageModel",
    "LayerGroup",
    "License",
    "LicenseTerms",
    "Links",
    "Listed",
    "Metric",
    "MixtureOfExperts",
    "Model",
    "ModelAddition",
    "Record",
    "Score",
    "Shape",
    "Source",
    "Split",
    "TrainingStage",
    "VisionEncoder",
]
