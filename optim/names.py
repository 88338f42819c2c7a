"""Names in place of objects, as in Keras: 'mse', 'adam', 'accuracy'."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(what: str, name: str, known: Iterable[str]) -> ValueError:
    """The error for a name nobody has, with the nearest one that somebody does.

    >>> from optim.names import unknown
    >>> unknown("loss", "msee", ["mae", "mse"])
    ValueError("loss: there is none named 'msee'; did you mean 'mse'? (there are: 'mae', 'mse')")
    """
    known = list(known)
    swapped = [other for other in known if sorted(other) == sorted(name.lower())]
    close = swapped or difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return ValueError(
        f"{what}: there is none named {name!r}{hint} (there are: {', '.join(map(repr, known))})"
    )
