"""An optimiser without parameters yet: in Keras's words, `compile` gives it the model's.

    model.compile(loss="mse", optimizer=optim.Adam(learning_rate=0.01))

Made so, it has Keras's defaults and Keras's names for settings; ours are understood too.
"""

from __future__ import annotations

import inspect
import numbers
from typing import Any

from optim.names import unknown

#: Keras's defaults, where they are not those of PyTorch's class.
KERAS: dict[str, dict[str, Any]] = {
    "sgd": {"lr": 0.01},
    "adam": {"eps": 1e-7, "keras_eps": True},
    "adamw": {"eps": 1e-7, "weight_decay": 0.004, "keras_eps": True},
    "rmsprop": {"lr": 1e-3, "alpha": 0.9, "eps": 1e-7, "keras_eps": True},
    "adagrad": {"lr": 1e-3, "initial_accumulator_value": 0.1, "eps": 1e-7},
    "adadelta": {"lr": 1e-3, "rho": 0.95, "eps": 1e-7},
    "adamax": {"lr": 1e-3, "eps": 1e-7},
    "nadam": {"lr": 1e-3, "eps": 1e-7, "momentum_decay": 1.0},
    "lion": {"lr": 1e-3},
    "adafactor": {"lr": 1e-3},
}
#: What Keras calls a setting: what it is called here.
_SETTINGS = {"learning_rate": "lr", "epsilon": "eps"}
#: What Keras lets an optimiser do, and who trains a model does here; its name there.
_OF_COMPILE = {
    "clipnorm": "clip_each_norm",
    "global_clipnorm": "clip_norm",
    "clipvalue": "clip_value",
    "gradient_accumulation_steps": "accumulate",
}


class Recipe:
    """Which optimiser to make, with which settings, once there are parameters.

    Args:
        rule: the optimiser's class.
        settings: its settings, by our names or Keras's.

    Attributes:
        for_compile: what Keras lets an optimiser do besides, such as clipping: `compile` takes it.

    Raises:
        ValueError: the rule has no setting of that name.

    >>> recipe = optim.Adam(learning_rate=0.01, beta_1=0.8)
    >>> recipe
    Adam(lr=0.01, betas=(0.8, 0.999))
    >>> recipe([Value(1.0)]).lr
    0.01
    """

    def __init__(self, rule: Any, settings: dict[str, Any]) -> None:
        known = inspect.signature(rule).parameters
        self.rule = rule
        self.for_compile, settings = _apart(settings, known)
        self.settings = _in_our_words(settings, known)
        for name in self.settings:
            if name not in known:
                theirs = [name for name, ours in _SETTINGS.items() if ours in known]
                raise unknown(
                    f"{rule.__name__}: setting",
                    name,
                    [k for k in (*known, *theirs) if k != "params"],
                )

    def __call__(self, params: Any, **settings: Any) -> Any:
        """The optimiser of these parameters."""
        if self.for_compile:
            raise TypeError(
                f"{self.rule.__name__}: {', '.join(self.for_compile)} is what training does; give "
                "the optimizer to compile(optimizer=...), which knows how"
            )
        return made(self.rule, params, {**self.settings, **settings})

    def alone(self) -> Recipe:
        """The same without what `compile` takes for itself."""
        return Recipe(self.rule, self.settings)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kind = self.rule.__name__
        raise AttributeError(
            f"{kind} was made without parameters, so it has no {name} yet: make it with "
            f"optim.{kind}(model.parameters(), ...), or give it to compile(optimizer=...)"
        )

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{self.rule.__name__}({said})"


def made(rule: Any, params: Any, settings: dict[str, Any]) -> Any:
    """An optimiser with Keras's defaults; weights decay and velocities are kept as there.

    Keras shrinks weights past the gradient in all its rules, not in AdamW alone, and a velocity
    keeps the learning rates that it was made with.
    """
    optimizer = rule(params, **{**KERAS.get(rule.__name__.lower(), {}), **settings})
    as_there = {"decoupled_weight_decay": "weight_decay", "keras_momentum": "momentum"}
    for group in (optimizer.defaults, *optimizer.param_groups):
        group.update({name: True for name, of in as_there.items() if group.get(of)})
    return optimizer


def _apart(settings: dict[str, Any], known: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said to who trains the model, by its name there, and what to the rule."""
    kept = ("use_ema", "ema_momentum", "ema_overwrite_frequency", *_OF_COMPILE)
    rest = {name: v for name, v in settings.items() if name in known or name not in kept}
    said = {_OF_COMPILE[name]: v for name, v in settings.items() if name in _OF_COMPILE}
    if settings.get("use_ema"):
        said["ema"] = settings.get("ema_momentum", 0.99)
    return {name: value for name, value in said.items() if value is not None}, rest


def _in_our_words(settings: dict[str, Any], known: Any) -> dict[str, Any]:
    """The same settings by the names that they have here."""
    said = {}
    for name, value in settings.items():
        if name == "name":  # Keras's objects have one
            continue
        if name == "rho" and name not in known and "alpha" in known:
            name = "alpha"  # RMSprop's memory
        if not (name in ("beta_1", "beta_2") and "betas" in known):
            said[_SETTINGS.get(name, name)] = value
    if "betas" in known and settings.keys() & {"beta_1", "beta_2"}:
        first, second = known["betas"].default
        said["betas"] = (settings.get("beta_1", first), settings.get("beta_2", second))
    return said


#: How PyTorch is to run a step, which changes no number of it; here there is one way.
_WAYS = ("foreach", "fused", "capturable", "differentiable")


def _without_ways(cls: type, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that say what a step does."""
    known = inspect.signature(cls).parameters
    if settings.get("differentiable") and "differentiable" not in known:
        raise ValueError(
            f"{cls.__name__}: a step is not recorded, so it cannot be differentiable=True; to "
            "differentiate through one, compute the new weights with autograd yourself"
        )
    return {name: s for name, s in settings.items() if name not in _WAYS or name in known}


def _is_rate(x: Any) -> bool:
    """Whether it is a learning rate, and no parameters or model."""
    if isinstance(x, numbers.Real):
        return True
    return callable(x) and not hasattr(x, "parameters") and not hasattr(x, "__iter__")


class Making(type):
    """The class of optimisers' classes: called without parameters, one gives a recipe.

    A number, or a function of the step, in their place is the learning rate, as in Keras. PyTorch's
    words for how a step is run are understood and left aside.
    """

    def __call__(cls, *args: Any, **settings: Any) -> Any:
        if args and _is_rate(args[0]):
            if len(args) > 1:
                raise TypeError(
                    f"{cls.__name__}: got {args[0]!r:.40} and more without names; write "
                    f"optim.{cls.__name__}(learning_rate=..., ...), or give the parameters first"
                )
            return Recipe(cls, {"lr": args[0], **settings})
        if args or "params" in settings:
            return super().__call__(*args, **_without_ways(cls, settings))
        return Recipe(cls, settings)

    @property
    def __signature__(cls) -> inspect.Signature:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
        return signature.replace(parameters=list(signature.parameters.values())[1:])
