"""Who may import whom. The tables are the documentation; the tests hold the tree to them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {
    "content",
    "kiosk",
    "sms",
    "settings",
    "sections",
    "store",
    "spool",
    "database",
    "counts",
    "clock",
    "slots",
    "serving",
    "commands",
    "doctor",
    "operations",
    "desk",
    "verbs",
    "server",
}
FOLDERS = ("content", "kiosk", "sms", "verbs")
SOURCES = sorted(
    p
    for p in [*ROOT.glob("*.py"), *(f for folder in FOLDERS for f in (ROOT / folder).rglob("*.py"))]
    if "__pycache__" not in p.parts
)

# What of ours each part may import.
MAY_IMPORT = {
    "content": {"content"},
    "kiosk": {"kiosk", "content", "settings"},
    "sms": {"sms", "content", "settings", "store", "database", "counts"},
    "settings": {"sections"},
    "sections": set(),
    "spool": set(),
    "database": set(),
    "store": {"spool", "database"},
    "counts": {"database"},
    "clock": set(),
    "slots": set(),
    "operations": {"settings", "store", "counts"},
    "doctor": {"clock", "content", "kiosk", "sms", "settings", "store", "database"},
    "desk": {"commands", "serving", "doctor", "kiosk", "sms", "settings"},
    "serving": {"commands", "content", "kiosk", "sms", "settings"},
    "verbs": OURS - {"server"},
    "commands": OURS,
    "server": OURS,
}

# One door per vendor: the only files that may name it.
DOORS = {
    "twilio": {"sms/twilio/client.py"},
    "apscheduler": {"server.py", "runtime/schedule.py"},
    "sqlalchemy": {
        "store/group_commit.py",
        "store/engine.py",
        "store/counts.py",
        "sms/ledger.py",
        "sms/twilio/outbox_table.py",
    },
    "alembic": {"store/engine.py"},
    "sqlite3": {f"content/directory_{name}.py" for name in ("build", "index", "proof", "search")},
    "phonenumbers": {"content/model/phone_numbers.py"},
    "segno": {"kiosk/pages/qr.py"},
    "escpos": {"kiosk/printing/receipt_printer.py"},
    "gammu": {"sms/modem/device.py"},
    "tomlkit": {"content/authoring/toml_edit.py"},
    "urllib3": {
        "sms/twilio/client.py",
        "content/exchange/hsds/http.py",
        "content/trust/fetch_https.py",
    },
    "rich": {"sms/terminal/screen.py"},
    "tuf": {
        *(f"content/{name}.py" for name in ("signed", "chain", "fetch", "blobs")),
        *(
            f"content/publish_{name}.py"
            for name in ("metadata", "site", "step", "stage", "release", "roles", "words")
        ),
    },
    "securesystemslib": {
        "content/publishing/workspace.py",
        *(f"content/publish_{name}.py" for name in ("metadata", "keys", "stage", "roles")),
    },
    "cryptography": {"content/publishing/keys.py"},
}

# Rules that take values and return values.
PURE = (
    "content/model/pack.py",
    "content/model/sms_segments.py",
    "content/model/reserved_words.py",
    "content/model/language.py",
    "content/model/opening_hours.py",
    "content/trust/failures.py",
    "content/model/placeholders.py",
    "content/authoring/csv_cells.py",
    "content/exchange/hsds/draft_service.py",
    "content/exchange/hsds/channels.py",
    "content/exchange/hsds/drafts.py",
    "content/exchange/hsds/export.py",
    "content/exchange/hsds/schedules.py",
    "content/exchange/hsds/phones.py",
    "content/exchange/hsds/json_records.py",
    "content/exchange/hsds/csv_tables.py",
    "content/exchange/hsds/export_terms.py",
    "content/exchange/hsds/plain_text.py",
    "content/exchange/sheet/rows.py",
    "content/exchange/sheet/cells.py",
    "content/authoring/toml_lines.py",
    "content/rules/local_additions.py",
    "content/directory/model.py",
    "content/directory/rules.py",
    "content/directory/words.py",
    "content/review/number_changes.py",
    "content/review/pack_diff.py",
    "content/review/resource_diff.py",
    "content/review/policy.py",
    "kiosk/pages/build.py",
    "kiosk/pages/handout.py",
    "kiosk/printing/slip.py",
    "kiosk/audio/spoken_text.py",
    "sms/understanding/topic_matcher.py",
    "sms/understanding/optout.py",
    "sms/decide.py",
    "sms/modem/health.py",
    "sms/modem/multipart.py",
    "sms/twilio/carrier_rules.py",
    "sms/twilio/console_texts.py",
)
IMPURE = {
    "starlette",
    "sqlalchemy",
    "socket",
    "time",
    "asyncio",
    "os",
    "subprocess",
    "logging",
    "random",
}

# Not loaded when the server starts; imported where they are used.
HEAVY = {
    "twilio",
    "urllib3",
    "pydantic",
    "phonenumbers",
    "babel",
    "alembic",
    "tuf",
    "escpos",
    "gammu",
    "rich",
    "tomlkit",
}
HEAVY |= {"securesystemslib", "cryptography"}

# A module of these names becomes an attic.
ATTICS = {
    "utils",
    "helpers",
    "common",
    "misc",
    "base",
    "core",
    "manager",
    "handler",
    "handlers",
    "service",
}


def imports(path: Path) -> set[str]:
    """Every module that the file imports, anywhere in it, by its full dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_each_part_imports_only_what_it_may(path: Path) -> None:
    part = name(path).split("/")[0].removesuffix(".py")

    assert tops(path) & OURS <= MAY_IMPORT[part]


