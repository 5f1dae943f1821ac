# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The export of a group as files that people can open: a web page, a text, a table, and the data."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from config.texts import Text, text
from method.items import NoteKind
from method.steps import step_line
from method.views import Sector

#: What ``storage.exports.group`` returns.
Document = Mapping[str, Any]

#: A table program takes what begins so for a formula (OWASP, "CSV Injection").
_FORMULA: Final = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
#: What Markdown would take for more than a letter.
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")

_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}li{margin:.7rem 0}small{display:block}@media print{body{margin:0}}"
)


def archive(document: Document, *, name: str, at: datetime, language: str) -> bytes:
    """Return a ZIP file with everything; the same document at the same moment gives the same bytes.

    Args:
        document: the export.
        name: the folder in the archive.
        at: the date of the files, as local time.
        language: of headings and of the names of columns.
    """
    files = {
        "export.json": json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        "board.html": as_html(document, language),
        "board.md": as_markdown(document, language),
        # Excel recognises UTF-8 by the mark at the beginning only.
        "board.csv": "\ufeff" + as_csv(document, language),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file, content in files.items():
            about = zipfile.ZipInfo(f"{name}/{file}", at.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            zipped.writestr(about, content)
    return packed.getvalue()


def as_csv(document: Document, language: str) -> str:
    """Return the entries as a table, columns divided by semicolons; no cell is a formula."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    heads = [_NUMBER, _KIND, _TEXT, _TOPICS, _ANSWERS, _NOTES, _SUPPORT, _PLACE, _CREATED, _REVIEW]
    writer.writerow([head.render(language) for head in heads])
    for item in _open(document):
        cells = [
            item["id"],
            _KINDS[item["kind"]].render(language),
            item["text"],
            ", ".join(item["topics"]),
            ", ".join(item["links"]),
            "\n".join(_note(note, language) for note in item["notes"]),
            str(item["support"]),
            _place(item, language),
            item["created"][:10],
            item["review"] or "",
        ]
        writer.writerow([_harmless(cell) for cell in cells])
    return table.getvalue()


def as_markdown(document: Document, language: str) -> str:
    """Return the board as Markdown; what people wrote is text in it and nothing else."""
    group = document["group"]
    lines = [f"# {_escaped(_title(group, language))}", ""]
    lines += [_escaped(line) + "\n" for line in _head(group, language)]
    for kind, items in _sections(document):
        lines += [f"## {_HEADINGS[kind].render(language)}", ""]
        lines += [_none(kind).render(language), ""] if not items else []
        for item in items:
            lines.append(f"- **{item['id']}:** {_indented(item['text'])}")
            lines += [f"  - {_indented(line, 4)}" for line in _details(item, language)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def as_html(document: Document, language: str) -> str:
    """Return the board as a page that needs nothing else: no script, no font, no address."""
    group = document["group"]
    title = _title(group, language)
    html = Element("html", lang=language)
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = title
    SubElement(head, "style").text = _STYLE
    main = SubElement(SubElement(html, "body"), "main")
    SubElement(main, "h1", dir="auto").text = title
    for line in _head(group, language):
        SubElement(main, "p", dir="auto").text = line
    for kind, items in _sections(document):
        section = SubElement(main, "section")
        SubElement(section, "h2").text = _HEADINGS[kind].render(language)
        if not items:
            SubElement(section, "p").text = _none(kind).render(language)
            continue
        entries = SubElement(section, "ul")
        for item in items:
            entry = SubElement(entries, "li", id=item["id"])
            SubElement(entry, "strong").text = f"{item['id']}:"
            words = SubElement(entry, "span", dir="auto")
            words.text = f" {item['text']}"
            for line in _details(item, language):
                SubElement(entry, "small", dir="auto").text = line
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


_NUMBER: Final = text("Number")
_KIND: Final = text("Kind")
_TEXT: Final = text("Text")
_TOPICS: Final = text("Topics")
_ANSWERS: Final = text("Answers")
_RELATED: Final = text("Related")
_REVIEW: Final = text("Review")
_NOTES: Final = text("Notes")
_SUPPORT: Final = text("Support")
_PLACE: Final = text("Place")
_CREATED: Final = text("Written on")
_KINDS: Final = {"barrier": text("Barrier"), "idea": text("Idea"), "decision": text("Decision")}
_HEADINGS: Final = {"barrier": text("Barriers"), "idea": text("Ideas"), "decision": text("Decisions")}
_NONE: Final = {
    "barrier": text("No barriers yet."),
    "idea": text("No ideas yet."),
    "decision": text("No decisions yet."),
}


def _none(kind: str) -> Text:
    return _NONE[kind]


def _open(document: Document) -> list[Mapping[str, Any]]:
    return [item for item in document["items"] if item["state"] == "open"]


def _sections(document: Document) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for kind in _HEADINGS:
        yield kind, [item for item in _open(document) if item["kind"] == kind]


def _title(group: Mapping[str, Any], language: str) -> str:
    return text("Board of the group {name}", name=group["name"]).render(language)


def _head(group: Mapping[str, Any], language: str) -> Iterator[str]:
    yield step_line(group["step"]).render(language)
    if group["goal"]:
        yield text("Goal: {goal}", goal=group["goal"]).render(language)


def _details(item: Mapping[str, Any], language: str) -> Iterator[str]:
    for head, words in (
        (_TOPICS, ", ".join(f"#{topic}" for topic in item["topics"])),
        (_RELATED if item["kind"] == "decision" else _ANSWERS, ", ".join(item["links"])),
        (_REVIEW, item["review"] or ""),
        (_SUPPORT, str(item["support"] or "")),
        (_PLACE, _place(item, language)),
    ):
        if words:
            yield f"{head.render(language)}: {words}"
    for note in item["notes"]:
        yield _note(note, language)


def _note(note: Mapping[str, Any], language: str) -> str:
    words = note["text"]
    if note["sector"]:
        return text("View of {sector}: {text}", sector=Sector(note["sector"]).text, text=words).render(
            language
        )
    head = text("Why") if note["kind"] == NoteKind.WHY else text("Note")
    return f"{head.render(language)}: {words}"


def _place(item: Mapping[str, Any], language: str) -> str:
    """Say where an entry stands that is no entry of the board by itself."""
    if item["part_of"]:
        return text("part of {label}", label=item["part_of"]).render(language)
    return text("in the topic store").render(language) if item["parked"] else ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _escaped(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", words)


def _indented(words: str, by: int = 2) -> str:
    return ("  \n" + " " * by).join(map(_escaped, words.split("\n")))


def file_name(name: str, fallback: str) -> str:
    """Return a group's name as part of a file's name: letters, digits and hyphens, at most 40 characters."""
    words = re.findall(r"[^\W_]+", name, re.UNICODE)
    return "-".join(words)[:40].strip("-").lower() or fallback
