"""HTML pages and web archives: the encoding is found first, then the page is turned into Markdown."""

from __future__ import annotations

import email
import email.policy
import html
import re
from dataclasses import replace

from app.core.documents.encodings import decode
from app.core.documents.readers.office import read_html_text
from app.core.documents.reading import Reading
from app.core.documents.types import DocumentType
from app.core.failures import FailureClass, WorkFailed

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{1,500}?)</title>", re.IGNORECASE | re.DOTALL)


def read_html(data: bytes, kind: DocumentType) -> Reading:
    """The page as Markdown, with its title."""
    declared = _XML_ENCODING.search(data[:1024]) or _CHARSET.search(data[:4096])
    decoded = decode(data, declared.group(1).decode("ascii") if declared else None)
    if decoded is None:
        raise WorkFailed(FailureClass.DAMAGED, "The page is not text in any known encoding.")
    reading = read_html_text(decoded[0])
    title = _TITLE.search(decoded[0])
    return replace(reading, title=" ".join(html.unescape(title.group(1)).split()) if title else reading.title)


def read_web_archive(data: bytes, kind: DocumentType) -> Reading:
    """The main page of an MHTML file, as a browser saves it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body:
                return read_html(body, kind)
    raise WorkFailed(FailureClass.DAMAGED, "The web archive holds no page.")
