"""A catalog of its own for the tests of `import`: seven benchmarks with the list's spellings, a family of five models."""

from __future__ import annotations

from pathlib import Path

BENCHMARKS = {
    "textvqa": """
aliases: [TextVQA_VAL, VQA-T]
alias_splits: {TextVQA_VAL: val}
metric: vqa-accuracy
metrics: [{id: vqa-accuracy, name: VQA accuracy, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [accuracy, exact match]}]
splits: [{id: val, name: validation, primary: true, aliases: [validation]}, {id: test, name: test}]
default_split_when_unstated: {split: val, reason: usual}
plausible: [15, 92]
""",
    "mmbench-en": """
aliases: [MMB, MMB(T/D), MMBench_EN, MMBench_DEV_EN]
alias_splits: {MMBench_DEV_EN: dev}
metric: accuracy
metrics: [{id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [score]}]
splits: [{id: dev, name: dev, primary: true}, {id: test, name: test}]
plausible: [20, 95]
""",
    "mmbench-cn": """
aliases: [MMB_ZH, MMB_ZH(T/D)]
metric: accuracy
metrics: [{id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true}]
splits: [{id: test, name: test, primary: true}, {id: dev, name: dev}]
plausible: [15, 95]
""",
    "mme": """
aliases: [MME（P/C）, MME-P]
alias_splits: {MME-P: perception}
metric: perception-score
metrics:
  - {id: perception-score, name: perception, unit: points, min: 0, max: 2000, higher_is_better: true, aliases: [perception]}
  - {id: cognition-score, name: cognition, unit: points, min: 0, max: 800, higher_is_better: true, aliases: [cognition]}
  - {id: total-score, name: total, unit: points, min: 0, max: 2800, higher_is_better: true}
  - {id: unsplit-score, name: not said, unit: points, min: 0, max: 2800, higher_is_better: true}
metric_without_split: unsplit-score
splits:
  - {id: perception, name: perception, aliases: [P], primary: true, metric: perception-score}
  - {id: cognition, name: cognition, aliases: [C], metric: cognition-score}
  - {id: total, name: total, metric: total-score}
plausible_by_metric: {perception-score: [800, 1800], cognition-score: [150, 800], total-score: [1100, 2750]}
""",
    "pope": """
aliases: [POPE (adversarial)]
alias_splits: {POPE (adversarial): adversarial}
metric: f1
metrics:
  - {id: f1, name: F1, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [F1 score]}
  - {id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [acc]}
splits:
  - {id: average, name: mean, primary: true}
  - {id: random, name: random, metric: accuracy}
  - {id: popular, name: popular, metric: accuracy}
  - {id: adversarial, name: adversarial, metric: accuracy}
default_split_when_unstated: {split: average, reason: usual}
plausible: [60, 95]
""",
    "mmmu": """
aliases: [MMMU_val, MMMU_test, MMMU_VAL]
alias_splits: {MMMU_val: val, MMMU_test: test, MMMU_VAL: val}
metric: accuracy
metrics: [{id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [acc]}]
splits: [{id: val, name: validation, primary: true}, {id: test, name: test}]
plausible: [18, 92]
""",
    "ocrbench": """
metric: score
metrics: [{id: score, name: right answers, unit: points, min: 0, max: 1000, higher_is_better: true, aliases: [final score]}]
plausible: [200, 950]
""",
    "hallusionbench": """
metric: average
metrics:
  - {id: average, name: mean, unit: percent, min: 0, max: 100, higher_is_better: true}
  - {id: a-acc, name: all, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [aAcc]}
plausible: [15, 80]
""",
}
NAMES = {
    "textvqa": "TextVQA", "mmbench-en": "MMBench", "mmbench-cn": "MMBench-CN", "mme": "MME", "pope": "POPE", "mmmu": "MMMU",
    "ocrbench": "OCRBench", "hallusionbench": "HallusionBench",
}  # fmt: skip

FAMILY = """
id: ada
name: Ada
series: Ada
organizations: [Lab]
summary: A family.
sources:
  paper: {kind: paper, title: The Ada paper, url: 'https://arxiv.org/abs/2401.00001'}
models:
  - id: ada-1b
    name: Ada 1B
    hf: lab/Ada-1B
    aliases: [Ada small]
    scores:
      - {benchmark: textvqa, split: val, value: 50.5, source: paper, evidence: original}
      - {benchmark: mmbench-en, split: dev, value: 61.5, source: paper, evidence: original}
      - {benchmark: mme, split: perception, value: 1300.5, source: paper, evidence: original}
      - {benchmark: mme, split: cognition, value: 300, source: paper, evidence: original}
  - {id: ada-3b, name: Ada 3B, hf: lab/Ada-3B}
  - {id: ada-3b-chat, name: Ada 3B Chat, hf: lab/Ada-3B-chat-v2}
  - {id: ada-7b, name: Ada 7B, hf: lab/Ada-7B-hf}
  - {id: ada-7b-v1.1, name: Ada 7B v1.1, hf: lab/Ada-7B-hf}
"""


def write(root: Path) -> Path:
    """The catalog's directory."""
    for folder in ("benchmarks", "families", "components"):
        (root / folder).mkdir(parents=True)
    for key, text in BENCHMARKS.items():
        head = f"id: {key}\nname: {NAMES[key]}\nsummary: A benchmark.\ntask: general-vqa\n"
        (root / "benchmarks" / f"{key}.yaml").write_text(head + text.lstrip(), encoding="utf-8")
    (root / "families" / "ada.yaml").write_text(FAMILY.lstrip(), encoding="utf-8")
    return root
