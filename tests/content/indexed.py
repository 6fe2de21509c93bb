"""Makes a directory's file from a builder's folder before anybody signs it."""

from pathlib import Path

from content.directory import index as directory_index
from content.directory.model import INDEX, ShardList, read_index


def prepare(index_path: Path, folder: Path) -> ShardList:
    index = (folder / INDEX).read_bytes()
    shards = {shard.name: folder / shard.name for shard in read_index(index).shards}
    return directory_index.update(index_path, shards, index=index)
