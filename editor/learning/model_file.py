"""Write a model as the file that sms/understanding/classifier.py reads."""

import gzip
import json
from collections.abc import Mapping, Sequence

from sms.understanding import features
from sms.understanding.classifier import FORMAT, HEADS, OFFSET, WITHOUT_NOW


def pack_up(
    classes: Mapping[str, Sequence[str]],
    bias: Sequence[int],
    rows: Mapping[int, Mapping[int, int]],
    *,
    examples: str,
    rest: bytes = b"",
) -> bytes:
    """A model as bytes. ``rows``: bucket → class → weight, -127 to 127."""
    lengths, pairs = bytearray(features.BUCKETS), bytearray()
    for bucket in sorted(rows):
        lengths[bucket] = len(rows[bucket])
        for one, weight in sorted(rows[bucket].items()):
            pairs += bytes((one, weight + OFFSET))
    head = {
        "format": FORMAT if classes.get("now") else WITHOUT_NOW,
        "features": features.VERSION,
        "classes": {name: list(classes.get(name, ())) for name in HEADS},
        "bias": list(bias),
        "examples": examples,
    }
    line = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    # Equal kinds together: a seventh smaller than pair after pair.
    columns = pairs[::2] + pairs[1::2]
    return gzip.compress(line + b"\n" + lengths + columns + rest, compresslevel=9, mtime=0)
