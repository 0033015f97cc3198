"""Characters that no blank sets apart from their neighbours, as they stand between the brackets of a regex."""

from __future__ import annotations

EMOJI = "\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
HAN_KANA = "\u3040-\u30ff\u3400-\u9fff"
