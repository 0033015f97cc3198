"""Characters that no blank sets apart from their neighbours, as they stand between the brackets of a regex."""

from __future__ import annotations

EMOJI = "\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
HAN_KANA = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f\U00020000-\U000323af"
THAI_LAO_BURMESE_KHMER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
