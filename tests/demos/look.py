"""Reading the pages of the course."""

import re
from pathlib import Path


def pages(course: Path) -> list[Path]:
    """Every page of the course."""
    return sorted(course.rglob("*.html"))


def targets(page: Path) -> list[str]:
    """All that a page links to or loads."""
    return re.findall(r'\s(?:src|href)\s*=\s*"([^"]{0,80})', page.read_text(encoding="utf-8"))
