"""Program text as HTML: keywords, strings and remarks told apart."""

from __future__ import annotations

import ast
import html
import io
import keyword
import tokenize

KINDS = {tokenize.STRING: "string", tokenize.COMMENT: "remark"}


def coloured(source: str) -> str:
    """Python as HTML with a class for each kind of word; any other text as it stands.

    >>> coloured("x in y # <")
    'x <b class="keyword">in</b> y <b class="remark"># &lt;</b>'
    >>> coloured("3 buffers in 1 frame")
    '3 buffers in 1 frame'
    """
    try:
        ast.parse(source)
    except SyntaxError:
        return html.escape(source)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    pieces, at = [], 0
    for token in tokens:
        kind = "keyword" if keyword.iskeyword(token.string) else KINDS.get(token.type)
        begin, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        if kind:
            pieces.append(html.escape(source[at:begin]))
            pieces.append(f'<b class="{kind}">{html.escape(token.string)}</b>')
            at = end
    return "".join(pieces) + html.escape(source[at:])
