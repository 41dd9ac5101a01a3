"""The report as people read it: pages, Markdown, article, letter and group texts; JSON for programs."""

from salon.documents.files import as_json, write_documents, write_whole
from salon.documents.forms import Forms, documents
from salon.documents.groups import LENGTHS, Texts, group_files, group_texts
from salon.documents.laying import lay_down
from salon.documents.marks import coded, quoted, titled

__all__ = [
    "LENGTHS",
    "Forms",
    "Texts",
    "as_json",
    "coded",
    "documents",
    "group_files",
    "group_texts",
    "lay_down",
    "quoted",
    "titled",
    "write_documents",
    "write_whole",
]
