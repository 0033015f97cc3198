"""Images as numbers: their outlines and colours, or the vectors of a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alcli.featurizers._descriptor import SIDE, described

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray
    from PIL import Image

    from alcli.contracts import Arrays, Floats

__all__ = ["Images"]

_LARGEST = 512  # pixels of the longer side that a model gets to see


@dataclass(frozen=True)
class Images:
    """Images whose paths stand in the pool's columns, counted from `folder`, which counts from the project's.

    Without a `model`: histograms of oriented gradients (Dalal & Triggs 2005), a thumbnail in colour and a histogram of
    colours, each standardised over the pool. With one: the vectors of a sentence-transformers model that reads images,
    such as CLIP (Radford et al. 2021), by its folder or by the name of one that is on this disk already, `batch_size`
    images at once on `device`. Either way a row's length is about 1; a missing path gives zeros. Images are turned as
    their camera says. One that cannot be read is refused, or with `skip_broken` missing. The package is named by
    `pip install 'alcli[images]'`.

    >>> Images(folder="photos")
    Images(folder='photos', model='', batch_size=32, device='', skip_broken=False)
    """

    folder: str = "."
    model: str = ""
    batch_size: int = 32
    device: str = ""
    skip_broken: bool = False

    rows_at_once: ClassVar[int] = 512
    paths: ClassVar[tuple[str, ...]] = ("folder", "model")
    indifferent: ClassVar[tuple[str, ...]] = ("batch_size", "device", "skip_broken")  # what is read is read alike

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ValueError("batch_size must be 1 or more")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The vectors of some rows (n, d), float32, column after column; NaN where there is no path.

        Raises `ValueError` with a line for each image that cannot be read, unless these are skipped, and `ImportError`
        where a package or the model is missing.
        """
        try:
            import PIL  # noqa: F401  # only whether it is there
        except ImportError:
            raise ImportError("images want Pillow: pip install 'alcli[images]'") from None
        paths = [self._whole(path) for column in table for path in column]
        vectors, faults = [], dict[str, str]()
        for first in range(0, max(1, len(paths)), self.batch_size):
            some = paths[first : first + self.batch_size]
            vectors.append(self._vectors([_opened(path, faults) for path in some or [None]])[: len(some)])
        if faults and not self.skip_broken:
            raise ValueError("\n".join(faults.values()))
        found = np.concatenate(vectors).astype(np.float32)
        found[np.array([path is None or path in faults for path in paths], bool)] = np.nan
        by_column = found.reshape(table.width, table.height, found.shape[1])
        return {"vectors": np.hstack(list(by_column))}

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """The `mean` and `scale` (d,) of the descriptor; of a model's vectors nothing is to be learned."""
        if self.model:
            return {}
        n, total, squares = 0, np.float64(0), np.float64(0)
        for digest in digests:
            known = ~np.isnan(digest["vectors"])
            vectors = np.where(known, digest["vectors"], 0).astype(np.float64)
            n, total, squares = n + known.sum(axis=0), total + vectors.sum(axis=0), squares + (vectors**2).sum(axis=0)
        n = np.maximum(n, 1)
        mean = total / n
        sd = np.sqrt(np.maximum(squares / n - mean**2, 0))
        return {"mean": mean, "scale": np.where(sd > 1e-4, sd, np.inf) * np.sqrt(len(sd))}

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The features of some rows (n, d), float32; 0 where an image is missing."""
        vectors = digest["vectors"]
        if not self.model:
            vectors = (vectors - state["mean"]) / state["scale"]
        return np.nan_to_num(vectors).astype(np.float32)

    def _whole(self, path: str | None) -> str | None:
        if path is None or not path.strip():
            return None
        absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
        return path if absolute else f"{self.folder}/{path}"

    def _vectors(self, images: list[Image.Image]) -> NDArray[Any]:
        if not self.model:
            small = [image.resize((SIDE, SIDE), reducing_gap=2.0) for image in images]
            return described(np.array([np.asarray(image) for image in small]) / 255)
        from alcli.featurizers._encoders import encoder, in_half

        return in_half(encoder(self.model, self.device)(images, self.batch_size))


def _opened(path: str | None, faults: dict[str, str]) -> Image.Image:
    """The image, upright, in colours, no larger than needed; a blank one if there is none or it cannot be read."""
    from PIL import Image, ImageOps

    blank = Image.new("RGB", (SIDE, SIDE))
    if path is None:
        return blank
    try:
        with Image.open(path) as file:
            file.draft("RGB", (_LARGEST, _LARGEST))  # a large photograph is not even unpacked whole
            file.thumbnail((_LARGEST, _LARGEST))
            image = ImageOps.exif_transpose(file)
            if image.has_transparency_data:
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
            return image.convert("RGB")
    except FileNotFoundError:
        faults[path] = f"{path}: there is no such file"
    except Image.UnidentifiedImageError:
        faults[path] = f"{path}: this is no image"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        faults[path] = f"{path}: {error}"
    return blank
