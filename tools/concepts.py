"""Count each concept's places in the program by the shape of its code, and enforce the goals.

Usage: python -m tools.concepts [--places] [--write] [--of FOLDER]. Exit code 1 if a concept has
more places than concepts.toml allows, or docs/develop/architecture.md shows other counts. --places
lists them; --write puts the counts into the document and lowers the limits; --of counts
another checkout instead, and does nothing else.
"""

import argparse
import ast
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tools import tracked

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Path("docs/develop/architecture.md")
GOALS = Path("tools/concepts.toml")
FENCE = re.compile(r"(?<=<!-- concepts -->\n).*?(?=<!-- /concepts -->)", re.DOTALL)
BESIDE = ("tests/", "bench/", "tools/")  # not part of the program
LOWER = "run python -m tools.concepts --write"
PARAMETERS = 5
EDITOR = "editor/"  # a package that no school installs
STATE_NAME = re.compile(r"[A-Z][A-Z_]{3,}")
# Fields that contain text for operators or authors, if they are strings instead of a Message.
WORDS = {
    *("message", "sentence", "problem", "problems", "failure", "found", "ask", "why", "fault"),
}
JUDGED = {"verdict", "state", "kind", "severity", "two"}  # found next to ``reason`` and ``detail``
STARTS = {"subprocess.Popen", "subprocess.run", "asyncio.create_subprocess_exec"}
WRITES = {"replace", "write_record", "replacing"}  # writing functions in system/files.py
Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.ClassDef | Function


class Module(NamedTuple):
    """A module of the program. ``scopes``: its classes, and its functions outside classes."""

    path: str
    tree: ast.Module
    lines: int = 0

    @property
    def folder(self) -> str:
        """Return the module's folder, or "." for the root."""
        return self.path.rpartition("/")[0] or "."

    def scopes(self) -> Iterator[Scope]:
        """Yield the module's classes and its functions outside classes."""
        yield from (one for one in self.tree.body if isinstance(one, Scope))

    def named(self, node: Scope) -> str:
        """Return the location of a class or function."""
        return f"{self.path}: {node.name}"


Modules = Sequence[Module]
Rule = Callable[[Modules], Iterator[str]]


def modules(root: Path) -> Modules:
    """Read every program module that git tracks or would add."""
    names = [name for name in tracked.files(root, "*.py") if not name.startswith(BESIDE)]
    texts = {name: (root / name).read_text("utf-8") for name in names}
    return [Module(name, ast.parse(text), len(text.splitlines())) for name, text in texts.items()]


def judges(found: Modules) -> Iterator[str]:
    """Find folders that compare a part's own state with "ok"."""
    yield from sorted(
        {
            module.folder
            for module in found
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Compare)
            and any(_is(one, "ok") for one in (node.left, *node.comparators))
        }
    )


def message_types(found: Modules) -> Iterator[str]:
    """Find records with their own words, or with a code and the parts of a sentence."""
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and _is_record(node) and _tells(_fields(node)):
                yield module.named(node)


def _tells(fields: Mapping[str, str]) -> bool:
    said = {name for name, kind in fields.items() if re.search(r"\bstr\b", kind)}
    is_judged = fields.keys() & JUDGED and said & {"reason", "detail"}
    is_coded = {"code", "args"} <= fields.keys() or {"kind", "parts"} <= fields.keys()
    is_wrapper = "Message" in fields.values() and len(fields) == 2
    return bool(said & WORDS or is_judged or is_coded or is_wrapper)


def text_mechanisms(found: Modules) -> Iterator[str]:
    """Find engines that fill values into texts, and code that parses finished texts."""
    engines = set()
    for module in found:
        names = _imported(module.tree)
        engines |= {"Jinja"} if "jinja2.Environment" in names else set()
        engines |= (
            {"gettext"} if {"gettext", "babel.support", "babel.messages"} & _tops(names) else set()
        )
        if any(_is(node, "*.py") for node in ast.walk(module.tree)):
            yield f"{module.path}: reads the words in the program's source"
        patterns = [
            list(ast.walk(node.args[0]))
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and _name(node.func) == "re.compile" and node.args
        ]
        if any(_is(one, "(.*?)") for pattern in patterns for one in pattern):
            yield f"{module.path}: recognizes a finished sentence"
        elif any(_is_template(one) for pattern in patterns for one in pattern):
            yield f"{module.path}: a template syntax"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and {"en", "es"} <= _fields(node).keys():
                yield f"{module.path}: a field for each language's words"
    yield from sorted(engines)


def _is_template(node: ast.AST) -> bool:
    """Return whether a pattern extracts a name from ``{name}`` or ``@@name@@``."""
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(re.search(r"\\\{\((\\w|\[\^)|@@\(", text))


