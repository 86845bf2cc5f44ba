"""What a user's template asks for that is no part of the document: named with its file and line before it is drawn."""

from __future__ import annotations

import re
from pathlib import Path

_OURS = r"(?!a2z:|\#)"
_ATTRIBUTE = re.compile(
    rf"""\s(?:src|data|poster)\s*=\s*["']{_OURS}([^"']+)|<link\b[^>]*\bhref\s*=\s*["']{_OURS}([^"']+)""", re.IGNORECASE
)
"""Text from outside is escaped, so it holds no quotation mark; a link that a reader may click is not fetched."""
_STYLE = re.compile(r"""<style\b[^>]*>(.*?)</style>|\sstyle\s*=\s*["']([^"']+)""", re.IGNORECASE | re.DOTALL)
_CSS = re.compile(rf"""(?:\burl\(\s*["']?|@import\s+["']){_OURS}([^"'\s)]+)""", re.IGNORECASE)


def asked_for_by_html(markup: str) -> str | None:
    """The first address that would be fetched and is not the document's own."""
    if found := _ATTRIBUTE.search(markup):
        return found[1] or found[2]
    return next((one for css in _STYLE.finditer(markup) if (one := asked_for_by_css(css[1] or css[2] or ""))), None)


def asked_for_by_css(sheet: str) -> str | None:
    """The same of a style sheet."""
    found = _CSS.search(sheet)
    return found[1] if found else None


def where(address: str, templates: Path) -> str:
    """`FILE, line N`, of the user's template that holds the address; the folder when none holds it as it is."""
    for path in sorted(path for path in templates.rglob("*") if path.suffix in {".html", ".css", ".svg"}):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if address in line:
                return f"{path}, line {number}"
    return str(templates)
