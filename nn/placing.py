"""Where a layer's numbers live, and in which dtype: PyTorch's `device=` and `dtype=None`.

    nn.Linear(3, 2, device="cpu", dtype=None)
    model.to("cpu")

All arrays are NumPy's, so there is one device; programs that name it run as they are.
"""

from __future__ import annotations

import inspect
from typing import Any


def is_cpu(device: Any) -> bool:
    """Whether this is a device, and the one there is.

    Raises:
        ValueError: it is another device, such as 'cuda'.

    >>> from nn.placing import is_cpu
    >>> is_cpu("cpu"), is_cpu("float32")
    (True, False)
    """
    kind = str(getattr(device, "type", device)).partition(":")[0]
    if kind in ("cuda", "mps", "xpu", "meta"):
        raise ValueError(
            f"device {str(device)!r}: arrays are NumPy's and live in main memory; leave the device "
            "out, or say 'cpu'"
        )
    return kind == "cpu"


class Placing(type):
    """The class of layers' classes: each may be made with a device, and with dtype=None."""

    def __call__(cls, *args: Any, **settings: Any) -> Any:
        if "device" in settings or settings.get("dtype", cls) is None:
            settings = _without_place(cls, settings)
        return super().__call__(*args, **settings)

    @property
    def __signature__(cls) -> inspect.Signature:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
        return signature.replace(parameters=list(signature.parameters.values())[1:])


def _without_place(cls: type, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings without a device and without a dtype that is None, unless the class has them."""
    known = _parameters(cls)
    settings = dict(settings)
    if "device" in settings and "device" not in known and "dtype" in known:
        device = settings.pop("device")
        if device is not None and not is_cpu(device):
            raise ValueError(f"{cls.__name__}: there is no device {device!r}; leave it out")
    usual = known["dtype"].default if "dtype" in known else None
    if settings.get("dtype", cls) is None and usual is not None:
        del settings["dtype"]
    return settings


def _parameters(cls: type) -> dict[str, inspect.Parameter]:
    """What a class may be made with; one that passes anything on, what its base may be."""
    known: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        own = inspect.signature(base.__init__).parameters  # type: ignore[misc]
        known = {**own, **known}
        if not any(p.kind is p.VAR_KEYWORD for p in own.values()):
            break
    return known
