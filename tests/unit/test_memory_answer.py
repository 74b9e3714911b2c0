"""The answer of `memory` on the told catalog: terms worked out by hand, what each rests on, and why it is a range."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import LANGUAGE_MODELS, OWL, catalog, compiled
from vlmctl.errors import UsageError
from vlmctl.query.memory import ends, estimates
from vlmctl.query.memory.answer import memory_answer
from vlmctl.query.memory.estimate import RUNTIME, Estimate
from vlmctl.query.memory.settings import LARGEST_CONTEXT, MOST_IMAGES, Settings, configure, settings_of
from vlmctl.render.cells import value_of
from vlmctl.results import Card, Cell, Facts, Prose, Table
from vlmctl.store.catalog import Catalog


def estimated(model: str, store: Catalog | None = None) -> Estimate:
    (found,) = estimates(store or catalog(), [model])
    return found


def terms(model: str, store: Catalog | None = None) -> dict[str, str]:
    return {term.key: f"{term.formula()} · {term.basis()}" for term in estimated(model, store).terms}


def test_each_term_says_how_it_is_made_and_from_what() -> None:
    assert terms("owl-7b") == {
        "language_model": "6.65B to 7.86B parameters × 16 bits · 7B as stated for Brain-7B",
        "vision_encoder": "285M to 1.49B parameters × 16 bits · Eye-L 300M + Eye-S (size not stated)",
        "connector": "0 to 13.4M parameters × 16 bits · mlp; bounded by its kind and by the whole",
        "weights": "the parts together, within 7.03B to 8.14B parameters · 7.4B stated for the whole (paper, table 1)",
        "kv_cache": "2 × 2 layers × 2 heads × 64 × 4,672 tokens × 2 bytes · Brain-7B, config.json",
        "activations": "512 tokens × vocabulary × 4 bytes; at most all tokens × width × 16 × 2 bytes more · vocabulary 1,000, width 256",
        "runtime": "a constant · what SmolVLM 500M and Qwen2-VL 7B take beyond their weights",
    }
    sizes = {term.key: term.size for term in estimated("owl-7b").terms}
    assert sizes["kv_cache"] == (2 * 2 * 2 * 64 * (4096 + 576) * 2,) * 2
    assert sizes["activations"] == (512 * 1000 * 4, 512 * 1000 * 4 + (4096 + 576) * 256 * 32)
    assert sizes["runtime"] == RUNTIME == (100_000_000, 700_000_000)
    assert sizes["weights"] == pytest.approx((7.4e9 * 0.95 * 2, 7.4e9 * 1.1 * 2))
    assert sizes["language_model"] == pytest.approx((7e9 * 0.95 * 2, (7.4e9 * 1.1 - 300e6 * 0.95) * 2), rel=1e-12)


def test_a_connector_within_the_language_model_may_be_quantized_with_it() -> None:
    def told(kind: str) -> tuple[str, tuple[float, float | None] | None]:
        store = compiled(({**OWL, "architecture": {**OWL["architecture"], "connector": {"kind": kind}}},), additions=())
        configure(store, Settings("int4"))
        (term,) = (each for each in estimated("owl-7b", store).terms if each.key == "connector")
        return term.formula(), term.size

    assert told("cross-attention")[0] == "0 to 1.21B parameters × 4.8 to 16 bits"
    assert told("mlp")[0] == "0 to 13.4M parameters × 16 bits"


def test_the_sum_counts_the_weights_once() -> None:
    owl = estimated("owl-7b")
    counted = [term.size for term in owl.terms if not term.part]
    assert [term.key for term in owl.terms if term.part] == ["language_model", "vision_encoder", "connector"]
    assert owl.low == round(sum(size.low for size in counted))
    assert owl.high == round(sum(size.high or 0 for size in counted))
    assert ends(catalog())["owl-7b"] == (owl.low, owl.high)


def test_each_fact_that_is_missing_is_a_reason() -> None:
    assert estimated("owl-7b").reasons == (
        "the vision encoder's number of parameters isn't stated: Eye-S", "the connector's number of parameters isn't recorded",
        "a printed number of parameters is rounded, and the runtime's own need differs",
    )  # fmt: skip
    assert estimated("wren").reasons == (
        "the language model's number of parameters isn't stated: it is what the other parts leave of the whole",
        "the vision encoder isn't recorded", "the connector's number of parameters isn't recorded",
        "how many tokens a picture takes isn't recorded: counted as 0 to 16,384", "the shape of the language model isn't recorded",
        "a printed number of parameters is rounded, and the runtime's own need differs",
    )  # fmt: skip
    assert "its parts add up to more than the number of parameters stated for the whole" in estimated("finch-2b").reasons
    assert (estimated("finch-2b").low is None, estimated("finch-2b").high) == (False, None)
    bare = estimated("wren-2")
    assert (bare.size, bare.low, bare.high, bare.terms) == (None, None, None, ())
    assert bare.reasons == ("neither the model's number of parameters nor its language model's is stated",)


def test_what_a_part_rests_on_where_little_is_stated() -> None:
    wren, finch = terms("wren"), terms("finch-2b")
    assert wren["language_model"] == "0 to 495M parameters × 16 bits · what is left of the whole model's 450M"
    assert wren["vision_encoder"].endswith("what is left of the whole model's 450M")
    assert wren["connector"].endswith("kind not recorded; bounded by its kind and by the whole")
    assert wren["weights"] == "the parts together, within 428M to 495M parameters · 450M stated for the whole"
    assert wren["kv_cache"].startswith("4,096 to 20,480 tokens in the cache of others · ")
    assert finch["vision_encoder"] == "0 or more parameters × 16 bits · what is left of the whole model's 2B"
    assert finch["weights"] == "the parts together · the whole isn't stated, or its parts contradict it"


def other(language: dict[str, Any] | None = None, **model: Any) -> Catalog:
    """A catalog of one model, with a language model of its own."""
    brain = {**LANGUAGE_MODELS[0], **(language or {})}
    record = {"id": "m", "name": "M", "language_model": "brain-7b", "vision_encoders": ["eye-l"], **model}
    return compiled(({**OWL, "models": [record]},), additions=(), language_models=[brain, LANGUAGE_MODELS[1]])


def test_a_figure_that_counts_the_language_model_alone_is_its_size() -> None:
    store = other({"params": None}, params="6B", params_basis="README", params_scope="language-model")
    found = terms("m", store)
    size, _, basis = found["language_model"].partition(" · ")
    assert size == "5.7B to 7.2B parameters × 16 bits"
    assert basis == "from the model's own figure, which counts the language model alone (README)"
    assert found["weights"] == "the parts together · the whole isn't stated, or its parts contradict it"
    both = terms("m", other(params="6B", params_basis="README", params_scope="language-model"))
    assert both["language_model"].endswith("7B as stated for Brain-7B"), "what is stated of the language model itself goes before"


def test_a_language_models_figure_that_counts_the_whole_is_the_whole() -> None:
    whole = {"params": "8B", "params_basis": "with its vision encoder"}
    found = terms("m", other(whole))
    assert found["weights"] == "the parts together, within 7.6B to 9.6B parameters · the language model's figure counts the whole"
    assert found["language_model"].endswith("· not stated")
    stated_too = terms("m", other(whole, params="7.4B"))
    assert stated_too["weights"].endswith("7.4B stated for the whole"), "the model's own figure goes before"


def test_a_language_model_of_known_size_alone_bounds_the_weights_from_both_sides() -> None:
    store = other()
    weights = next(term for term in estimated("m", store).terms if term.key == "weights")
    assert weights.size.low == pytest.approx((7e9 * 0.95 + 300e6 * 0.95) * 2)
    assert weights.size.high == pytest.approx((7e9 * 1.2 + 300e6 * 1.3 + 4 * 256 * (12_800 + 256)) * 2)


def test_without_a_shape_the_cache_is_that_of_language_models_of_like_size() -> None:
    shape = LANGUAGE_MODELS[0]["shape"]
    peers = [
        {"id": "alone", "name": "Alone", "params": "4B"}, {"id": "half", "name": "Half", "params": "2.25B", "shape": {**shape,
        "layers": 1}},
        {"id": "twice", "name": "Twice", "params": "9B", "shape": {**shape, "layers": 3}},
        {"id": "small", "name": "Small", "params": "2.24B", "shape": {**shape, "layers": 40}},
        {"id": "large", "name": "Large", "params": "9.01B", "shape": {**shape, "layers": 50}},
        {"id": "unsized", "name": "Unsized", "shape": {**shape, "layers": 60}},
        {"id": "odd", "name": "Odd", "params": "4B", "shape": {"layers": 9, "attention": "standard", "source": "paper"}},
    ]  # fmt: skip
    record = {"id": "m", "name": "M", "language_model": "alone"}
    store = compiled(({**OWL, "models": [record]},), additions=(), language_models=peers)
    found = {term.key: term for term in estimated("m", store).terms}
    tokens = 4096 + 576  # 4B stands for 3.8B to 5.2B, whose middle is 4.5B
    assert found["kv_cache"].size == (2 * 1 * 2 * 64 * tokens * 2, 2 * 3 * 2 * 64 * tokens * 2)
    assert found["kv_cache"].basis() == "the catalog's 2 language models of half to twice the size"
    assert found["activations"].basis() == "the catalog's 2 language models of half to twice the size"
    assert "the shape of the language model isn't recorded" in estimated("m", store).reasons


def test_states_of_layers_without_a_cache_are_a_term_of_their_own() -> None:
    shape = {**LANGUAGE_MODELS[0]["shape"], "conv": {"layers": 2, "dim": 100, "conv_L_cache": 3}, "mamba": {"layers": 1}}
    store = other({"shape": shape})
    found = {term.key: term for term in estimated("m", store).terms}
    assert found["state"].size == (2 * 100 * 3 * 4, 2 * 100 * 3 * 4 + 2 * 256 * 140 * 4)
    assert found["state"].formula() == "constant in tokens, 4 bytes per value"
    assert "the size of its mamba state isn't recorded" in estimated("m", store).reasons
    assert "state" not in terms("owl-7b")


def test_quantized_language_models_and_pictures() -> None:
    store = other(params="7.4B")
    configure(store, Settings("int8", context=100, images=3))
    found = {term.key: term for term in estimated("m", store).terms}
    assert found["language_model"].formula().endswith("parameters × 8.5 bits")
    assert found["vision_encoder"].formula().endswith("parameters × 16 bits")
    assert found["connector"].formula().endswith("parameters × 16 bits"), "an MLP is no part of the language model"
    assert found["kv_cache"].size.low == 2 * 2 * 2 * 64 * (100 + 3 * 576) * 2
    configure(store, Settings("int4", images=0))
    found = {term.key: term for term in estimated("m", store).terms}
    assert found["language_model"].formula().endswith("parameters × 4.8 to 4.91 bits")
    assert found["kv_cache"].size.low == 2 * 2 * 2 * 64 * 4096 * 2


def test_a_connector_that_may_be_layers_of_the_language_model_is_quantized_or_not() -> None:
    family = {**OWL, "architecture": {**OWL["architecture"], "connector": {"kind": "visual-expert"}}}
    record = {"id": "m", "name": "M", "params": "9B", "language_model": "brain-7b", "vision_encoders": ["eye-l"]}
    store = compiled(({**family, "models": [record]},), additions=())
    configure(store, Settings("int8"))
    assert terms("m", store)["connector"].partition(" · ")[0].endswith("parameters × 8.5 to 16 bits")


def test_without_pictures_their_tokens_are_no_reason() -> None:
    store = compiled()
    configure(store, Settings(images=0))
    assert not any("picture" in reason for reason in estimated("wren", store).reasons)


@pytest.mark.parametrize(
    ("count", "most"), [(9e8, 7.96), (1e9, 5.79), (4.9e9, 5.79), (5e9, 4.91), (70e9, 4.91)]
)  # fmt: skip
def test_small_models_take_more_bits_for_each_weight(count: float, most: float) -> None:
    assert Settings("int4").bits(count) == (4.8, most)
    assert Settings("int8").bits(count) == (8.5, 8.5)
    assert Settings().bits(count) == (16, 16)


def test_settings_in_words_and_their_bounds() -> None:
    assert Settings("int8", 2048, 1).text == "int8, 2,048 tokens of context, 1 image"
    assert Settings(images=2000).text == "fp16, 4,096 tokens of context, 2,000 images"
    assert Settings(images=0).text.endswith(", 0 images")
    store = compiled((), additions=())
    for good in (Settings(context=1), Settings(context=LARGEST_CONTEXT), Settings(images=0), Settings(images=MOST_IMAGES)):
        configure(store, good)
        assert settings_of(store) == good
    for bad, said in (
        (Settings(context=0), "the context must be 1 to 100,000,000 tokens"), (Settings(context=LARGEST_CONTEXT + 1),
        "the context must be"),
        (Settings(images=-1), "the number of images must be 0 to 100,000"), (Settings(images=MOST_IMAGES + 1),
        "the number of images must be"),
        (Settings("fp8"), "unknown precision 'fp8'"),  # type: ignore[arg-type]
    ):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            configure(store, bad)
    assert settings_of(compiled((), additions=())) == Settings()


# --- the answer ---


def answer(*names: str, **options: Any) -> Any:
    return memory_answer(catalog(), names, **options)


def test_one_models_card() -> None:
    card = answer("owlet")
    assert isinstance(card, Card)
    assert (card.heading, card.name) == ("Owl 7B\t14.2 GB to 17.0 GB for inference", ["owl-7b"])
    made_for, table, bases, reasons = card.blocks
    assert isinstance(made_for, Facts)
    assert [(fact.label, fact.value) for fact in made_for.items] == [
        ("Precision", "fp16 (16-bit floats) for the language model, 16 bit for the rest"), ("Context", "4,096 tokens of text"),
        ("Images", 1),
    ]  # fmt: skip
    assert isinstance(table, Table)
    assert [row["label"] for row in table.rows] == [
        "  Language model", "  Vision encoder", "  Connector", "Weights", "Key/value cache", "Activations", "Runtime", "Together",
    ]  # fmt: skip
    together = table.rows[-1]
    assert (together["term"], together["low"], together["high"]) == (
        "memory",
        Cell(14166832128, strong=True),
        Cell(17025105152, strong=True),
    )
    assert (table.rows[2]["low"], table.rows[2]["high"], table.rows[3]["high"]) == (0, 26_738_688, 16_280_000_000)
    assert [(column.key, column.machine, column.human) for column in table.columns] == [
        ("term", True, False), ("label", False, True), ("low", False, False), ("high", False, False),
    ]  # fmt: skip
    assert isinstance(bases, Facts)
    assert bases.title == "How, and from what"
    assert [fact.label for fact in bases.items][3:] == ["Weights", "Key/value cache", "Activations", "Runtime"]
    assert bases.items[0].value == terms("owl-7b")["language_model"]
    assert isinstance(reasons, Prose)
    assert (reasons.title, reasons.bullets, tuple(reasons.lines)) == ("Why it is a range", True, estimated("owl-7b").reasons)


def test_a_card_of_what_nothing_bounds_and_of_what_is_unknown() -> None:
    assert answer("owl-moe").heading == "Owl MoE\t57.1 GB or more for inference"
    assert answer("owl-moe").blocks[1].rows[-1]["high"] == Cell(None, strong=True)
    unknown = answer("wren-2")
    assert unknown.heading == "Wren 2\tunknown for inference"
    assert [type(block).__name__ for block in unknown.blocks] == ["Facts", "Prose"]
    assert unknown.blocks[-1].title == "Why it is unknown"
    assert unknown.data[0]["memory"] is unknown.data[0]["memory_low"] is None
    assert unknown.data[0]["terms"] == []


def test_as_json_everything_is_in_bytes() -> None:
    (data,) = answer("owl-7b").data
    assert {key: data[key] for key in ("id", "name", "family", "params", "memory", "memory_low", "settings")} == {
        "id": "owl-7b", "name": "Owl 7B", "family": "owl", "params": 7_400_000_000, "memory": 17025105152, "memory_low": 14166832128,
        "settings": {"precision": "fp16", "context": 4096, "images": 1, "format": "16-bit floats"},
    }  # fmt: skip
    assert data["terms"][4] == {
        "key": "kv_cache", "label": "Key/value cache", "low": 4784128, "high": 4784128, "part": False,
        "formula": "2 × 2 layers × 2 heads × 64 × 4,672 tokens × 2 bytes", "basis": "Brain-7B, config.json",
    }  # fmt: skip
    assert data["terms"][0]["part"] is True
    assert data["reasons"] == list(estimated("owl-7b").reasons)


def test_several_models_smallest_high_end_first_and_the_unbounded_last() -> None:
    table = answer("family:wren", "owl", "finch", "owl-7b")
    assert isinstance(table, Table)
    assert [(row["id"], row["memory"].value is None) for row in table.rows] == [
        ("owl-7b", False), ("wren", True), ("wren-2", True), ("owl-moe", True), ("finch-2b", True),
    ]  # fmt: skip
    assert table.heading == "Memory for inference of 5 models · fp16, 4,096 tokens of context, 1 image"
    assert table.notes == ["4 models state too little for a high end"]
    assert answer("owl").notes == ["1 model states too little for a high end"]
    owl = table.rows[0]
    assert {key: value_of(owl[key]) for key in ("params", "weights", "kv_cache", "memory_low", "memory")} == {
        "params": 7_400_000_000, "weights": 16_280_000_000, "kv_cache": 4784128, "memory_low": 14166832128, "memory": 17025105152,
    }  # fmt: skip
    assert owl["reason"] == "; ".join(estimated("owl-7b").reasons)
    assert table.rows[2]["weights"] is None
    assert [each["id"] for each in table.data] == ["wren", "wren-2", "owl-7b", "owl-moe", "finch-2b"]
    chosen = answer("owl", "finch", columns=["memory", "id"])
    assert ([column.key for column in chosen.columns], chosen.data) == (["memory", "id"], None)
    assert [column.key for column in table.columns if column.machine] == ["id", "reason"]
    assert [column.key for column in table.columns if column.shrinks] == ["reason"]
    titles = {column.key: column.title for column in table.columns if column.kind == "bytes"}
    assert titles == {"weights": "Weights ≤", "kv_cache": "Cache ≤", "memory_low": "From", "memory": "To"}


def test_each_reason_is_told_once_below_the_estimates() -> None:
    table = answer("family:wren", "owl", "finch", "owl-7b")
    assert isinstance(table, Table)
    told = dict(table.legend)
    for row in table.rows:
        assert {told[sign] for sign in row["memory"].mark} == {*row["reason"].split("; ")}
    assert len({*told.values()}) == len(told)
    assert table.rows[0]["memory"].mark.startswith("a"), "in the order in which they come"
    in_words = answer("family:wren", "owl", columns=["id", "memory", "reason"])
    assert {row["memory"].mark for row in in_words.rows} == {""}


def test_of_too_many_reasons_the_rarest_are_told_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answer("family:wren", "owl", "finch", "owl-7b")
    monkeypatch.setattr("vlmctl.query.memory.answer.SIGNS", "a")
    table = answer("family:wren", "owl", "finch", "owl-7b")
    assert [sign for sign, _ in table.legend] == ["a", "…"]
    for row in table.rows:
        others = {*row["reason"].split("; ")} - {table.legend[0][1]}
        assert row["memory"].mark == ("a" if table.legend[0][1] in row["reason"] else "") + ("…" if others else "")
    reasons = [reason for row in whole.rows for reason in row["reason"].split("; ")]
    assert reasons.count(table.legend[0][1]) == max(map(reasons.count, reasons))


def test_estimates_come_in_the_order_named() -> None:
    assert [each.facts.id for each in estimates(catalog(), ["finch-2b", "owl-7b", "nobody"])] == ["finch-2b", "owl-7b"]
    assert [each.facts.id for each in estimates(catalog())] == ["owl-7b", "owl-moe", "wren", "wren-2", "finch-2b"]
