"""What a returned file says: text, or the same as UTF-8 bytes, a quarter of the room where an emoji is in it."""

from __future__ import annotations

import re
from typing import TypeAlias

Content: TypeAlias = str | bytes

_JSON = re.compile(r"\ufeff?\s*[{\[]")
_JSON_IN_BYTES = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")


def looks_like_json(content: Content) -> bool:
    """Whether it begins like an object or an array."""
    found = _JSON.match(content) if isinstance(content, str) else _JSON_IN_BYTES.match(content)
    return found is not None


def as_text(content: Content) -> str:
    """The text, without a byte order mark."""
    text = content if isinstance(content, str) else content.decode("utf-8", "surrogatepass")
    return text.removeprefix("\ufeff")


def as_utf8(content: Content) -> bytes:
    """The text as UTF-8, without a byte order mark."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return data.removeprefix(b"\xef\xbb\xbf")
