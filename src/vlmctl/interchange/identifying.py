"""Which model of the catalog a foreign file's name means: by its very name only, never by likeness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.query.known import Known, known_of, models_beginning, models_exactly, near_models, taken_ids, words, words_of

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["Identifier", "Identity"]

LONGEST = 200

MAX_GUESSES = 300
"""For so many unknown names what was meant is suggested; it takes milliseconds each."""


class Identity(NamedTuple):
    """What a name was found to mean."""

    model: str | None
    """A model's id; None where no model bears the name."""
    reason: str | None = None
    """Why there is none, or how it was found where not by its name."""
    doubt: bool = False
    """Name and link contradict each other."""


class Identifier:
    """Finds models by the names that files give them, and remembers what it found and what the catalog has of them."""

    def __init__(self, catalog: Catalog, *, always: str | None = None, new_in: str | None = None) -> None:
        """`always` is the id of the model that all files are about; `new_in` the family to which unknown models are added."""
        self.catalog = catalog
        self.always = always
        self.new_in = new_in
        self.new: dict[str, str] = {}
        """Ids of new models, and their names."""
        self._found: dict[tuple[str, tuple[str, ...], str], Identity] = {}
        self._known: dict[str, Known] = {}
        self._taken: set[str] | None = None
        self._guesses = 0

    def identify(self, name: str, others: tuple[str, ...] = (), link: str = "") -> Identity:
        """The model that a name, else one of the other names, else a Hugging Face id beside it, means."""
        if self.always is not None:
            return Identity(self.always)
        key = name, others, link
        if key not in self._found:
            self._found[key] = self._identified(name, others, link)
        return self._found[key]

    def known(self, model: str | None) -> Known:
        """What the catalog has of a model; nothing of a new one."""
        if model is None or model in self.new:
            return Known(model or "", "", self.new_in or "", ())
        if model not in self._known:
            self._known[model] = known_of(self.catalog, model)
        return self._known[model]

    def _identified(self, name: str, others: tuple[str, ...], link: str) -> Identity:
        if not name.strip() and not link:
            return Identity(None, "no model is named (--model says which)")
        if len(name) > LONGEST:
            return Identity(None, f"a name of more than {LONGEST} characters")
        linked = models_exactly(self.catalog, link) if link else []
        for each in (name, *others):
            found = models_exactly(self.catalog, each)
            if len(found) > 1:
                return Identity(None, f"{each!r} could be {', '.join(found)}")
            if found:
                return _agreeing(found[0], linked)
        return self._by_link(name, link, linked) or self._unknown(name or link)

    def _by_link(self, name: str, link: str, linked: list[str]) -> Identity | None:
        """The model whose weights are linked, if the name doesn't say more than the model's names do."""
        if len(linked) != 1:
            return None
        model = linked[0]
        if words([name]) <= words_of(self.catalog, model):
            return Identity(model, f"taken for {model} by its link {link}")
        if any(models_exactly(self.catalog, half.strip()) == [model] for half in name.split("/")):
            return Identity(model, f"taken for {model} by one of its two names and its link")
        return Identity(None, f"the link leads to {model}, but the name {name!r} says more than that model's names do", doubt=True)

    def _unknown(self, name: str) -> Identity:
        near = models_beginning(self.catalog, name)
        if not near and self.new_in is not None:
            return self._new(name)
        if not near and self._guesses < MAX_GUESSES:
            self._guesses += 1
            near = list(near_models(self.catalog, name))
        meant = f"; did you mean {' or '.join(near[:3])}?" if near else ""
        return Identity(None, f"no model is named {name!r}{meant}")

    def _new(self, name: str) -> Identity:
        """A new model of the chosen family, under an id made of the name."""
        model = re.sub(r"[^a-z0-9.]+", "-", name.lower())
        model = re.sub(r"[.-]*-[.-]*|\.{2,}", "-", model).strip("-.")[:80].rstrip("-.")
        if self._taken is None:
            self._taken = taken_ids(self.catalog)
        if not model or model in self._taken or self.new.get(model, name) != name:
            return Identity(None, f"{name!r} makes no id of its own for a new model ({model or 'empty'})")
        self.new[model] = name
        return Identity(model, "a new model")


def _agreeing(model: str, linked: list[str]) -> Identity:
    if linked and model not in linked:
        return Identity(model, f"its name says {model}, its link {' or '.join(linked)}", doubt=True)
    return Identity(model)
