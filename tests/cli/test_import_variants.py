"""A figure that its card marks as a variant or as thinking is never imported as a plain one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import run_cli

if TYPE_CHECKING:
    from pathlib import Path

CARD = """---
model-index:
- name: imp-v1-3b
  results:
  - task: {type: visual-question-answering}
    dataset: {type: textvqa, name: TextVQA, split: val, args: {variant: OCR tokens in the prompt}}
    metrics: [{type: accuracy, value: 77.7}]
    source: {name: a card, url: 'https://example.org/card'}
---
"""


def test_a_variant_stays_a_variant(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(CARD, "utf-8")
    overlay = tmp_path / "overlay"
    assert run_cli("init", str(overlay)).code == 0
    ran = run_cli("import", str(card), "--as", "model-index", "--catalog", str(overlay), "--evidence", "copy", "--rivals")
    assert ran.code == 0, ran.err
    figures = run_cli("scores", "--model", "imp-v1-3b", "--bench", "TextVQA", "--catalog", str(overlay), "--json").json
    assert [figure["variant"] for figure in figures if figure["value"] == 77.7] == ["OCR tokens in the prompt"]
