"""Keeps resources/translations in step with the code: collects what the window and the core say, compiles what is done.

``make translations`` rewrites the ``.ts`` files (translations are kept, gone texts dropped) and compiles each to the
``.qm`` file beside it. Both are in git, so that a fresh clone speaks every language without a tool.
Collected by Python's own parser: ``pyside6-lupdate`` loses the context after a call of ``QCoreApplication.translate``.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
SENTENCES = FOLDER / "sentences.txt"
LANGUAGES = ("de", "en")
PLURAL_ONLY = frozenset({"en"})  # the code is written in English: it lacks nothing but the plural forms
CORE = "Core"  # the context of what is said without Qt
SILENT = ("engines/convert/", "engines/tuning/", "engines/metrics.py", "engines/server/__main__.py", "engines/tools.py")
# Modules whose sentences are put together from parts: the parts are collected as well.
IN_PARTS = (
    "app/core/documents/source.py",
    "app/core/models/capabilities.py",
    "app/core/models/choice.py",
    "app/core/recipes/columns.py",
    "app/core/recipes/parse.py",
    "engines/backends/llama_model.py",
    "engines/choice.py",
    "engines/gguf.py",
    "engines/life.py",
)
# What goes to a model, or is looked for in its output: no person reads it.
TO_A_MODEL = (
    "You are ",
    "Answer ",
    "Translate the text ",
    "Say hello",
    "one two three",
    "removing memory ",
    "failed to compute graph",
    "graph_compute",
)
_LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
_NEVER_SAID = {"Field", "add_argument", "ArgumentParser"}  # descriptions of fields and options


@dataclass(frozen=True, order=True)
class Text:
    """One text to translate; ``numerus`` when its form depends on a number."""

    context: str
    source: str
    numerus: bool = False


@dataclass
class Translation:
    """What stands for a text; one form for each number where the text has several."""

    forms: list[str] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether every form is there."""
        return bool(self.forms) and all(form.strip() for form in self.forms)


class Mistake(Exception):
    """The code asks for a translation in a way that cannot be read here."""


@cache
def window_texts() -> set[Text]:
    """Every text passed to ``tr`` and ``translate`` in the window."""
    found: set[Text] = set()
    for path in sorted((ROOT / "app" / "ui").rglob("*.py")):
        found.update(_Calls(path).texts)
    return found


class _Calls(ast.NodeVisitor):
    """Collects from one module; ``tr`` takes its context from the class around it, as Qt does."""

    def __init__(self, path: Path) -> None:
        self.texts: set[Text] = set()
        self._path = path
        self._classes: list[str] = []
        self.visit(ast.parse(path.read_text(encoding="utf-8")))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Enter a class."""
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Take the text of a call that translates."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "tr" and isinstance(node.func, ast.Attribute):
            context = self._classes[-1] if self._classes else ""
            self._take(context, node.args[0], len(node.args) > 2, node)
        elif name == "translate" and len(node.args) >= 2 and isinstance(node.args[0], ast.Constant):
            self._take(str(node.args[0].value), node.args[1], len(node.args) > 3, node)
        self.generic_visit(node)

    def _take(self, context: str, source: ast.expr, numerus: bool, node: ast.Call) -> None:
        if not isinstance(source, ast.Constant) or not isinstance(source.value, str) or not context:
            raise Mistake(f"{self._path.relative_to(ROOT)}:{node.lineno}: translate whole constant texts, in a class")
        self.texts.add(Text(context, source.value, numerus))


@cache
def core_sentences() -> set[str]:
    """Every whole sentence in the core and the engines, with %1, %2 … where something is filled in."""
    found: set[str] = set()
    for part in ("app/core", "engines"):
        for path in sorted((ROOT / part).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(SILENT):
                said = list(_templates(ast.parse(path.read_text(encoding="utf-8"))))
                found.update(one.strip() for one in said if _is_sentence(one))
                found.update(map(_with_subject, filter(_is_part, said)) if name in IN_PARTS else ())
    return {one for one in found if not one.startswith(TO_A_MODEL)}


def _templates(tree: ast.Module) -> Iterator[str]:
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        for part in _not_said(node):
            passed_over.update(id(one) for one in ast.walk(part))
        if isinstance(node, ast.JoinedStr):
            passed_over.update(id(one) for one in node.values)
    for node in ast.walk(tree):
        if id(node) not in passed_over:
            yield template(node)


def _not_said(node: ast.AST) -> list[ast.AST]:
    """Parts of ``node`` that no person is shown: docstrings, log lines, assertions, descriptions of fields."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node]
    if isinstance(node, ast.Assert) and node.msg is not None:
        return [node.msg]
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if name in _NEVER_SAID or (name in _LOGGING and owner in ("log", "logger", "logging")):
            return [*node.args, *node.keywords]
    return []


