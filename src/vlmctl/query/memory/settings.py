"""What the estimate is made for: precision of the language model's weights, tokens of context, number of images.

Sources of the constants stand in `docs/guide/memory.md`, which the documentation tests compare with this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["BYTES_PER_VALUE", "FORMATS", "Precision", "Settings", "configure", "settings_of"]

Precision = Literal["fp16", "int8", "int4"]

BYTES_PER_VALUE = 2
"""Of the key/value cache, and of every weight that isn't quantized: 16 bit."""

FORMATS: dict[str, str] = {"fp16": "16-bit floats", "int8": "llama.cpp Q8_0", "int4": "llama.cpp Q4_K_M"}
"""What each precision stands for."""

LARGEST_CONTEXT = 100_000_000
MOST_IMAGES = 100_000


class Settings(NamedTuple):
    """What the estimate is made for."""

    precision: Precision = "fp16"
    """Of the language model's weights; vision encoder and connector stay at 16 bit."""
    context: int = 4096
    """Tokens of text, prompt and answer together; the images' tokens are added."""
    images: int = 1
    """Pictures in the prompt."""

    def bits(self, count: float) -> tuple[float, float]:
        """Bits that a weight of a language model of so many parameters takes, scales included: least and most.

        Q8_0 keeps 32 weights in 34 bytes. Q4_K_M mixes blocks: 4.80 (Llama 2 70B) to 4.91 (Qwen2-VL 7B), more in small
        models, whose embeddings weigh more: up to 5.79 under 5B (Qwen2.5 1.5B), 7.96 under 1B (Qwen2.5 0.5B).
        """
        if self.precision == "fp16":
            return 16.0, 16.0
        if self.precision == "int8":
            return 8.5, 8.5
        return 4.80, 4.91 if count >= 5e9 else 5.79 if count >= 1e9 else 7.96

    @property
    def text(self) -> str:
        """As headings show it: `fp16, 4,096 tokens of context, 1 image`."""
        return f"{self.precision}, {self.context:,} tokens of context, {self.images:,} image{'' if self.images == 1 else 's'}"


def configure(catalog: Catalog, settings: Settings) -> None:
    """Let this catalog's `memory` and `memory_low` fields be estimated for these settings. `UsageError` if out of bounds."""
    if settings.precision not in FORMATS:
        raise UsageError(f"unknown precision {settings.precision!r}", hint=f"one of {', '.join(FORMATS)}")
    if not 1 <= settings.context <= LARGEST_CONTEXT:
        raise UsageError(f"the context must be 1 to {LARGEST_CONTEXT:,} tokens", hint="as in --context 4096")
    if not 0 <= settings.images <= MOST_IMAGES:
        raise UsageError(f"the number of images must be 0 to {MOST_IMAGES:,}", hint="as in --images 1")
    catalog.settings["memory"] = settings


def settings_of(catalog: Catalog) -> Settings:
    """The settings that `configure` gave this catalog, else the usual ones."""
    found = catalog.settings.get("memory")
    return found if isinstance(found, Settings) else Settings()
