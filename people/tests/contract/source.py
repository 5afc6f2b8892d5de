"""Reads the source of the product for what breaks a rule.

A rule is a function of one node of the source and of the function in which it stands. It answers what is wrong with
the node, or None.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Rule = Callable[[ast.AST, str], str | None]


def nodes(parent: ast.AST, place: tuple[str, ...] = ()) -> Iterator[tuple[ast.AST, str]]:
    """Every node below `parent`, with the function in which it stands, such as "EmployeeQuerySet.update"."""
    for node in ast.iter_child_nodes(parent):
        inside = (*place, node.name) if isinstance(node, DEFINITIONS) else place
        yield node, ".".join(inside)
        yield from nodes(node, inside)


def text_of(node: ast.AST, place: str) -> str:
    """The source of an expression, with the name of the class in place of `self` and `super()`."""
    return re.sub(r"\bself\b|\bsuper\(\)", place.partition(".")[0] or "self", ast.unparse(node))


def is_of_another_model(text: str) -> bool:
    """Whether a class is named, and the first one has to do neither with employees nor with accounts."""
    classes: list[str] = re.findall(r"\b[A-Z]\w*[a-z]\w*", text)
    return bool(classes) and not classes[0].startswith(("Employee", "User", "QuerySet"))


def faults(rule: Rule, code: str) -> set[str]:
    """What breaks the rule in `code`, as "<function>: <what>"."""
    return {f"{place}: {wrong}" for node, place in nodes(ast.parse(code)) if (wrong := rule(node, place))}


def product(*, without: Iterable[str] = ()) -> list[Path]:
    """The files of the product that stand in none of the folders `without`, nor in `tests`."""
    paths = [path for folder in ("people", "intranet") for path in (settings.BASE_DIR / folder).rglob("*.py")]
    return [path for path in paths if not {"tests", *without} & set(path.parts)]


def faults_in(files: Iterable[Path], rule: Rule) -> set[str]:
    """What breaks the rule in these files, as "<file>: <function>: <what>"."""
    return {
        f"{path.relative_to(settings.BASE_DIR).as_posix()}: {fault}"
        for path in files
        for fault in faults(rule, path.read_text())
    }
