"""A page in one file: a template with its parts filled in; only its own script may run."""

from __future__ import annotations

import base64
import hashlib


def filled(template: str, script: str, **parts: str) -> str:
    """The template with `script` and `parts` in place of the markers @@NAME@@.

    @@POLICY@@ allows this one script and inline styles, and nothing from anywhere else.

    >>> from autograd.viz.page import filled
    >>> filled("<title>@@TITLE@@</title><script>@@SCRIPT@@</script>", "go()", TITLE="@@SCRIPT@@")
    '<title>@@SCRIPT@@</title><script>go()</script>'
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    known = parts | {"POLICY": policy, "SCRIPT": script}
    # Split first: what looks like a marker in a part stays as it is.
    pieces = template.split("@@")
    return "".join(known[piece] if i % 2 else piece for i, piece in enumerate(pieces))
