"""GradientFlow: how strongly the loss reaches each layer while training goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.viz.labels import number, printable
from nn.callbacks.callback import Callback, Logs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from autograd import Value

#: A gradient vanishes if its norm is so small a part of the strongest layer's;
VANISHING = 1e-3
#: it explodes if it is above 1 and so many times that of the layer next to the loss,
EXPLODING = 1e3
#: or, wherever it is, larger than this.
HUGE = 1e6


class GradientFlow(Callback):
    """Notes the norm of every layer's gradient, and says whether it vanishes or explodes.

    A layer's norm is the Euclidean length of the gradients of all its own parameters, before any
    clipping. Gradients shrink or grow by a factor at every layer they pass on their way back
    (Bengio et al. 1994), so each layer is compared with the one next to the loss.

    Args:
        every: note one batch in so many.

    Attributes:
        steps: the batches noted, counted over all epochs from 0.
        norms: for each layer, in the model's order, a norm for every step (NaN: no gradient came).

    Raises:
        ValueError: `every` is no positive integer.

    >>> model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    >>> model.compile("mse", "sgd")
    >>> flow = nn.callbacks.GradientFlow()
    >>> _ = model.fit(np.ones((8, 1)), np.ones(8), epochs=3, verbose=0, callbacks=[flow])
    >>> flow.steps, list(flow.norms)
    ([0, 1, 2], ['0 Linear', '2 Linear'])
    """

    def __init__(self, every: int = 1) -> None:
        self.every = check_every("GradientFlow", every)
        self.steps: list[int] = []
        self.norms: dict[str, list[float]] = {}
        self._count = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.__init__(self.every)  # type: ignore[misc]

    def on_backward_end(self, batch: int, loss: Value) -> None:
        if self._count % self.every == 0:
            self.steps.append(self._count)
            for layer, parameters in _layers(self.model).items():
                self.norms.setdefault(layer, []).append(_norm(parameters))
        self._count += 1

    def state_dict(self) -> dict[str, Any]:
        norms = {layer: list(noted) for layer, noted in self.norms.items()}
        return {"steps": list(self.steps), "norms": norms, "count": self._count}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.steps, self._count = list(state["steps"]), state["count"]
        self.norms = {layer: list(noted) for layer, noted in state["norms"].items()}

    def diagnosis(self, last: int = 20) -> str:
        """One line: vanishing, exploding or healthy, and where, judged by the last steps.

        Args:
            last: how many of the noted steps; the median over them is judged.

        Raises:
            ValueError: nothing has been noted yet.
        """
        if not self.steps:
            raise ValueError("GradientFlow: nothing noted yet; fit with callbacks=[flow] first")
        medians = {
            layer: float(np.median(noted))
            for layer, norms in self.norms.items()
            if (noted := [n for n in norms[-last:] if not np.isnan(n)])
        }
        if not medians:
            return "vanishing: no gradient reached any layer; are all parameters fixed?"
        nearest, reference = list(medians.items())[-1]
        faintest = min(medians, key=lambda layer: medians[layer])
        strongest = max(medians, key=lambda layer: medians[layer])
        norm = medians[strongest]
        if not np.isfinite(norm) or norm > min(HUGE, max(1.0, EXPLODING * reference)):
            return (
                f"exploding: the gradient of {strongest} has norm {number(norm)} "
                f"({nearest}: {number(reference)}); clip gradients or lower the learning rate"
            )
        if norm == 0:
            return "vanishing: every layer's gradient is 0; nothing is being learned"
        if medians[faintest] < VANISHING * norm:
            return (
                f"vanishing: the gradient of {faintest} has norm {number(medians[faintest])}, "
                f"that of {strongest} {number(norm)}; try ReLU, normalisation or "
                "other first weights"
            )
        return (
            f"healthy: norms from {number(medians[faintest])} ({faintest}) to "
            f"{number(norm)} ({strongest})"
        )

    def plot(self) -> Figure:
        """Each layer's norm over the steps, on a logarithmic scale, with the diagnosis above.

        Returns:
            A matplotlib figure; `.savefig("flow.png")` keeps it.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: nothing has been noted yet.
        """
        diagnosis = self.diagnosis()
        try:
            import matplotlib
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError(
                "GradientFlow.plot needs matplotlib: pip install 'chainrule[demos]'"
            ) from None
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        colors = matplotlib.colormaps["viridis"](np.linspace(0, 0.9, len(self.norms)))
        for color, (layer, norms) in zip(colors, self.norms.items(), strict=True):
            axes.plot(self.steps, _positive(norms), color=color, label=_literal(layer))
        axes.set_yscale("log")
        axes.set_xlabel("step")
        axes.set_ylabel("norm of the layer's gradient")
        axes.set_title(_literal(diagnosis), fontsize=10, loc="left", wrap=True)
        axes.legend(
            title="layer", loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8, reverse=True
        )
        return figure


def check_every(who: str, every: Any) -> int:
    """`every`, if it counts something."""
    if not isinstance(every, (int, np.integer)) or every < 1:
        raise ValueError(f"{who}: every must be a positive integer, got {every!r}")
    return int(every)


def _layers(model: Any) -> dict[str, list[Any]]:
    """The parameters of each module that has some of its own; shared ones where first met."""
    layers, seen = {}, set()
    for path, module in model.named_modules():
        own = [p for p in module._parameters.values() if p is not None and p not in seen]
        if own:
            seen.update(own)
            layers[f"{path} {type(module).__name__}".strip()] = own
    return layers


def _norm(parameters: list[Any]) -> float:
    arrived = [p._grad for p in parameters if p._grad is not None]
    if not arrived:
        return float("nan")
    with np.errstate(all="ignore"):
        return float(np.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in arrived)))


def _positive(norms: list[float]) -> np.ndarray:
    """A logarithmic scale has no place for 0 and infinity: there the line is broken."""
    array = np.array(norms)
    return np.where(np.isfinite(array) & (array > 0), array, np.nan)


def _literal(text: str) -> str:
    """Text in which matplotlib finds no formula, and which a legend does not leave out."""
    return printable(text, most=200).replace("$", r"\$").removeprefix("_")
