"""Columns of the pool that are read together, and what reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from alcli.contracts import Featurizer

Role: TypeAlias = Literal["text", "columns", "images", "vectors"]


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of the pool and the featurizer that reads them; `name` says all that its features depend on."""

    role: Role
    columns: tuple[str, ...]
    name: str
    featurizer: Featurizer
