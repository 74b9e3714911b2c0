"""Families, their models, and the models' scores."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from vlmctl.choices import Evidence, Protocol, SourceKind, Tuning
from vlmctl.forms import KEY, REPOSITORY
from vlmctl.records.common import Explains, Id, Links, Natural, Number, Params, PartialDate, Record, Text, Url

__all__ = [
    "Architecture",
    "Connector",
    "Family",
    "LicenseTerms",
    "Listed",
    "MixtureOfExperts",
    "Model",
    "ModelAddition",
    "Score",
    "Source",
    "TrainingStage",
]

HuggingFaceId = Annotated[str, StringConstraints(pattern=REPOSITORY)]
SourceKey = Annotated[str, StringConstraints(pattern=KEY, max_length=80)]


class Source(Record):
    """A document in which figures were read."""

    kind: SourceKind
    """What sort of document."""
    title: Text
    """Enough to recognize it."""
    url: Url | None = None
    """Where anybody can open it."""
    published: PartialDate | None = None
    """When this version of it was published. Of equally founded figures the one of the newest source counts."""
    retrieved: PartialDate | None = None
    """When it was read; stands for the date of publication where that isn't known."""


class Listed(Record):
    """How a public list prints a figure."""

    column: Text
    """The header under which the figure stands by position."""
    text: Text
    """The cell, letter by letter."""


class Score(Record):
    """One figure of one model on one benchmark, split, metric and protocol. What is left out is the default."""

    benchmark: Id
    """The benchmark's id."""
    split: Text | None = None
    """The split that was used. Left out: the source doesn't say, or the benchmark has none."""
    metric: Text | None = None
    """What was computed. Left out: the split's metric, or else the benchmark's."""
    protocol: Protocol = "generalist"
    """One set of weights for all tasks, weights tuned for this benchmark, or examples in the prompt."""
    shots: Annotated[int, Field(gt=0, le=1000)] | None = None
    """How many examples were in the prompt (few-shot)."""
    variant: Text | None = None
    """What else sets the figure apart. The plain figure has none."""
    mode: Literal["thinking"] | None = None
    """`thinking` where a model that can do without reasoned at length for the figure."""
    train_split_seen: bool | None = None
    """Whether the weights were trained on the benchmark's training split, where the makers tell."""
    value: Number
    """The figure in the metric's unit, as published."""
    source: SourceKey
    """The document in which it was read: a key of the family's `sources`."""
    where: Text | None = None
    """The place in the source: a table, a page, a picture."""
    evidence: Evidence
    """The makers' own document, a full copy of it, somebody quoting it, or only the list that named the model."""
    assumed: list[Literal["metric", "split", "scale"]] | None = None
    """What the source left open and the catalog filled in."""
    status: Literal["superseded"] | None = None
    """`superseded` when the makers published a newer figure: kept, shown by `why`, never ranked."""
    quote: Text | None = None
    """The cell or row as the source prints it."""
    listed: Listed | None = None
    """How the public list prints it."""
    note: Text | None = None
    """A remark for whoever doubts the figure."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this figure the note explains."""


class _ModelFacts(Record):
    id: Id
    """The model's id; a family's main model may bear the family's id."""
    aliases: list[Text] | None = None
    """Other spellings by which it is known."""
    hf: HuggingFaceId | None = None
    """The id of the weights on Hugging Face."""
    params: Params | None = None
    """Its parameters, as the makers state them: all of them, unless `params_scope` says otherwise."""
    params_basis: Text | None = None
    """Where that number comes from."""
    params_scope: Literal["language-model"] | None = None
    """What `params` counts where that isn't the whole model: the language model alone."""
    active_params: Params | None = None
    """Parameters active per token, where they differ (mixtures of experts)."""
    language_model: Id | None = None
    """Component id of the language model."""
    vision_encoders: list[Id] | None = None
    """Component ids of the vision encoders."""
    image_size: Natural | Text | None = None
    """The picture's side in pixels, or a word such as `dynamic`."""
    visual_tokens: Natural | Text | None = None
    """Tokens that one picture takes in this model, or a sentence; goes before what the family's architecture states."""
    tuning: Tuning | None = None
    """Whether all weights of the language model were tuned, or low-rank adapters."""
    mixture_of_experts: bool | None = None
    """Whether the model is a mixture of experts, in families that have both kinds."""
    released: PartialDate | None = None
    """When this model was published, where that isn't the family's date."""
    license: Text | None = None
    """License id of the weights, where it differs within the family."""
    note: Text | None = None
    """A remark."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this model the note explains."""
    scores: list[Score] | None = None
    """The model's figures."""


