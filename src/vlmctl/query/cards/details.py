"""All about a family or model: the answer of `show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.cards.blocks import architecture_block, known_facts, link_blocks, prose_blocks
from vlmctl.query.filters import Filter
from vlmctl.query.listing import MODEL_KEYS, rows_of
from vlmctl.query.names import SHOWN_KINDS, Found, find
from vlmctl.query.scoring import score_row, scores_of
from vlmctl.results import Block, Card, Cell, Column, Facts, Prose, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["named", "show", "show_several"]

PART = "*"
"""Stands beside a number of parameters that counts the language model alone."""

FAMILY_KEYS = ("summary", "contributions", "languages", "links", "architecture", "training", "deployment", "notes")
SCORE_KEYS = (
    "benchmark", "split", "metric", "protocol", "shots", "value", "rank", "of", "source", "url", "where", "evidence", "quote", "status",
    "listed", "note", "variant", "mode", "counted_split", "reason", "assumed", "train_split_seen", "origin",
)  # fmt: skip
"""What `show --json` prints of a figure."""

FAMILY_FACTS = (
    "series", "organizations", "released", "languages", "code_license", "weights_license", "license_note", "lists", "origin",
)  # fmt: skip
MODEL_FACTS = (
    "family", "series", "organizations", "released", "params", "params_scope", "active_params", "params_basis", "language_model_name",
    "vision_encoder_names", "connector", "image_size", "visual_tokens", "moe", "tuning", "license", "commercial", "license_note",
    "languages", "hf", "note", "origin",
)  # fmt: skip
"""The facts at the head of a card, in order."""

OWN_OF_MODEL = frozenset({"name", "series", "organizations", "released", "lists", "origin"})
"""Facts that a model's row has already: those of its family don't take their place."""


def named(catalog: Catalog, names: Sequence[str]) -> list[Found]:
    """What names stand for, without duplicates; a series stands for its families."""
    found: list[Found] = []
    for name in names:
        each = find(catalog, name, SHOWN_KINDS, "family, model or series")
        if each.kind == "series":
            sql = "SELECT id FROM family WHERE series = ? ORDER BY position"
            found += [Found("family", row["id"]) for row in catalog.rows(sql, (each.id,))]
        else:
            found.append(each)
    return list(dict.fromkeys(found))


def show_several(catalog: Catalog, found: Sequence[Found], *, lang: str = "en", notes: Sequence[str] = ()) -> Card:
    """The cards of several names, one after the other; JSON is a list with one object per name. `notes` are on the names."""
    cards = [show(catalog, each, lang=lang) for each in found]
    if len(cards) == 1:
        card = cards[0]
        return Card(card.heading, card.blocks, [card.data], name=card.name, legend=card.legend, notes=(*notes, *card.notes))
    blocks: list[Block] = []
    for card in cards:
        blocks += [Prose([], title=card.heading, key="name"), *card.blocks]
    legend = tuple(dict.fromkeys(entry for card in cards for entry in card.legend))
    return Card("", blocks, [card.data for card in cards], name=[name for card in cards for name in card.name], legend=legend, notes=notes)


def show(catalog: Catalog, found: Found, *, lang: str = "en") -> Card:
    """The card of one family or model."""
    return _family(catalog, found.id, lang) if found.kind == "family" else _model(catalog, found.id, lang)


def _texts(document: dict[str, Any], lang: str) -> dict[str, Any]:
    """Summary and contributions in the language asked for, English where there is none."""
    chosen = {key: document.get(key) for key in FAMILY_KEYS}
    if lang == "zh":
        for key in ("summary", "contributions"):
            chosen[key] = document.get(f"{key}_zh") or chosen[key]
    return chosen


def _models(catalog: Catalog, column: str, value: str) -> list[dict[str, Any]]:
    names = (*MODEL_KEYS, "language_model_name", "vision_encoder_names", "tuning", "commercial", "origin")
    where = Filter(f"m.{column} = ?", (value,))
    return rows_of(catalog, fields.named(*names), where)


def _sources(catalog: Catalog, family: str) -> list[dict[str, Any]]:
    sql = "SELECT key, kind, title, url, retrieved, published FROM source WHERE family = ? ORDER BY key"
    return [dict(row) for row in catalog.rows(sql, (family,))]


def _family_facts(catalog: Catalog, family: str, lang: str) -> dict[str, Any]:
    row = catalog.row("SELECT * FROM family WHERE id = ?", (family,))
    assert row is not None
    document = json.loads(row["document_json"])
    license_ = document.get("license") or {}
    return {
        "name": row["name"],
        "series": row["series"],
        "organizations": json.loads(row["organizations_json"]),
        "released": row["released"],
        "lists": json.loads(row["lists_json"]),
        **_texts(document, lang),
        "code_license": license_.get("code"),
        "weights_license": license_.get("weights"),
        "license_note": license_.get("note"),
        "sources": _sources(catalog, family),
        "origin": row["origin"],
    }


def _family(catalog: Catalog, family: str, lang: str) -> Card:
    facts = _family_facts(catalog, family, lang)
    models = [_model_data(catalog, row) for row in _models(catalog, "family", family)]
    data = {"id": family, "kind": "family", **facts, "models": models}
    blocks: list[Block] = [
        Prose([facts["summary"]], key="summary"),
        Facts(known_facts(facts, *FAMILY_FACTS)),
        *architecture_block(facts["architecture"]),
        _models_table(models),
        *prose_blocks(facts),
        *link_blocks(facts),
    ]
    part = any(model["params_scope"] == "language-model" for model in models)
    legend = [(PART, "the size of the language model alone")] if part else []
    return Card(f"{facts['name']}\tfamily · {family}", blocks, data, name=[model["id"] for model in models], legend=legend)


def _models_table(models: Sequence[dict[str, Any]]) -> Table:
    columns = [
        Column("id", "Model id", importance=0),
        Column("name", "Name", importance=5, shrinks=True),
        Column("params", "Params", "count", importance=1),
        Column("params_scope", "Params count", machine=True, importance=61),
        Column("language_model_name", "Language model", importance=10, shrinks=True),
        Column("image_size", "Image", "number", importance=40),
        Column("hf", "Hugging Face", "link", importance=50),
        Column("score_count", "Scores", "number", importance=30),
    ]
    rows = [
        {
            **model,
            "params": Cell(model["params"], mark=PART) if model["params_scope"] == "language-model" else model["params"],
            "score_count": len(model["scores"]),
        }
        for model in models
    ]
    return Table(columns, rows, heading="Models")


def _model_data(catalog: Catalog, row: dict[str, Any]) -> dict[str, Any]:
    document = json.loads(catalog.value("SELECT document_json FROM model WHERE id = ?", (row["id"],)))
    scores = []
    for score in scores_of(catalog, row["id"]):
        figure = {**score_row(score), "rank": score["rank"], "of": score["of"], "reason": score["reason"]}
        scores.append({key: figure[key] for key in SCORE_KEYS})
    extra = {key: document.get(key) for key in ("aliases", "params_basis", "note")}
    return {**row, **extra, "scores": scores}


def _model(catalog: Catalog, model: str, lang: str) -> Card:
    data = _model_data(catalog, _models(catalog, "id", model)[0])
    facts = _family_facts(catalog, data["family"], lang)
    of_family = {key: value for key, value in facts.items() if key not in OWN_OF_MODEL}
    merged = {"kind": "model", **data, **of_family, "family_name": facts["name"]}
    blocks: list[Block] = [
        Prose([facts["summary"]], key="summary"),
        Facts(known_facts(merged, *MODEL_FACTS)),
        *architecture_block(facts["architecture"], briefly=True),
        _scores_table(data["scores"]),
        *prose_blocks(facts),
        *link_blocks(facts),
    ]
    return Card(f"{data['name']}\tmodel · {model}", blocks, merged, name=[model], legend=_legend(data["scores"]))


def _scores_table(scores: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for score in scores:
        mark = "?" if score["split"] is None and score["counted_split"] else ""
        status = "superseded" if score["status"] == "superseded" else score["reason"]
        rows.append(
            {
                **score,
                "split": score["split"] or score["counted_split"],
                "value": Cell(score["value"], mark=mark),
                "rank": f"{score['rank']} of {score['of']}" if score["rank"] else (status or "–"),
            }
        )
    columns = [
        Column("benchmark", "Benchmark", importance=0),
        Column("split", "Split", importance=1),
        Column("value", "Value", "number", importance=0),
        Column("rank", "Rank", importance=2),
        Column("mode", "Mode", importance=30),
        Column("evidence", "Evidence", importance=20),
        Column("source", "Source", importance=5, shrinks=True),
    ]
    if any(score["origin"] for score in scores):
        columns.append(Column("origin", "Overlay", importance=10, shrinks=True))
    return Table(columns, rows, heading=f"Scores ({len(scores)})", empty="the catalog has no score of it", name="benchmark")


def _legend(scores: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    assumed = any(score["split"] is None and score["counted_split"] for score in scores)
    return [("?", "the source names no split; the benchmark's usual one is assumed")] if assumed else []