def guards(found: Modules) -> Iterator[str]:
    """Find threads that nobody joins, and waits for a thread with a separate time limit."""
    places = set()
    for module in found:
        for scope in module.scopes():
            names = _called(scope)
            starts = {"Thread", "threading.Thread"} & names
            joins = any(name.endswith("_thread.join") for name in names)
            bases = scope.bases if isinstance(scope, ast.ClassDef) else []
            is_pool = any(_name(base) == "ThreadPoolExecutor" for base in bases)
            if (starts and not joins) or is_pool or any(map(_waits, ast.walk(scope))):
                places.add(module.path if isinstance(scope, Function) else module.named(scope))
    yield from sorted(places)


def _waits(node: ast.AST) -> bool:
    """Return whether this code waits for a thread with a time limit."""
    if isinstance(node, Function):
        return {"asyncio.wait", "self._running.result"} <= _called(node)
    if isinstance(node, ast.Call):
        name, limited = _name(node.func), bool(node.args or node.keywords)
        return (name.endswith(".result") and limited) or (name == "wait" and len(node.args) == 2)
    if not isinstance(node, ast.AsyncWith):
        return False
    limits = {_name(one.context_expr) for one in node.items}
    inside = set().union(*map(_called, node.body))
    return "asyncio.timeout" in limits and bool(inside & {"asyncio.wrap_future", "thread.run"})


def stamps(found: Modules) -> Iterator[str]:
    """Find values that a poller compares with those of its previous poll."""
    for module in found:
        for scope in module.scopes():
            if any(
                isinstance(node, ast.Attribute) and node.attr in {"st_mtime_ns", "st_ctime_ns"}
                for node in ast.walk(scope)
            ):
                yield f"{module.named(scope)} (of a file's times)"
            if isinstance(scope, ast.ClassDef):
                yield from (f"{module.named(scope)}.{name}" for name in _compared(scope))


def _compared(scope: ast.ClassDef) -> Iterator[str]:
    """Find attributes, except Stamps, that a public method compares with a call's result."""
    stamped, kept, seen = set(), set(), set()
    for function in ast.walk(scope):
        if isinstance(function, ast.AnnAssign) and "Stamp" in ast.unparse(function.annotation):
            stamped.add(_name(function.target))
        if isinstance(function, Function) and not function.name.startswith("_"):
            fresh = {name for name, value in _assigned(function) if _is_call(value)}
            kept |= {name for name, value in _assigned(function) if _name(value) in fresh}
            seen |= {
                sides[1]
                for node in ast.walk(function)
                if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)
                for sides in [(_name(node.left), _name(node.comparators[0]))]
                if sides[0] in fresh and sides[1].startswith("self.")
            }
    once = {name for name in seen if "_seen" in name}
    yield from sorted((seen & kept | once) - stamped)


def _assigned(function: Function) -> Iterator[tuple[str, ast.AST]]:
    """Yield each name to which the function assigns a value, with the value."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                yield from zip(map(_name, target.elts), value.elts, strict=False)
            else:
                yield _name(target), value


def _is_call(node: ast.AST) -> bool:
    return isinstance(node.value if isinstance(node, ast.Await) else node, ast.Call)


def child_protocols(found: Modules) -> Iterator[str]:
    """Find code that starts a process and decodes its output, and options for a child's output."""
    for module in found:
        for scope in module.scopes():
            calls, names = _calls(scope), _called(scope)
            if names & STARTS and any(re.search(r"json\.(decode|loads)$", name) for name in names):
                yield module.named(scope)
            yield from (
                f"{module.named(scope)} ({one.value})"
                for call in calls
                if not _name(call.func).endswith("add_argument")
                for one in call.args
                if isinstance(one, ast.Constant) and one.value in {"--json", "--out"}
            )


def state_files(found: Modules) -> Iterator[str]:
    """Find files with uppercase names that content/releases writes next to the releases."""
    names: set[str] = set()
    for module in found:
        if module.folder != "content/releases":
            continue
        held = _constants(module.tree)
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and node.args
                and _name(node.func).rpartition(".")[2] in WRITES
            ):
                written = (
                    str(one.value) if isinstance(one, ast.Constant) else held.get(_name(one), "")
                    for one in ast.walk(node.args[0])
                )
                names |= {one for one in written if STATE_NAME.fullmatch(one)}
    yield from sorted(names)


def _constants(tree: ast.Module) -> Mapping[str, str]:
    """Return the strings that a module assigns to names."""
    known: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = (
                zip(target.elts, value.elts, strict=True)
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                else [(target, value)]
            )
            known |= {
                _name(name): text.value
                for name, text in pairs
                if isinstance(text, ast.Constant) and isinstance(text.value, str)
            }
    return known


def roles(found: Modules) -> Iterator[str]:
    """Find the whole program, and two roles for each settings section with a port but no host."""
    yield "the whole"
    for module in found:
        if module.folder != "settings":
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.ClassDef)
                and "port" in (fields := _fields(node))
                and "host" not in fields
            ):
                yield from (f"{module.named(node)} alone", f"all but {module.named(node)}")


