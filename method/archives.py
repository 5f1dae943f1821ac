# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The export of a group as files that people can open: a web page, a text, a table, and the data."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from config.texts import Text, text
from method.chapters import Chapter, Document, Entry, core_problem, records
from method.dates import dated
from method.histories import Event, whole
from method.histories import Kind as Happened
from method.items import NoteKind
from method.steps import step_line
from method.tasks import Stage
from method.views import Sector

#: A table program takes what begins so for a formula (OWASP, "CSV Injection").
_FORMULA: Final = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
#: What Markdown would take for more than a letter wherever it stands: also what makes a bare link, or ends a heading.
_MARKDOWN: Final = re.compile(
    r"([\\`*\[\]<|~$^]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|:(?=//)|(?<=www)\.|(?<=\s)#(?=#*\s*$))",
    re.IGNORECASE,
)
#: What makes more than a text of a line that begins so: lists, quotes, headings, and what underlines a heading.
_BEGINNING: Final = re.compile(r"^(?:(\d+)(?=[.)](?:\s|$))|(?=[-+#>=:]))", re.ASCII)

_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}li{margin:.7rem 0}small{display:block}"
    "p,span,small{white-space:pre-line}@media print{body{margin:0}}"
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
        "group.csv": "\ufeff" + records_as_csv(document, language),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file, content in files.items():
            about = zipfile.ZipInfo(f"{name}/{file}", at.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            zipped.writestr(about, content)
    return packed.getvalue()


def packed(archive: bytes, documents: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP file with further files in it, each by its path."""
    whole = io.BytesIO(archive)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as zipped:
        date = zipped.infolist()[0].date_time
        for name, content in documents:
            about = zipfile.ZipInfo(name, date)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            zipped.writestr(about, content)
    return whole.getvalue()


def as_csv(document: Document, language: str) -> str:
    """Return the entries as a table, columns divided by semicolons; no cell is a formula."""
    heads = [
        _NUMBER,
        _KIND,
        _TEXT,
        _TOPICS,
        _ANSWERS,
        _NOTES,
        _SUPPORT,
        _PLACE,
        _CREATED,
        _REVIEW,
        _STAGE,
        _DUE,
        _HISTORY,
    ]
    rows = [
        [
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
            _stands(item, language),
            _due(item),
            _history(item, language),
        ]
        for item in _open(document)
    ]
    return _table(heads, rows, language)


def records_as_csv(document: Document, language: str) -> str:
    """Return what there is beside the entries as such a table."""
    rows = [
        [entry.label, chapter.heading, entry.words, entry.begins, entry.ends, "\n".join(entry.details)]
        for chapter in (*core_problem(document, language), *records(document, language))
        for entry in chapter.entries
    ]
    return _table([_NUMBER, _KIND, _TEXT, _BEGIN, _END, _DETAILS], rows, language)


def as_markdown(document: Document, language: str) -> str:
    """Return everything as Markdown; what people wrote is text in it and nothing else."""
    group = document["group"]
    lines = [f"# {_indented(_title(group, language), 0, begins=False)}", ""]
    lines += [_indented(line, 0) + "\n" for line in _head(group, language)]
    for chapter in _chapters(document, language):
        lines += [f"## {_escaped(chapter.heading, begins=False)}", ""]
        lines += [_escaped(chapter.none)] if not chapter.entries else []
        for entry in chapter.entries:
            label = f"**{_escaped(entry.label, begins=False)}:** " if entry.label else ""
            lines.append(f"- {label}{_indented(entry.words, begins=not label)}")
            lines += [f"  - {_indented(line, 4)}" for line in entry.details]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def letters_as_markdown(letters: Iterable[Mapping[str, Any]]) -> str:
    """Return weekly letters as text that can be edited, as ``digests.layout.document`` gives each."""
    lines = []
    for letter in letters:
        lines += [f"# {_indented(letter['title'], 0, begins=False)}", "", _indented(letter["about"], 0), ""]
        for words in letter["remarks"]:
            lines += [_indented(words, 0), ""]
        for part in letter["parts"]:
            lines += [f"## {_escaped(part['heading'], begins=False)}", ""]
            lines += [*(f"- {_indented(words)}" for words in part["lines"]), ""]
    return "\n".join(lines)


def as_html(document: Document, language: str) -> str:
    """Return everything as a page that needs nothing else: no script, no font, no address."""
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
    for chapter in _chapters(document, language):
        section = SubElement(main, "section")
        SubElement(section, "h2").text = chapter.heading
        if not chapter.entries:
            SubElement(section, "p").text = chapter.none
            continue
        entries = SubElement(section, "ul")
        for one in chapter.entries:
            entry = SubElement(entries, "li", {"id": one.label} if one.label else {})
            if one.label:
                SubElement(entry, "strong").text = f"{one.label}:"
            SubElement(entry, "span", dir="auto").text = f" {one.words}" if one.label else one.words
            for line in one.details:
                SubElement(entry, "small", dir="auto").text = line
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


_NUMBER: Final = text("Number")
_KIND: Final = text("Kind")
_TEXT: Final = text("Wording")
_TOPICS: Final = text("Topics")
_ANSWERS: Final = text("Answers")
_RELATED: Final = text("Related")
_REVIEW: Final = text("Review")
_DUE: Final = text("Due")
_STAGE: Final = text("Stage")
_NOTES: Final = text("Notes")
_SUPPORT: Final = text("Support")
_PLACE: Final = text("Place")
_CREATED: Final = text("Written on")
_BEGIN: Final = text("Begin")
_END: Final = text("End")
_DETAILS: Final = text("Details")
_HISTORY: Final = text("How it went")
_KINDS: Final = {
    "barrier": text("Barrier"), "idea": text("Idea"), "task": text("Task"), "decision": text("Decision"),
}  # fmt: skip
_HEADINGS: Final = {
    "barrier": text("Barriers"), "idea": text("Ideas"), "task": text("Tasks"), "decision": text("Decisions"),
}  # fmt: skip
_NONE: Final = {
    "barrier": text("No barriers yet."),
    "idea": text("No ideas yet."),
    "task": text("No tasks yet."),
    "decision": text("No decisions yet."),
}


def _none(kind: str) -> Text:
    return _NONE[kind]


def _open(document: Document) -> list[Mapping[str, Any]]:
    return [item for item in document["items"] if item["state"] == "open"]


def _chapters(document: Document, language: str) -> Iterator[Chapter]:
    yield from core_problem(document, language)
    for kind, heading in _HEADINGS.items():
        entries = tuple(
            Entry(item["id"], item["text"], tuple(_details(item, language)))
            for item in _open(document)
            if item["kind"] == kind
        )
        yield Chapter(heading.render(language), entries, _none(kind).render(language))
    yield from records(document, language)


def _title(group: Mapping[str, Any], language: str) -> str:
    return text("Board of the group {name}", name=" ".join(group["name"].split())).render(language)


def _head(group: Mapping[str, Any], language: str) -> Iterator[str]:
    yield step_line(group["step"]).render(language)
    if group["goal"]:
        yield text("Goal: {goal}", goal=group["goal"]).render(language)
    if group.get("agreements"):
        lines = " / ".join(line for line in group["agreements"].split("\n") if line)
        yield text("Our working agreements: {text}", text=lines).render(language)


def _details(item: Mapping[str, Any], language: str) -> Iterator[str]:
    for head, words in (
        (_TOPICS, ", ".join(f"#{topic}" for topic in item["topics"])),
        (_RELATED if item["kind"] in ("decision", "task") else _ANSWERS, ", ".join(item["links"])),
        (_REVIEW, _shown(item["review"], language)),
        (_STAGE, _stands(item, language, written=True)),
        (_DUE, _shown(_due(item), language)),
        (_SUPPORT, str(item["support"] or "")),
        (_PLACE, _place(item, language)),
        (_HISTORY, _history(item, language)),
    ):
        if words:
            yield f"{head.render(language)}: {words}"
    for note in item["notes"]:
        yield _note(note, language)


_STAGES: Final = {
    Stage.OPEN: text("open"), Stage.RUNNING: text("running"), Stage.BLOCKED: text("blocked"),
    Stage.DONE: text("done"),
}  # fmt: skip


def _stands(item: Mapping[str, Any], language: str, *, written: bool = False) -> str:
    """Say how a task stands, what blocks it, or since when it is done; the day may be written out."""
    task = item.get("task")
    if not task:
        return ""
    words = _STAGES[Stage(task["stage"])].render(language)
    more = task["reason"] or (_shown(task["done"], language) if written else task["done"])
    return f"{words}: {more}" if more else words


def _due(item: Mapping[str, Any]) -> str:
    return (item.get("task") or {}).get("due") or ""


def _history(item: Mapping[str, Any], language: str) -> str:
    events = [
        Event(date.fromisoformat(one["day"]), Happened(one["kind"]), _day(one["was"]), _day(one["becomes"]))
        for one in item.get("history", ())
    ]
    return whole(events).render(language)


def _shown(day: str | None, language: str) -> str:
    """Return a day as people read it; a table keeps it as it is."""
    return dated(date.fromisoformat(day), year=True).render(language) if day else ""


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


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


def _table(heads: Sequence[Text], rows: Iterable[Sequence[str]], language: str) -> str:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([head.render(language) for head in heads])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return table.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _escaped(words: str, *, begins: bool = True) -> str:
    """Return a line that Markdown shows as it is; one that does not begin it needs less."""
    escaped = _MARKDOWN.sub(r"\\\1", words)
    return _BEGINNING.sub(r"\1\\", escaped) if begins else escaped


def _indented(words: str, by: int = 2, *, begins: bool = True) -> str:
    # Blanks at the beginning of a line would make code of it.
    first, *others = (line.strip(" \t") for line in words.split("\n"))
    return ("  \n" + " " * by).join([_escaped(first, begins=begins), *map(_escaped, others)])


def file_name(name: str, fallback: str) -> str:
    """Return a group's name as part of a file's name: letters, digits and hyphens, at most 40 characters."""
    words = re.findall(r"[^\W_]+", name, re.UNICODE)
    return "-".join(words)[:40].strip("-").lower() or fallback
