"""One shard of the large directory, as its file came: every byte and every service judged before it
is taken up.

Refuses bytes that are not what the signed list names, and a service that breaks a rule: a signature
says who wrote a line, not that it is right.
"""

import hashlib
from pathlib import Path

from content.directory.model import (
    FOLDER,
    MAX_LINE,
    MAX_SHARD,
    DirectoryError,
    Index,
    Shard,
    bucket_of,
    shard_name,
)
from content.directory.rules import faults, parse


def lines(shard: Shard, file: Path, listed: Index) -> dict[str, bytes]:
    """Id → line of a shard's file, every byte and every service judged. DirectoryError with file
    and line."""
    where = f"{FOLDER}/{shard.name}"
    with file.open("rb") as opened:
        data = opened.read(MAX_SHARD + 1)
    if hashlib.sha256(data).hexdigest() != shard.sha256:
        raise DirectoryError(
            f"{where} is not what the signed list names; the directory stays as it is."
        )
    found: dict[str, bytes] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        if len(line) > MAX_LINE:
            raise DirectoryError(f"{where}:{number}: the line is longer than {MAX_LINE} bytes.")
        try:
            service = parse(line)
        except DirectoryError as error:
            raise DirectoryError(f"{where}:{number}: {error}.") from error
        wrong = next((fault for fault in faults(service) if fault.severity == "error"), None)
        if wrong:
            raise DirectoryError(
                f"{where}:{number}: {service.id[:80]}: {wrong.field}: {wrong.message}."
            )
        if service.id in found or shard_name(bucket_of(service.id, listed.buckets)) != shard.name:
            raise DirectoryError(
                f"{where}:{number}: {service.id} stands twice, or in the wrong shard."
            )
        found[service.id] = line
    if len(found) != shard.services:
        raise DirectoryError(
            f"{where} holds {len(found)} services and the list says {shard.services}."
        )
    return found
