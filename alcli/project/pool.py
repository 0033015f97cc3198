"""The pool: files -> pieces (`read`) -> shards (`write`) -> rows (`table`, `vectors`, `fetch`, `find`)."""

from alcli.project.reading import Piece, guess_id, guess_text, read
from alcli.project.shard_writer import ShardFile
from alcli.project.shards import ROW_ID, Shard, fetch, find, table, vectors
from alcli.project.writing import Added, write

__all__ = [
    "ROW_ID",
    "Added",
    "Piece",
    "Shard",
    "ShardFile",
    "fetch",
    "find",
    "guess_id",
    "guess_text",
    "read",
    "table",
    "vectors",
    "write",
]
