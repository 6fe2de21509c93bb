"""The rules of tools/concepts.py find what they count, on small programs written for each."""

import ast

import pytest

from tools import concepts
from tools.concepts import Goal, Module

# Rule, path of the module, a program that has one of the concept, and one that has none.
PROGRAMS = {
    "a folder compares a state with ok": (
        *("health", "kiosk/status.py"),
        'if detail["clock"] != "ok":\n    pass',
        'detail = {"clock": "ok"}',
    ),
    "a record has a sentence": (
        *("messages", "content/flaws.py"),
        "class Flaw(NamedTuple):\n    field: str\n    message: str",
        "class Place(NamedTuple):\n    field: str\n    line: int",
    ),
    "a record has the parts of a sentence": (
        *("messages", "kiosk/faults.py"),
        "@dataclass(frozen=True)\nclass Fault:\n    kind: str\n    parts: object",
        "class Fault:\n    kind: str\n    parts: object",
    ),
    "a record only carries a message": (
        *("messages", "kiosk/faults.py"),
        "class Finding(NamedTuple):\n    kind: str\n    message: Message",
        "class LastRun(Struct):\n    at: datetime\n    message: Message\n    done: bool",
    ),
    "a pattern is a template syntax": (
        *("texts", "kiosk/fill.py"),
        r'FIELD = re.compile(r"\{(\w+)\}")',
        r'FIELD = re.compile(r"\{\d+\}")',
    ),
    "a pattern is made of a sentence": (
        *("texts", "kiosk/known.py"),
        'known = re.compile("(.*?)".join(map(re.escape, words)))',
        'known = re.compile("|".join(map(re.escape, words)))',
    ),
    "the words of the source are read": (
        *("texts", "runtime/gate.py"),
        'for path in root.rglob("*.py"):\n    pass',
        'for path in root.rglob("*.toml"):\n    pass',
    ),
    "words have a field for each language": (
        *("texts", "runtime/kinds.py"),
        "class Kind(Struct):\n    en: str\n    es: str",
        "class Kind(Struct):\n    after: int",
    ),
    "a library fills templates": (
        *("texts", "kiosk/environment.py"),
        "from jinja2 import Environment",
        "from jinja2 import BytecodeCache",
    ),
    "a thread is started and left behind": (
        *("guards", "kiosk/printer.py"),
        "class Printer:\n    def go(self):\n        Thread(target=self.print).start()",
        "class Store:\n    def go(self):\n        self._thread = Thread(target=self.work)\n"
        "        self._thread.join()",
    ),
    "a result is waited for with a limit": (
        *("guards", "content/fetch.py"),
        "def fetched(pool, call, seconds):\n    return pool.submit(call).result(seconds)",
        "def fetched(pool, call):\n    return pool.submit(call).result()",
    ),
    "a class keeps what it saw of a file": (
        *("pollers", "runtime/watch.py"),
        "class Watch:\n    def look(self):\n        seen = self._read()\n"
        "        if seen != self._old:\n            self._old = seen",
        "class Watch:\n    def __init__(self):\n        self._old: files.Stamp = ()\n\n"
        "    def look(self):\n        seen = self._read()\n"
        "        if seen != self._old:\n            self._old = seen",
    ),
    "a stamp is made of a file's times": (
        *("pollers", "content/record.py"),
        "def looks(path):\n    return path.stat().st_mtime_ns, path.stat().st_size",
        "def size(path):\n    return path.stat().st_size",
    ),
    "a process's output is decoded": (
        *("children", "runtime/verify.py"),
        "def verified():\n    return msgspec.json.decode(subprocess.Popen(command).communicate()[0])",
        "def spoken():\n    return subprocess.run(command).stdout",
    ),
    "a child is asked for another form": (
        *("children", "runtime/counts.py"),
        'def counts():\n    return report("counts", "--json")',
        'def add(text):\n    text.add_argument("--json")',
    ),
    "a file in capitals is written": (
        *("state", "content/releases/held.py"),
        'HELD = "HELD"\n\n\ndef hold(root):\n    files.replace(root / HELD, b"")',
        'HELD = "HELD"\n\n\ndef held(root):\n    return files.read_plain(root / HELD)',
    ),
    "a section has a port and no host": (
        *("roles", "settings/schema.py"),
        "class Sms(Struct):\n    port: int",
        "class Desk(Struct):\n    host: str\n    port: int",
    ),
}


def places(rule: str, path: str, program: str) -> list[str]:
    return list(concepts.RULES[rule]([Module(path, ast.parse(program))]))


@pytest.mark.parametrize("case", PROGRAMS)
def test_each_rule_finds_its_concept_and_nothing_like_it(case: str) -> None:
    rule, path, one, none = PROGRAMS[case]
    assert len(places(rule, path, one)) > len(places(rule, path, none))


def test_a_function_is_wide_from_five_parameters_on() -> None:
    program = "def four(a, b, c, *, d): ...\n\n\ndef five(a, b, c, *, d, e): ..."
    found = list(concepts.wide_functions([Module("kiosk/a.py", ast.parse(program))]))
    assert found == ["kiosk/a.py: five"]


HELD = {"guards": Goal("hang guards", goal=2, most=3)}


@pytest.mark.parametrize(("places", "is_wrong"), [(4, True), (3, False), (2, True)])
def test_a_count_may_not_rise_and_its_bound_falls_with_it(places: int, is_wrong: bool) -> None:
    assert bool(list(concepts.faults({"guards": ["a"] * places}, HELD))) == is_wrong


@pytest.mark.parametrize(("places", "most"), [(4, 3), (3, 3), (1, 2)])
def test_no_bound_rises_or_falls_below_its_goal(places: int, most: int) -> None:
    assert concepts.lowered({"guards": places}, HELD)["guards"].most == most
