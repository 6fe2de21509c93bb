"""The built pack: canonical JSON files, made by the editor, then verified and loaded for serving.

``core.json``: numbers, hours, areas; ``sms.json``: words, and the line's model;
``lang/<tag>.json``: prose; ``manifest.json``: the length and SHA-256 of each file. The same pack
always gives the same bytes.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from content.model.pack import Pack

FORMAT = 1
MANIFEST = "manifest.json"
MAX_BYTES = 8 * 1024 * 1024  # maximum size of any one file

T = TypeVar("T")

_NAME = re.compile(r"core\.json|sms\.json|lang/[A-Za-z0-9-]{2,35}\.json")
_SMS = ("keywords", "line_segments", "line_words", "model")
_NOT_CORE = (*_SMS, "texts", "version")


class BuiltPackError(Exception):
    """A built pack cannot be used; the message is a sentence with the reason."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    length: int


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    name: str
    files: dict[str, _File]


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    texts: dict[str, str]


def build(pack: Pack) -> dict[str, bytes]:
    """Return path → bytes for every file of the built pack: canonical JSON, keys sorted, UTF-8."""
    everything: dict[str, Any] = msgspec.to_builtins(pack)
    files = {
        "core.json": _json(
            {name: value for name, value in everything.items() if name not in _NOT_CORE}
        ),
        "sms.json": _json({name: everything[name] for name in _SMS}),
    }
    for language in pack.languages:
        texts = dict(pack.texts.get(language, {}))
        files[f"lang/{language}.json"] = _json(_Texts(language=language, texts=texts))
    listed = {path: _File(sha256=_sha256(data), length=len(data)) for path, data in files.items()}
    files[MANIFEST] = _json(_Manifest(format=FORMAT, name=pack.name, files=listed))
    return files


def load(files: Mapping[str, bytes]) -> Pack:
    """Return the verified pack; its version is the manifest's SHA-256. Raises BuiltPackError."""
    manifest = _manifest(files)
    _verify(files, manifest)
    core = _decode(files, "core.json", dict[str, Any])
    words = _decode(files, "sms.json", dict[str, Any])
    texts = {}
    for path in sorted(manifest.files):
        if path.startswith("lang/"):
            prose = _decode(files, path, _Texts)
            if path != f"lang/{prose.language}.json":
                raise BuiltPackError(
                    f'{path} is in the language "{prose.language}", so the pack is'
                    " incomplete. Build it again."
                )
            texts[prose.language] = prose.texts
    everything = {**core, **words, "texts": texts, "version": _sha256(files[MANIFEST])}
    everything.setdefault("unread_by", dict(_older_marks(core)))
    try:
        pack = msgspec.convert(everything, Pack)
    except (msgspec.ValidationError, TypeError) as error:
        raise BuiltPackError(
            f"The pack does not fit this version of Porchlight: {error}."
        ) from error
    if set(pack.languages) != set(texts) or pack.default not in texts:
        raise BuiltPackError(
            "The pack's languages do not match its texts, so the pack is incomplete. Build"
            " it again."
        )
    return pack


def _older_marks(core: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield paragraphs marked as not read by a lawyer, from a pack built before ``unread_by``."""
    for topic in core.get("topics", ()):
        for number in topic.get("law_unread", ()):
            yield f"topic:{topic['id']}:p.{number}", "counsel"


def is_built(folder: Path) -> bool:
    """Whether the folder has a manifest; the manifest is not verified here."""
    return (folder / MANIFEST).is_file()


def read_built(folder: Path) -> Pack:
    """Return the built pack in ``folder``, ignoring other files there. Raises BuiltPackError."""
    try:
        paths = [MANIFEST, "core.json", "sms.json"]
        paths += [f"lang/{path.name}" for path in sorted((folder / "lang").glob("*.json"))]
        return load({path: _read(folder / path) for path in paths if (folder / path).exists()})
    except OSError as error:
        raise BuiltPackError(
            f"The built pack in {folder} cannot be read: {error.strerror or error}."
        ) from error


def listed(manifest: bytes) -> tuple[str, ...]:
    """Return a manifest's paths, sorted. Raises BuiltPackError if one does not belong in a pack."""
    paths = tuple(sorted(_manifest({MANIFEST: manifest}).files))
    if strange := [path for path in paths if not _NAME.fullmatch(path)]:
        raise BuiltPackError(
            f"The pack lists {strange[0]}, which is not a pack's file. Build it again."
        )
    return paths


def write_built(files: Mapping[str, bytes], out: Path) -> None:
    """Write a built pack and remove the languages of an earlier one. Raises OSError."""
    (out / "lang").mkdir(parents=True, exist_ok=True)
    (out / MANIFEST).unlink(missing_ok=True)  # the folder has no pack until the end
    for path in (out / "lang").glob("*.json"):
        if f"lang/{path.name}" not in files:
            path.unlink()
    for name in sorted(files, key=lambda name: (name == MANIFEST, name)):
        (out / name).write_bytes(files[name])


def _json(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise BuiltPackError(f"{path} is not a regular file. Copy the built pack again.")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BuiltPackError(
            f"{path} is larger than {MAX_BYTES // 1024} KB, which is the limit for a file"
            " in a built pack."
        )
    return data


def _manifest(files: Mapping[str, bytes]) -> _Manifest:
    if MANIFEST not in files:
        raise BuiltPackError(f"There is no {MANIFEST}, so this is not a complete built pack.")
    wanted = _decode(files, MANIFEST, dict[str, Any]).get("format")
    if wanted != FORMAT:
        raise BuiltPackError(
            f"The pack has format {wanted!r}, but this version of Porchlight reads format {FORMAT}."
        )
    return _decode(files, MANIFEST, _Manifest)


def _verify(files: Mapping[str, bytes], manifest: _Manifest) -> None:
    """Raise BuiltPackError unless these files match the manifest: names, lengths and hashes."""
    found = files.keys() - {MANIFEST}
    for path in sorted(manifest.files.keys() | {"core.json", "sms.json"}):
        if path not in found or path not in manifest.files:
            raise BuiltPackError(f"{path} is missing from the built pack. Copy or build it again.")
    for path in sorted(found):
        if path not in manifest.files or not _NAME.fullmatch(path):
            raise BuiltPackError(
                f"The built pack contains {path}, which its manifest does not list. Build it again."
            )
        entry, data = manifest.files[path], files[path]
        if len(data) != entry.length or _sha256(data) != entry.sha256:
            raise BuiltPackError(
                f"{path} has changed since the pack was built: its length or hash differs."
            )


def _decode(files: Mapping[str, bytes], path: str, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(files[path], type=shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise BuiltPackError(f"{path} is not a valid file of a built pack: {error}.") from error