def template(node: ast.AST) -> str:
    """The text of a constant or of an f-string, its gaps numbered; empty for anything else."""
    if isinstance(node, ast.Constant):
        return _numbered(node.value) if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, gap = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            gap += 1
            parts.append(f"%{gap}")
    return "".join(parts)


def _numbered(text: str) -> str:
    """``{name}`` of a text that is filled in by ``format`` is a gap like any other."""
    for gap, name in enumerate(re.findall(r"\{\w+\}", text), 1):
        text = text.replace(name, f"%{gap}", 1)
    return text


def _is_sentence(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    whole = re.match(r"\s*(?:[A-Z]|%1)", text) is not None and re.search(r"(?:[.]|[.:] ?%\d)\s*$", text) is not None
    return whole and len(words) >= 2 and "\n" not in text


def _is_part(text: str) -> bool:
    """A piece of a sentence in words: no pattern, no query, nothing for a model."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return (
        re.match(r"[a-z%]", text) is not None
        and " " in text
        and len(words) >= 2
        and not re.search(r"[\\\n{=<]|\([?]", text)
    )


def _with_subject(text: str) -> str:
    return f"%1 {_renumbered(text)}" if text.startswith(("must ", "is ")) else text


def _renumbered(text: str) -> str:
    return re.sub(r"%(\d)", lambda gap: f"%{int(gap[1]) + 1}", text)


def recipe_texts() -> set[str]:
    """Titles and descriptions of the recipes that come with Nightdesk."""
    found: set[str] = set()
    for path in sorted((ROOT / "resources" / "recipes").glob("*.md")):
        head = tomllib.loads(path.read_text(encoding="utf-8").split("+++")[1])
        found.update(str(head[key]) for key in ("title", "description") if key in head)
    return found


def said_without_qt() -> set[str]:
    """Everything that the window finds again by its words."""
    return core_sentences() | recipe_texts()


def texts() -> list[Text]:
    """Everything there is to translate."""
    return sorted(window_texts() | {Text(CORE, one) for one in said_without_qt()})


def read(path: Path) -> dict[Text, Translation]:
    """What a ``.ts`` file holds."""
    found: dict[Text, Translation] = {}
    if not path.is_file():
        return found
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            numerus = message.get("numerus") == "yes"
            text = Text(context.findtext("name", ""), message.findtext("source", ""), numerus)
            node = message.find("translation")
            assert node is not None, f"{path} holds a message without a translation element"
            forms = [form.text or "" for form in node.iter("numerusform")] if numerus else [node.text or ""]
            found[text] = Translation([] if node.get("type") == "unfinished" else forms)
    return found


def write(path: Path, language: str, entries: dict[Text, Translation]) -> None:
    """Write a ``.ts`` file as Qt Linguist does."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>", f'<TS version="2.1" language="{language}">']
    context = None
    for text, translation in sorted(entries.items(), key=lambda entry: entry[0]):
        if text.context != context:
            lines += ["</context>"] if context is not None else []
            context = text.context
            lines += ["<context>", f"    <name>{escape(context)}</name>"]
        lines += _message(text, translation)
    lines += ["</context>", "</TS>"] if context is not None else ["</TS>"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _message(text: Text, translation: Translation) -> list[str]:
    state = "" if translation.finished else ' type="unfinished"'
    head = ['    <message numerus="yes">' if text.numerus else "    <message>"]
    head.append(f"        <source>{escape(text.source)}</source>")
    if not text.numerus:
        return [
            *head,
            f"        <translation{state}>{escape(''.join(translation.forms))}</translation>",
            "    </message>",
        ]
    forms = translation.forms or ["", ""]
    inside = [f"            <numerusform>{escape(form)}</numerusform>" for form in forms]
    return [*head, f"        <translation{state}>", *inside, "        </translation>", "    </message>"]


def wanted(language: str) -> list[Text]:
    """What a language has to translate."""
    return [text for text in texts() if text.numerus or language not in PLURAL_ONLY]


def update(language: str) -> list[Text]:
    """Bring one language's file in step and compile it; returns what is still to be translated."""
    path = FOLDER / f"nightdesk_{language}.ts"
    known = read(path)
    entries = {text: known.get(text, Translation()) for text in wanted(language)}
    write(path, language, entries)
    compiled = [str(Path(sys.executable).with_name("pyside6-lrelease")), "-silent", str(path)]
    subprocess.run([*compiled, "-qm", str(path.with_suffix(".qm"))], check=True)
    return [text for text, translation in entries.items() if not translation.finished]


def main() -> int:
    """Update every language; returns 1 while something is untranslated."""
    try:
        SENTENCES.write_text("\n".join(sorted(said_without_qt())) + "\n", encoding="utf-8")
        missing = {language: update(language) for language in LANGUAGES}
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    for language, left in missing.items():
        for text in left:
            print(f"{language}: {text.context}: {text.source}", file=sys.stderr)
    print(", ".join(f"{language}: {len(left)} to translate" for language, left in missing.items()))
    return int(any(missing.values()))


if __name__ == "__main__":
    sys.exit(main())
