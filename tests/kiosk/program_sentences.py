"""Every English sentence that modules of the program make, as a template: {} for each part."""

import ast
import re
from collections.abc import Collection, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What the desk can show of what is made elsewhere: the module's, or what these names hold of it.
SHOWN: Mapping[str, Collection[str]] = {
    "cli/counts.py": ("run",),
    "cli/refresh.py": (),
    "cli/releases.py": ("rollback",),
    "cli/review.py": ("approve", "refuse"),
    "cli/school/poster.py": ("run",),
    "content/review/worklist.py": ("_pages", "_own_pages", "_compare", "_channel"),
    "content/directory/refresh.py": ("fetch", "take", "_shards", "_taken", "_vouched", "_reason"),
    "content/model/pack.py": (),
    "content/releases/approval.py": (),
    "content/releases/candidate.py": (),
    "content/releases/generations.py": ("_BUSY", "earlier", "damaged", "unnamed", "unshown"),
    "content/releases/hold.py": (),
    "content/releases/outcome.py": (),
    "content/releases/record.py": ("_read",),
    "content/releases/sources.py": (),
    "content/trust/failures.py": ("_STAYS", "_CALL", "_MEANINGS", "of_status"),
    "content/trust/fetch.py": (),
    "content/trust/fetch_https.py": (),
    "content/trust/fetch_usb.py": (),
    "content/trust/tuf_client.py": (),
    "content/trust/version_floor.py": (),
    "kiosk/desk/pages.py": (),
    "kiosk/desk/task.py": (),
    "kiosk/posters/poster.py": ("_refuse", "_refuse_letters", "_answering"),
    "runtime/child_process.py": (),
    "runtime/desk_server.py": (),
    "runtime/disk_check.py": ("vouched", "_not_own"),
    "runtime/disk_space.py": (),
    "runtime/refresh.py": (),
    "sms/decision_words.py": (),
}
_FIELD = re.compile(r"\{\w*\}")
_NEIGHBOURS = re.compile(r"\{\}(?: ?\{\})+")  # which sentence they are, each says itself
_WORDS = re.compile(r"[A-Za-z]{2,} [a-z]")


def templates() -> dict[str, str]:
    """Template to module, of every text that is not for the log, a parser or a catalogue."""
    found = _Templates()
    for module, names in SHOWN.items():
        found.module = module
        tree = ast.parse((ROOT / module).read_text("utf-8"))
        parts = [part for name in names for part in _named(tree, name)] if names else [tree]
        assert len(parts) >= len(names), (module, names)
        for part in parts:
            found.visit(part)
    return found.made


def _named(tree: ast.Module, name: str) -> list[ast.AST]:
    """The functions of that name, and what is assigned to it."""
    return [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.FunctionDef) and node.name == name)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name)
        or (isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name)
    ]


def is_prose(template: str) -> bool:
    """Whether it has words, one after another."""
    return _WORDS.search(template) is not None


class _Templates(ast.NodeVisitor):
    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.module = ""

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called == "_" or called.startswith("log."):  # another catalogue, none
            return
        for argument in (node.func, *node.args):
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg != "help":
                self.visit(keyword.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        self._add("".join(map(str, parts)))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._add(node.value)

    def _add(self, text: str) -> None:
        template = _NEIGHBOURS.sub("{}", _FIELD.sub("{}", text)).lstrip("; ").rstrip()
        self.made.setdefault(template, self.module)