class Model(_ModelFacts):
    """One set of weights."""

    name: Text
    """The makers' spelling of the name."""


class ModelAddition(_ModelFacts):
    """A model, or further scores of one, laid over a family that is in the catalog already (`models/<id>.yaml`)."""

    family: Id
    """The family it belongs to."""
    name: Text | None = None
    """The makers' spelling; needed for a model that the family doesn't have."""
    sources: dict[SourceKey, Source] | None = None
    """Documents in which the figures were read, beside those of the family."""


class Connector(Record):
    """What joins the vision encoder to the language model (also called projector)."""

    kind: (
        Literal["mlp", "linear", "resampler", "q-former", "cross-attention", "visual-expert", "c-abstractor", "ldp", "ldpv2", "other"]
        | None
    ) = None
    """The kind, for filters."""
    name: Text | None = None
    """The makers' name for it."""
    detail: Text | None = None
    """How it works, in a sentence."""


class MixtureOfExperts(Record):
    """A mixture of experts inside the model."""

    experts: Natural | None = None
    """How many experts there are."""
    active: Natural | None = None
    """How many of them work on a token."""
    where: Text | None = None
    """Which part has them, and which models."""


class Architecture(Record):
    """The three parts of the family's models, and how a picture enters."""

    vision_encoders: list[Id] | None = None
    """Component ids of the vision encoders in use."""
    language_models: list[Id] | None = None
    """Component ids of the language models in use."""
    connector: Connector | None = None
    """What joins them."""
    image_sizes: list[Natural | list[Natural]] | None = None
    """Sides in pixels; a pair is width and height."""
    visual_tokens: Natural | Text | None = None
    """Tokens that one picture takes in the language model, or a sentence where it depends. A model's own goes before it."""
    visual_tokens_at: Natural | Text | None = None
    """The `image_size` of the models of which that is said; for the others it isn't known. Left out: it is said of all."""
    high_resolution: Text | None = None
    """How pictures larger than the encoder's input are handled."""
    mixture_of_experts: MixtureOfExperts | None = None
    """A mixture of experts, where there is one."""


class TrainingStage(Record):
    """One stage of the training."""

    stage: Text
    """The makers' name for it."""
    data: Text | None = None
    """What it was trained on."""
    trained: list[Text] | None = None
    """The parts whose weights changed."""
    frozen: list[Text] | None = None
    """The parts whose weights did not."""


class LicenseTerms(Record):
    """Licenses, by the ids of `components/licenses.yaml`."""

    code: Text | None = None
    """Of the code."""
    weights: Text | None = None
    """Of the weights of all models, unless a model names its own."""
    note: Text | None = None
    """What the ids don't say."""


class Family(Record):
    """Models published together: one architecture and paper."""

    id: Id
    """Equals the file's name."""
    name: Text
    """The makers' spelling of the name."""
    series: Text
    """The line of families it belongs to."""
    aliases: list[Text] | None = None
    """Other spellings by which it is known."""
    lists: list[Id] | None = None
    """Public lists that name this family."""
    organizations: Annotated[list[Text], Field(min_length=1)]
    """Who made it."""
    released: PartialDate | None = None
    """When it was first published; models that came later name their own date."""
    summary: Text
    """What it is, in one sentence."""
    summary_zh: Text | None = None
    """The same in Chinese."""
    contributions: list[Text] | None = None
    """What is new in it."""
    contributions_zh: list[Text] | None = None
    """The same in Chinese."""
    languages: list[Text] | None = None
    """Languages that the makers name, as ISO 639 codes."""
    license: LicenseTerms | None = None
    """Licenses of code and weights."""
    links: Links | None = None
    """Where readers go on."""
    architecture: Architecture | None = None
    """How the models are built."""
    training: list[TrainingStage] | None = None
    """Stages of the training, in order."""
    deployment: list[Text] | None = None
    """Stated facts about running it, with numbers."""
    sources: dict[SourceKey, Source] | None = None
    """Documents in which the figures were read."""
    models: Annotated[list[Model], Field(min_length=1)]
    """Its models."""
    notes: list[Text] | None = None
    """Contradictions between sources, and what was decided."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this family the notes explain."""