def wide_functions(found: Modules) -> Iterator[str]:
    """Find functions with five or more parameters, including self."""
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                given = node.args
                if len([*given.posonlyargs, *given.args, *given.kwonlyargs]) >= PARAMETERS:
                    yield module.named(node)


RULES: dict[str, Rule] = {
    "health": judges,
    "messages": message_types,
    "texts": text_mechanisms,
    "guards": guards,
    "pollers": stamps,
    "children": child_protocols,
    "state": state_files,
    "roles": roles,
}


def _is(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _name(node: ast.AST) -> str:
    """Return ``a.b`` for a name or an attribute, and "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return _name(node.func) if isinstance(node, ast.Call) else ""


def _calls(node: ast.AST) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _called(node: ast.AST) -> set[str]:
    return {_name(one.func) for one in _calls(node)}


def _is_record(node: ast.ClassDef) -> bool:
    bases = {ast.unparse(one).rpartition(".")[2] for one in node.bases}
    marks = {_name(one).rpartition(".")[2] for one in node.decorator_list}
    return bool(bases & {"NamedTuple", "Struct", "TypedDict"}) or "dataclass" in marks


def _fields(node: ast.ClassDef) -> Mapping[str, str]:
    return {
        one.target.id: ast.unparse(one.annotation)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{one.name}" for one in node.names}
    return names


def _tops(names: set[str]) -> set[str]:
    return {".".join(name.split(".")[:end]) for name in names for end in (1, 2)}


class Goal(NamedTuple):
    """A row of concepts.toml. ``most``: the places allowed until the goal is met."""

    concept: str
    goal: int
    most: int


def goals() -> dict[str, Goal]:
    """Read the goals."""
    rows = tomllib.loads((ROOT / GOALS).read_text("utf-8"))
    return {key: Goal(**row) for key, row in rows.items()}


def table(counts: Mapping[str, int], held: Mapping[str, Goal]) -> str:
    """Return the counts as Markdown."""
    rows = (f"|{held[key].concept}|{counts[key]}|{held[key].goal}|\n" for key in RULES)
    return "".join(["|concept|has|goal|\n|---|---|---|\n", *rows])


def faults(found: Mapping[str, Sequence[str]], held: Mapping[str, Goal]) -> Iterator[str]:
    """Yield a sentence for each concept with more or fewer places than the limit."""
    for key, places in found.items():
        concept, goal, most = held[key]
        if len(places) > most:
            yield (
                f"{concept}: {len(places)}, but the limit is {most}. Use one of these instead"
                " of adding one:"
            )
            yield from (f"  {place}" for place in places)
        elif most > max(goal, len(places)):
            yield f"{concept}: {len(places)} instead of {most}: {LOWER}"


def lowered(counts: Mapping[str, int], held: Mapping[str, Goal]) -> dict[str, Goal]:
    """Lower each limit to the current count, but not below the goal; never raise a limit."""
    return {
        key: one._replace(most=min(one.most, max(one.goal, counts[key])))
        for key, one in held.items()
    }


def write(counts: Mapping[str, int], held: Mapping[str, Goal]) -> None:
    """Write the limits, and put the counts into the document."""
    head = (ROOT / GOALS).read_text("utf-8").partition("\n\n")[0]
    rows = (
        f"\n\n[{key}]\nconcept = {json.dumps(concept)}\ngoal = {goal}\nmost = {most}"
        for key, (concept, goal, most) in held.items()
    )
    (ROOT / GOALS).write_text("".join([head, *rows, "\n"]), "utf-8")
    text, made = (ROOT / DOCUMENT).read_text("utf-8"), table(counts, held)
    (ROOT / DOCUMENT).write_text(FENCE.sub(lambda _: made, text), "utf-8")


def main(arguments: list[str]) -> int:
    """Return 1 if a concept has too many places, or the document shows other counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="lower bounds, put the counts there")
    parser.add_argument("--places", action="store_true", help="print each place")
    parser.add_argument("--of", type=Path, default=ROOT, metavar="FOLDER", help="another checkout")
    given = parser.parse_args(arguments)
    found, held = modules(given.of), goals()
    places = {key: tuple(rule(found)) for key, rule in RULES.items()}
    counts = {key: len(each) for key, each in places.items()}
    if given.write:
        held = lowered(counts, held)
        write(counts, held)
    for key, each in places.items():
        print(f"{held[key].concept}: {len(each)} (goal {held[key].goal})")
        print(*(f"  {place}\n" for place in each if given.places), sep="", end="")
    lines = sum(module.lines for module in found)
    editor = sum(module.lines for module in found if module.path.startswith(EDITOR))
    print(f"lines of program: {lines - editor} in a school, {lines} with the editor")
    print(f"functions with {PARAMETERS} or more parameters: {len(tuple(wide_functions(found)))}")
    if given.of != ROOT:
        return 0
    wrong = list(faults(places, held))
    if FENCE.findall((ROOT / DOCUMENT).read_text("utf-8")) != [table(counts, held)]:
        wrong.append(f"{DOCUMENT} has old counts: {LOWER}")
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