@pytest.mark.parametrize("vendor", DOORS)
def test_each_vendor_has_one_door(vendor: str) -> None:
    users = {name(path) for path in SOURCES if vendor in tops(path)}

    assert users <= DOORS[vendor]
    assert users, f"nothing uses {vendor}: take it out of the table"


@pytest.mark.parametrize("file", PURE)
def test_a_pure_module_touches_no_clock_socket_or_database(file: str) -> None:
    assert not tops(ROOT / file) & IMPURE


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_module_is_an_attic_or_too_long(path: Path) -> None:
    assert path.stem not in ATTICS
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem != "__init__"], ids=name)
def test_every_module_says_what_it_owns(path: Path) -> None:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert len(words.split()) >= 8


def test_no_part_of_a_message_is_cached() -> None:
    """What is cached stays in memory for as long as the server runs: a word of a text must not."""
    cached = {
        f"{name(path)}: {node.name}"
        for path in SOURCES
        if name(path).startswith("sms/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("cache" in ast.unparse(one) for one in node.decorator_list)
    }
    assert cached == {
        "sms/understanding/dictionary.py: ordinary",
        "sms/understanding/classifier.py: shipped",
        "sms/ledger.py: insert_new",
        "sms/ledger.py: _marks",
    }


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_functions_fit_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 45
    ]

    assert not long


def test_the_server_starts_without_the_heavy_vendors() -> None:
    """What `server` and its doors load at import time, followed through our own modules."""
    seen: set[str] = set()
    heavy: set[str] = set()
    todo = [
        ROOT / name
        for name in (
            "server.py",
            "kiosk/app.py",
            "sms/twilio/gate.py",
            "sms/twilio/endpoints.py",
            "sms/ledger.py",
        )
    ]
    while todo:
        path = todo.pop()
        if name(path) in seen:
            continue
        seen.add(name(path))
        for module in _at_import(path):
            heavy |= {module.split(".")[0]} & HEAVY
            stem = ROOT / module.replace(".", "/")
            todo.extend(
                file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()
            )

    assert not heavy


def _at_import(path: Path) -> set[str]:
    """Modules imported outside functions, submodules named in ``from package import module``
    included."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_personal_word_stands_in_a_log_call() -> None:
    """A log line may hold events and ids, never a message, a number, an address or a path of a
    visitor."""
    calls = re.compile(
        r"\blog(?:ger)?\.(?:debug|info|warning|error|exception|critical)\((.*?)\)", re.DOTALL
    )
    personal = re.compile(
        r"\b(?:body|sender|from_|phone|message\.text|client|user_agent|scope|path|query|words)\b"
    )
    found = [
        f"{name(path)}: {call.group(0)}"
        for path in SOURCES
        for call in calls.finditer(path.read_text(encoding="utf-8"))
        if personal.search(re.sub(r'"[^"]*"', "", call.group(1)))
    ]

    assert not found
