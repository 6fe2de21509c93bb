"""Reads settings.toml, the environment and secrets; describes each fault in a sentence."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from messages.message import message
from settings import desk_file
from settings.places import IS_CHECKOUT, SHIPPED, settings_file
from settings.schema import DERIVED, DESK, MEANINGS, RETIRED, Settings, e164

MAY_HOLD_A_SECRET = frozenset({"store.url", "alarms.webhook", "alarms.heartbeat"})
_SHOWN = 80  # maximum characters of a value quoted in a sentence
_PATHS = (Path, Path | None)
_BELONGS = {
    str: "setting.is-text",
    int: "setting.is-whole-number",
    float: "setting.is-number",
    bool: "setting.is-switch",
    Path: "setting.is-path",
    Path | None: "setting.is-path",
}
# Twilio's account ids and tokens have these forms; a long hexadecimal string in a settings file is
# a key, no matter what the setting's name is.
_SECRET_VALUE = re.compile(r"^(?:AC|SK)?[0-9a-f]{32,}$")
_SECRET_KEY = re.compile(r"token|secret|password|account_sid|hash_key|webhook_key", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"^[a-z0-9+]+://[^/@:]*:[^/@]+@")


class SettingsError(Exception):
    """The settings are wrong. The message is a sentence for the person who edits them."""


class Secrets(msgspec.Struct, frozen=True):
    """Secrets for the carrier account, the hashes, a publisher's key files (root keys need
    ``root_passphrase``), the mail server and /metrics. A secret that is not set is ""."""

    account_sid: str = msgspec.field(name="TWILIO_ACCOUNT_SID", default="")
    auth_token: str = msgspec.field(name="TWILIO_AUTH_TOKEN", default="")
    auth_token_old: str = msgspec.field(name="TWILIO_AUTH_TOKEN_OLD", default="")
    webhook_key: str = msgspec.field(name="TWILIO_WEBHOOK_KEY", default="")
    hash_key: str = msgspec.field(name="PORCHLIGHT_HASH_KEY", default="")
    key_passphrase: str = msgspec.field(name="PORCHLIGHT_KEY_PASSPHRASE", default="")
    root_passphrase: str = msgspec.field(name="PORCHLIGHT_ROOT_PASSPHRASE", default="")
    smtp_password: str = msgspec.field(name="PORCHLIGHT_SMTP_PASSWORD", default="")
    metrics_token: str = msgspec.field(name="PORCHLIGHT_METRICS_TOKEN", default="")

    def __repr__(self) -> str:
        """Show nothing: a secret must not reach a log through a traceback."""
        return "Secrets(…)"


_SECTIONS = {
    name: of for name, of in get_type_hints(Settings).items() if name not in {"origins", "retired"}
}


def load(environ: Mapping[str, str]) -> Settings:
    """Load settings from defaults, desk, file, PORCHLIGHT_<SECTION>__<KEY>; later sources win.

    A value in the file overrides the desk's only if it is not the default: the shipped file lists
    every setting. Paths are relative to the file or the working directory. Raises SettingsError.
    """
    file = settings_file(environ)
    given, retired = _read(file)
    if file == SHIPPED and not IS_CHECKOUT:
        # The defaults of these paths are in the program's folder, which an update replaces.
        del given["server"]["data_dir"], given["kiosk"]["school_file"]
    variables = list(_from_environment(environ))
    sections: dict[str, Any] = {}
    origins: dict[str, str] = {}
    at_desk: Mapping[str, Any] = {}  # read later, when [server] says where the desk's file is
    for name, section in _SECTIONS.items():
        values = _of_desk(name, at_desk, origins)
        usual = section()
        for key, value in given.get(name, {}).items():
            where = f"{file}, [{name}] {key}"
            typed = _typed(section, key, value, where=where, base=file.resolve().parent)
            if typed != getattr(usual, key):
                values[key], origins[f"{name}.{key}"] = typed, str(file)
        if name == "kiosk" and not IS_CHECKOUT:
            values.setdefault("school_file", sections["server"].data_dir / "school.toml")
        for key, variable, raw in (row[1:] for row in variables if row[0] == name):
            if instead := RETIRED.get(f"{name}.{key}"):
                _refuse_port_of_line(variable, f"{name}.{key}", raw)
                retired.append(f"{variable} ({instead})")
                continue
            parsed = _parsed(section, key, raw, variable)
            values[key] = _typed(section, key, parsed, where=variable, base=Path.cwd())
            origins[f"{name}.{key}"] = variable
        sections[name] = section(**values)
        if name == "server":
            data_dir = sections[name].data_dir
            at_desk, _problems = desk_file.read(data_dir)
            text = desk_file.raw(data_dir).decode("utf-8", "replace")
            retired += _retired(data_dir / desk_file.FILE, text, desk_file.parsed(data_dir))
    named = str(message("settings.not-used", retired="; ".join(retired))) if retired else ""
    settings = Settings(**sections, origins=origins, retired=named)
    _check_meaning(settings, file)
    return _with_derived(settings)


def _with_derived(settings: Settings) -> Settings:
    """Convert numbers to E.164, and copy values from one section to another."""
    number = e164(settings.sms.number)
    return msgspec.structs.replace(
        settings,
        kiosk=msgspec.structs.replace(
            settings.kiosk,
            county_line=e164(settings.kiosk.county_line),
            unsigned=settings.content.unsigned,
            text_line=number,  # copied even if another machine answers this number
        ),
        sms=msgspec.structs.replace(settings.sms, number=number),
    )


def _of_desk(name: str, kept: Mapping[str, Any], origins: dict[str, str]) -> dict[str, object]:
    mine = {key: value for key, value in kept.items() if key.startswith(f"{name}.")}
    origins.update(dict.fromkeys(mine, DESK))
    return {key.partition(".")[2]: value for key, value in mine.items()}


def load_secrets(environ: Mapping[str, str]) -> Secrets:
    """Read each secret from NAME or from the file named by NAME_FILE. Raises SettingsError."""
    found = {}
    for name in Secrets.__struct_encode_fields__:
        found[name], path = environ.get(name, ""), environ.get(f"{name}_FILE", "")
        if found[name] and path:
            raise SettingsError(message("settings.secret-twice", name=name))
        if path:
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = message("settings.secret-unreadable", name=name, path=path, error=error)
                raise SettingsError(why) from error
    return msgspec.convert(found, Secrets)


def _read(file: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the file's sections, without secrets or unknown keys, and its retired settings."""
    try:
        text = file.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except FileNotFoundError as error:
        raise SettingsError(message("settings.no-file", file=file)) from error
    except RecursionError as error:
        raise SettingsError(message("settings.too-deep", file=file)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(message("settings.no-toml", file=file, error=error)) from error
    for name, values in given.items():
        if not isinstance(values, dict):
            raise SettingsError(message("settings.outside", file=file, name=name))
        for key, value in values.items():
            _refuse_secret(f"{file}, [{name}] {key}", key, value)
            _refuse_nested(f"{file}, [{name}] {key}", value)
            _refuse_port_of_line(f"{file}, [{name}] {key}", f"{name}.{key}", value)
        if name not in _SECTIONS:
            raise _unknown("settings.no-section", f"{file}, [{name}]", name, _SECTIONS)
        known = _keys(name)
        for key in values:
            if key not in known and f"{name}.{key}" not in RETIRED:
                raise _unknown("settings.no-setting", f"{file}, [{name}] {key}", key, known)
    retired = list(_retired(file, text, given))
    for name in RETIRED:
        section, key = name.split(".")
        given.get(section, {}).pop(key, None)
    return given, retired


def _retired(file: Path, text: str, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the file's settings that no longer exist, each with its line number if it has one."""
    for name, instead in RETIRED.items():
        section, key = name.split(".")
        values = given.get(section)
        if isinstance(values, dict) and key in values:
            line = _line(text, section, key)
            yield f"{file}{f', line {line}' if line else ''}, [{section}] {key} ({instead})"


def _line(text: str, section: str, key: str) -> int:
    """Return a setting's line number, or 0 if it isn't a ``key = value`` line below its section."""
    at = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\s*(\w+)\s*\]", line):
            at = found[1]
        elif at == section and re.match(rf"\s*{key}\s*=", line):
            return number
    return 0


def _keys(name: str) -> tuple[str, ...]:
    """Return the section's settings that a person may write."""
    keys: tuple[str, ...] = _SECTIONS[name].__struct_fields__
    return tuple(key for key in keys if f"{name}.{key}" not in DERIVED)


def _unknown(code: str, where: str, word: str, known: Collection[str]) -> SettingsError:
    """Return an error for an unknown name that lists the most similar known names."""
    close = get_close_matches(word, known, n=1)
    near = message("settings.there-are", known=tuple(known))
    if close:
        near = message("settings.did-you-mean", near=close[0])
    return SettingsError(message(code, where=where, near=near))


def _refuse_port_of_line(where: str, name: str, value: object) -> None:
    """Refuse a port of the line: a proxy that still used it would leave texts unanswered."""
    if name == "sms.port" and str(value) != "0":
        raise SettingsError(message("settings.line-port", where=where))


def _refuse_secret(where: str, key: str, value: object) -> None:
    secret_value = isinstance(value, str) and (
        _SECRET_VALUE.match(value) or _URL_PASSWORD.match(value)
    )
    if _SECRET_KEY.search(key) or secret_value:
        raise SettingsError(
            message("settings.secret", where=where, secret_names=Secrets.__struct_encode_fields__)
        )


def _refuse_nested(where: str, value: object) -> None:
    """Require a single value or a list of values, so that no code has to handle deeper nesting."""
    inner = value if isinstance(value, list) else [value]
    if any(isinstance(one, dict | list) for one in inner):
        raise SettingsError(message("settings.nested", where=where))


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the section, setting, variable and value of each PORCHLIGHT_<SECTION>__<KEY>."""
    for variable, raw in environ.items():
        name, separator, key = variable.removeprefix("PORCHLIGHT_").lower().partition("__")
        if not separator or not variable.startswith("PORCHLIGHT_"):
            continue
        if name not in _SECTIONS:
            raise _unknown("settings.no-variable-section", variable, name, _SECTIONS)
        if key not in _keys(name) and f"{name}.{key}" not in RETIRED:
            raise _unknown("settings.no-variable", variable, key, _keys(name))
        yield name, key, variable, raw


def _parsed(section: Any, key: str, raw: str, variable: str) -> object:
    """Parse a variable as its setting's type: keep strings and paths, parse all others as TOML."""
    if get_type_hints(section)[key] in (str, *_PATHS):
        return raw
    try:
        value: object = tomllib.loads(f"value = {raw}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(
            message("settings.not-toml", variable=variable, raw=f"{raw[:_SHOWN]!r}")
        ) from error
    _refuse_nested(variable, value)
    return value


def _typed(section: Any, key: str, value: object, *, where: str, base: Path) -> object:
    wanted = get_type_hints(section)[key]
    if wanted in _PATHS and isinstance(value, str) and (value or wanted is not Path):
        return base / _expanded(value, where) if value else None
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        belongs = message(_BELONGS.get(wanted, "setting.is-list"))
        said = message("settings.wrong-meaning", where=where, shown=repr(value), wanted=belongs)
        raise SettingsError(said) from error


def _expanded(path: str, where: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            message("settings.no-home", where=where, path=f"{path[:_SHOWN]!r}")
        ) from error


def _check_meaning(settings: Settings, file: Path) -> None:
    """Check rules that types cannot express."""
    for name, holds in MEANINGS.items():
        section, key = name.split(".")
        value = getattr(getattr(settings, section), key)
        if not holds(value):
            where = f"{file} or its variable, [{section}] {key}"
            shown = "what was given" if name in MAY_HOLD_A_SECRET else repr(str(value))
            wanted = message(f"setting.{name.replace('.', '-').replace('_', '-')}")
            said = message("settings.wrong-meaning", where=where, shown=shown, wanted=wanted)
            raise SettingsError(said)
    # An unsigned folder would override the publisher.
    if settings.content.unsigned and settings.content.root is not None:
        raise SettingsError(message("settings.unsigned-and-root", file=file))
