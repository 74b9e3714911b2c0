"""Which model of the catalog a foreign file's name means: by its very name only, never by likeness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.quantities import format_count, parse_count
from vlmctl.query.known import Known, known_of, models_beginning, models_exactly, near_models, size_of, taken_ids, words, words_of

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["Identifier", "Identity"]

LONGEST = 200

TOLERANCE = 0.25
"""By how much a stated size may differ: some count the language model alone, some round."""

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
        self._found: dict[tuple[str, tuple[str, ...], str, str], Identity] = {}
        self._known: dict[str, Known] = {}
        self._taken: set[str] | None = None
        self._guesses = 0

    def identify(self, name: str, others: tuple[str, ...] = (), link: str = "", params: str = "") -> Identity:
        """The model that a name, else one of the other names, else a Hugging Face id beside it, means.

        `params` is what the file says of its size.
        """
        key = name, others, link, params
        if key not in self._found:
            ordered = (*others[:1], name, *others[1:]) if params else (name, *others)  # with its size a name says more
            found = self._identified(name, ordered, link) if self.always is None else self._meant(self.always, ordered)
            self._found[key] = self._of_size(found, params) if params and not found.doubt else found
        return self._found[key]

    def _meant(self, always: str, names: tuple[str, ...]) -> Identity:
        """The model that all figures are said to belong to, unless the file names another one."""
        for each in names:
            found = models_exactly(self.catalog, each) if 0 < len(each) <= LONGEST else []
            if found and always not in found:
                return Identity(always, f"the file names {' or '.join(found[:3])}, --model says {always}", doubt=True)
        return Identity(always)

    def _of_size(self, identity: Identity, params: str) -> Identity:
        """The model, doubted where it has siblings and the file says another size."""
        if identity.model is None or identity.model in self.new:
            return identity
        stated, (known, others) = _count(params), size_of(self.catalog, identity.model)
        if stated is None or known is None or not others or abs(stated - known) <= TOLERANCE * known:
            return identity
        return Identity(identity.model, f"its size is said to be {params[:20]}, but {identity.model} has {format_count(known)}", doubt=True)

    def known(self, model: str | None) -> Known:
        """What the catalog has of a model; nothing of a new one."""
        if model is None or model in self.new:
            return Known(model or "", "", self.new_in or "", ())
        if model not in self._known:
            self._known[model] = known_of(self.catalog, model)
        return self._known[model]

    def _identified(self, name: str, names: tuple[str, ...], link: str) -> Identity:
        if not name.strip() and not link:
            return Identity(None, "no model is named (--model says which)")
        if len(name) > LONGEST:
            return Identity(None, f"a name of more than {LONGEST} characters")
        linked = models_exactly(self.catalog, link) if link else []
        for each in names:
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


def _count(text: str) -> int | None:
    """A size as a file states it, `7B`; None for anything else."""
    bare = "".join(text.split()).lstrip("~≈")
    try:
        return parse_count(bare) if bare[-1:].upper() in {"B", "M"} else None
    except ValueError:
        return None


def _agreeing(model: str, linked: list[str]) -> Identity:
    if linked and model not in linked:
        return Identity(model, f"its name says {model}, its link {' or '.join(linked)}", doubt=True)
    return Identity(model)
