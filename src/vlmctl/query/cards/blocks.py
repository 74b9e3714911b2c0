"""Blocks of the cards that `show` answers: facts, architecture, prose and links of a family or model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.results import Fact, Facts, Prose

if TYPE_CHECKING:
    from vlmctl.results import Block

__all__ = ["architecture_block", "known_facts", "link_blocks", "prose_blocks"]

LABELS = {
    "code_license": "Code license",
    "weights_license": "Weights license",
    "license": "Weights license",
    "license_note": "License note",
    "params": "Parameters",
    "active_params": "Active parameters",
    "params_scope": "Parameters count",
    "params_basis": "Parameters from",
    "language_model_name": "Language model",
    "vision_encoder_names": "Vision encoder",
    "image_size": "Image size",
    "visual_tokens": "Visual tokens",
    "moe": "Mixture of experts",
    "hf": "Hugging Face",
    "commercial": "Commercial use",
    "origin": "Overlay",
}
KINDS: dict[str, Any] = {
    "params": "count",
    "active_params": "count",
    "organizations": "list",
    "languages": "list",
    "lists": "list",
    "moe": "flag",
    "released": "date",
}


def known_facts(values: dict[str, Any], *keys: str) -> list[Fact]:
    """The facts under these keys that are there, in this order."""
    present = {key: _told(key, values.get(key)) for key in keys}
    return [
        Fact(key, LABELS.get(key, key.replace("_", " ").capitalize()), value, KINDS.get(key, "text"))
        for key, value in present.items()
        if value not in (None, [], "")
    ]


def _told(key: str, value: Any) -> Any:
    """A fact as people are told it: that a number of parameters counts the whole goes without saying."""
    if key == "params_scope":
        return {"language-model": "the language model alone, not the whole model"}.get(value)
    return value


def architecture_block(architecture: dict[str, Any] | None, *, briefly: bool = False) -> list[Block]:
    """What is stated about the architecture; `briefly` leaves out what a model's own facts say."""
    if not architecture:
        return []
    connector = architecture.get("connector") or {}
    mixture = architecture.get("mixture_of_experts") or {}
    items = [
        (
            "connector",
            "Connector",
            " · ".join(filter(None, (connector.get("kind"), connector.get("name"), connector.get("detail")))) or None,
        ),
        ("high_resolution", "High resolution", architecture.get("high_resolution")),
        ("mixture_of_experts", "Mixture of experts", mixture.get("where")),
    ]
    if not briefly:
        items[:0] = [
            ("vision_encoders", "Vision encoders", ", ".join(architecture.get("vision_encoders") or []) or None),
            ("language_models", "Language models", ", ".join(architecture.get("language_models") or []) or None),
            ("visual_tokens", "Visual tokens", _visual_tokens(architecture)),
        ]
    facts = [Fact(key, label, value) for key, label, value in items if value]
    return [Facts(facts, "Architecture")] if facts else []


def _visual_tokens(architecture: dict[str, Any]) -> Any:
    """The family's visual tokens, with the models' picture size of which they are said."""
    tokens, size = architecture.get("visual_tokens"), architecture.get("visual_tokens_at")
    if size is None:
        return tokens
    return f"{tokens} (models with pictures of {size}{' pixels' if isinstance(size, int) else ''})"


def prose_blocks(facts: dict[str, Any]) -> list[Block]:
    """Contributions, training, deployment and notes, as far as there are any."""
    blocks: list[Block] = []
    if facts["contributions"]:
        blocks.append(Prose(facts["contributions"], "Contributions", key="contributions", bullets=True))
    if facts["training"]:
        rows = [
            {**stage, "trained": ", ".join(stage.get("trained") or []), "frozen": ", ".join(stage.get("frozen") or [])}
            for stage in facts["training"]
        ]
        lines = [
            f"{row['stage']}: {row.get('data') or 'data not stated'}"
            + (f" · trained: {row['trained']}" if row["trained"] else "")
            + (f" · frozen: {row['frozen']}" if row["frozen"] else "")
            for row in rows
        ]
        blocks.append(Prose(lines, "Training", key="training", bullets=True))
    for key in ("deployment", "notes"):
        if facts[key]:
            blocks.append(Prose(facts[key], key.capitalize(), key=key, bullets=True))
    return blocks


def link_blocks(facts: dict[str, Any]) -> list[Block]:
    """Links and sources with their addresses."""
    links = [Fact(key, key.capitalize(), url, "link") for key, url in (facts["links"] or {}).items()]
    sources = [Fact(source["key"], source["title"], source["url"], "link") for source in facts["sources"] if source["url"]]
    return [Facts(items, title) for items, title in ((links, "Links"), (sources, "Sources")) if items]
