"""How a Value shows itself in a notebook: what it holds, and its graph where that is small."""

from __future__ import annotations

import html

from autograd.errors import GradientError
from autograd.value import Value
from autograd.viz.draw import draw
from autograd.viz.renderer import RendererError, RendererNotFoundError

#: A larger graph is not drawn unasked.
MOST_NODES = 40


def value_html(value: Value) -> str:
    """The Value's repr, and below it the picture of its graph; never an error."""
    text = f"<pre>{html.escape(repr(value))}</pre>"
    if value.op is None or not _is_small(value):
        return text
    try:
        return text + draw(value).svg()
    except (GradientError, RendererError, RendererNotFoundError):
        return text


def _is_small(value: Value) -> bool:
    """Whether few nodes are below it; looks no further than it must."""
    seen = {value}
    stack = [value]
    while stack and len(seen) <= MOST_NODES:
        node = stack.pop()
        for parent in node.parents if node.op is not None else ():
            if parent is not None and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return len(seen) <= MOST_NODES
