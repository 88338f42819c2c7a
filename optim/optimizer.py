"""What every optimiser shares: the parameters it steps, and the walk over them.

A rule of your own names how many numbers it remembers for each element, and says in `_update` how
a stretch of parameters changes:

    class SignDescent(Optimizer):
        def _update(self, p, g, step):
            p -= self.lr * np.sign(g)

Settings such as `lr` belong to a group of parameters; while one is stepped,
`self.lr` is its own.
"""

from __future__ import annotations

import inspect
import numbers
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Value
from autograd.threads import run_rows
from optim.flat import SHARED, FlatBuffer, Run
from optim.names import unknown
from optim.recipe import Making


class Setting:
    """A setting that each group has its own of: read, it is that of the group being stepped.

    Outside a step it is the first group's; assigned, it is set for every group.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, optimizer: Any, owner: type) -> Any:
        if optimizer is None:
            return self
        return optimizer._group[self.name]

    def __set__(self, optimizer: Any, value: Any) -> None:
        for group in optimizer.param_groups:
            group[self.name] = value


class Optimizer(metaclass=Making):
    """Steps parameters against their gradients; `_update` is the rule.

    Args:
        params: the leaves to step: Values of floats, each given once; or groups of them,
            dicts with "params" and those settings in which the group differs.
        lr: the learning rate, or a function of the number of steps made that says the next one's,
            such as `optim.schedules.CosineDecay(0.1, decay_steps=1000)`.
        settings: the rule's other settings, which each group may have its own of.

    Raises:
        ValueError: there are no parameters, one is given twice, or a setting is out of range.
        TypeError: a parameter is no Value of floats made by hand, or a setting is no number.

    >>> w, b = Value([1.0]), Value(2.0)
    >>> optimizer = optim.SGD([{"params": [w], "lr": 0.5}, {"params": [b]}], lr=0.1)
    >>> [group["lr"] for group in optimizer.param_groups]
    [0.5, 0.1]
    """

    #: How many numbers the rule remembers for each element.
    moments = 0
    #: Whether the rule needs each tensor whole and in its shape, as for a norm.
    per_tensor = False

    lr = Setting()
    maximize = Setting()
    learning_rate = Setting("lr")  #: Keras's name for it.

    #: A function of the number of steps made that says the learning rate of the next.
    schedule: Callable[[int], float] | None = None

    def __init__(self, params: Any, lr: float, **settings: Any) -> None:
        kind = type(self).__name__
        if callable(lr):
            self.schedule, lr = lr, _rate(lr, 0)
        self.defaults: dict[str, Any] = {"lr": lr, "maximize": False, **settings}
        self.param_groups: list[dict[str, Any]] = []
        self.parameters: list[Value] = []
        self._buffers: list[tuple[dict[str, Any], FlatBuffer]] = []
        self._check_kinds(self.defaults)
        self._check(self.defaults)
        if isinstance(params, Mapping):
            raise TypeError(f"{kind}: got a single group; give a list of groups: {kind}([group])")
        if isinstance(params, Value) or hasattr(params, "parameters"):
            _checked(params, kind)
        params = list(params)
        if not (params and isinstance(params[0], Mapping)):
            params = [{"params": params}]
        for group in params:
            self.add_param_group(group)
        self._group = self.param_groups[0]

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Step more parameters, with settings of their own where they are given.

        Args:
            group: a dict with "params", the leaves, and any of the rule's settings.

        Raises:
            ValueError: it has no parameters, unknown settings, or parameters stepped already.
            TypeError: it is no dict, or a parameter cannot be stepped.
        """
        kind = type(self).__name__
        if not isinstance(group, Mapping) or "params" not in group:
            raise TypeError(
                f"{kind}: a group of parameters must be a dict with 'params', got {group!r:.80}"
            )
        for key in group:
            if key not in ("params", "initial_lr") and key not in self.defaults:
                raise unknown(f"{kind}: setting of a group", key, self.defaults)
        given = group["params"]
        params = _checked([given] if isinstance(given, Value) else given, kind)
        known = set(self.parameters)
        for i, p in enumerate(params):
            if p in known:
                raise ValueError(
                    f"{kind}: parameter {i} ({p._label()}) of a group is already in another group"
                )
        complete = {**self.defaults, **group, "params": params}
        self._check_kinds(complete)
        self._check(complete)
        by_dtype: defaultdict[np.dtype, list[Value]] = defaultdict(list)
        for p in params:
            by_dtype[p.dtype].append(p)
        self._buffers += [(complete, FlatBuffer(same)) for same in by_dtype.values()]
        self.param_groups.append(complete)
        self.parameters += params

    def _check_kinds(self, settings: dict[str, Any]) -> None:
        """Refuse what is no number, or not as many of them, where the usual setting is."""
        usual = {name: p.default for name, p in inspect.signature(type(self)).parameters.items()}
        for name, given in settings.items():
            wanted = usual.get(name)
            if isinstance(wanted, tuple):
                fits = np.shape(given) == (len(wanted),) and all(map(is_number, given))
                what = f"{len(wanted)} numbers, such as {wanted}"
            elif name == "lr" or (is_number(wanted) and not isinstance(wanted, bool)):
                fits, what = is_number(given), "a number"
            else:
                continue
            if not fits:
                raise TypeError(f"{type(self).__name__}: {name} must be {what}, got {given!r:.60}")

    def _check(self, settings: dict[str, Any]) -> None:
        """Refuse settings out of range; a rule with more of them extends this."""
        shared = ("lr", "eps", "weight_decay")
        self._at_least_0(settings, *(name for name in shared if name in settings))
        betas = settings.get("betas", ())
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(
                f"{type(self).__name__}: each of betas must be at least 0 and below 1, got {betas}"
            )

    def _at_least_0(self, settings: dict[str, Any], *names: str) -> None:
        for name in names:
            if not settings[name] >= 0:
                raise ValueError(
                    f"{type(self).__name__}: {name} must be at least 0, got {settings[name]}"
                )

    def _moments_in(self, group: dict[str, Any]) -> int:
        """How many numbers the rule remembers for each element with a group's settings."""
        return self.moments

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient.

        Args:
            closure: computes the loss and its gradients anew before the step, if you like.

        Returns:
            What `closure` returned.
        """
        loss = None if closure is None else closure()
        if self.schedule is not None:
            self.lr = _rate(self.schedule, self._buffers[0][1].steps)
        for group, buffer in self._buffers:
            self._group = group
            buffer.remember(self._moments_in(group))  # a schedule may have set a momentum
            runs = buffer.collect()
            self._prepare(buffer)
            if self.per_tensor:
                self._step_tensors(buffer, runs)
            else:
                for run in runs:
                    self._step_blocks(buffer, run)
            buffer.let_go()
            buffer.publish()
        self._group = self.param_groups[0]
        return loss

    def _step_blocks(self, buffer: FlatBuffer, run: Run) -> None:
        """Block by block; a long stretch on all cores, unless the rule is somebody else's."""
        start, stop, step = run
        pieces = buffer.pieces(start, stop)

        def blocks(worker: int, first: int, last: int) -> None:
            for a, b, data, moments in pieces[first:last]:
                self._update(data, self._signed(buffer.gradient(a, b)), *moments, step=step)

        if stop - start >= SHARED and type(self).__module__.startswith("optim."):
            run_rows(blocks, len(pieces), 1)
        else:
            blocks(0, 0, len(pieces))

    def _step_tensors(self, buffer: FlatBuffer, runs: list[Run]) -> None:
        for p, (a, b) in zip(buffer.parameters, buffer.bounds):
            for start, stop, step in runs:
                if start <= a and b <= stop and p._grad is not None:
                    g = self._signed(buffer.gradient(a, b)).reshape(p.shape)
                    data, *memory = (
                        flat[a:b].reshape(p.shape) for flat in (buffer.data, *buffer.moments)
                    )
                    self._update(data, g, *memory, step=step)
                    break

    def _signed(self, gradient: np.ndarray) -> np.ndarray:
        """The gradient to go against."""
        return -gradient if self._group["maximize"] else gradient

    def _decay_weights(self, p: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Pull `p` towards 0: by way of its gradient, which is returned, or past it."""
        decay = self._group["weight_decay"]
        if not decay:
            return g
        if self._group.get("decoupled_weight_decay"):
            p *= 1 - self.lr * decay
            return g
        return g + decay * p

    def _prepare(self, buffer: FlatBuffer) -> None:
        """What a rule does once before a buffer is stepped."""

    def _update(self, p: np.ndarray, g: np.ndarray, *moments: np.ndarray, step: int) -> None:
        """Change `p` in place, given its gradient and its moments.

        All are stretches of the buffer, of shape (n,); with `per_tensor` they are one parameter's,
        in its shape. Where `g` is read-only it is the gradient itself, elsewhere a copy. `step`
        counts from 1.
        """
        raise NotImplementedError

    def gradient_of(self, parameter: Value) -> np.ndarray:
        """The place in the flat buffer from which a parameter's gradient is read.

        Raises:
            KeyError: the optimiser does not step this parameter.
        """
        for _, buffer in self._buffers:
            if any(p is parameter for p in buffer.parameters):
                return buffer.gradient_of(parameter)
        raise KeyError(f"{type(self).__name__} does not step {parameter._label()}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; those of the next backward start from nothing.

        Args:
            set_to_none: False makes them zeros instead, so that the next step counts them.
        """
        for group, buffer in self._buffers:
            if not buffer.steps:  # before a first forward pass fills the memory with its own
                buffer.remember(self._moments_in(group))
        for p in self.parameters:
            p._grad = None if set_to_none else np.zeros(p.shape, p.dtype)[()]

    def state_dict(self) -> dict[str, Any]:
        """What a later run needs to go on exactly here; the parameters themselves are not in it.

        Returns:
            Numbers, strings, lists, arrays and None only: it can be written without pickle.
        """
        for group, buffer in self._buffers:
            buffer.remember(self._moments_in(group))
        buffers = [buffer for _, buffer in self._buffers]
        return {
            "rule": type(self).__name__,
            "groups": [_saved(group) for group in self.param_groups],
            "steps": [buffer.steps for buffer in buffers],
            "missed": [list(buffer.missed) for buffer in buffers],
            "betas": [list(buffer.betas) for buffer in buffers],
            "moments": [[moment.copy() for moment in buffer.moments] for buffer in buffers],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict()` was taken.

        Raises:
            ValueError: the state is that of another optimiser or other parameters.
            TypeError: it is no dict.
        """
        if not isinstance(state, Mapping):
            raise TypeError(
                f"{type(self).__name__}.load_state_dict: expected what state_dict() returned, "
                f"got {type(state).__name__} {state!r:.60}"
            )
        if "param_groups" in state:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: this is the state of a PyTorch "
                "optimiser, which is laid out otherwise; only weights can be taken over from there"
            )
        saved_groups = state.get("groups", ())
        if state.get("rule") == type(self).__name__ and len(saved_groups) == len(self.param_groups):
            for group, buffer in self._buffers:
                index = next(i for i, known in enumerate(self.param_groups) if known is group)
                buffer.remember(self._moments_in({**group, **saved_groups[index]}))
        have = self.state_dict()
        if state.keys() != have.keys() or _layout(state) != _layout(have):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the state was taken from another "
                f"optimiser or other parameters: it has {_layout(state)}, this one {_layout(have)}"
            )
        for group, saved in zip(self.param_groups, state["groups"], strict=True):
            params = group["params"]
            missing = dict.fromkeys(self.defaults)
            group.clear()
            group.update(missing)
            group.update({k: tuple(v) if isinstance(v, list) else v for k, v in saved.items()})
            group["params"] = params
        for i, (_, buffer) in enumerate(self._buffers):
            buffer.steps = state["steps"][i]
            buffer.missed = list(state["missed"][i])
            buffer.betas = tuple(state["betas"][i])
            for mine, theirs in zip(buffer.moments, state["moments"][i], strict=True):
                mine[...] = theirs

    def __repr__(self) -> str:
        count = len(self.parameters)
        parts = [f"{count} parameter{'s' * (count != 1)}"]
        if len(self.param_groups) > 1:
            parts.append(f"{len(self.param_groups)} groups")
        group = self.param_groups[0]
        parts += [
            f"{key}={group[key]!r}"
            for key in self.defaults
            if key not in ("maximize", "keras_eps") or group[key]
        ]
        return f"{type(self).__name__}({', '.join(parts)})"


def _rate(schedule: Callable[[int], float], step: int) -> float:
    """The rate after so many steps; TypeError if it is none."""
    rate = schedule(step)
    if not is_number(rate):
        raise TypeError(
            f"the learning rate's function must return a number, got {rate!r:.60} for step {step}"
        )
    return float(rate)


def is_number(x: Any) -> bool:
    """Whether it is a number as a setting can be one: no Value, no word, not several."""
    return isinstance(x, numbers.Real) or (isinstance(x, np.ndarray) and x.ndim == 0)


def _saved(group: dict[str, Any]) -> dict[str, Any]:
    """A group's settings as numbers, strings and lists; a setting that is None is left out."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in group.items()
        if key != "params" and value is not None
    }


def _layout(state: dict[str, Any]) -> str:
    shapes = [[np.shape(moment) for moment in group] for group in state.get("moments", ())]
    return (
        f"moments of shapes {shapes} of {state.get('rule')} for "
        f"{[len(group) for group in state.get('missed', ())]} parameters in "
        f"{len(state.get('groups', ()))} groups"
    )


def _unnamed(p: Any) -> Any:
    """A parameter of `named_parameters()` without its name."""
    return p[1] if isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) else p


def _checked(parameters: Any, kind: str) -> list[Value]:
    """The parameters as a list, or an error that says what is wrong with which."""
    if isinstance(parameters, Value):
        raise TypeError(f"{kind}: got a single Value; give a list: {kind}([value])")
    if hasattr(parameters, "parameters"):
        raise TypeError(
            f"{kind}: got the {type(parameters).__name__} itself; give its parameters: "
            f"{kind}(model.parameters())"
        )
    parameters = [_unnamed(p) for p in parameters]
    if not parameters:
        raise ValueError(
            f"{kind}: there are no parameters to step; a model lists those of its layers that are "
            "assigned as attributes (self.fc = nn.Linear(...))"
        )
    seen: dict[Value, int] = {}
    for i, p in enumerate(parameters):
        if not isinstance(p, Value):
            raise TypeError(
                f"{kind}: parameter {i} must be a Value, got {type(p).__name__} {p!r:.60}"
            )
        label = f"parameter {i} ({p._label()})"
        if p.op is not None:
            raise TypeError(
                f"{kind}: {label} is the result of {p.op.name}; only leaves, made by hand, "
                "can be stepped"
            )
        if p.dtype.kind != "f":
            raise TypeError(f"{kind}: {label} holds {p.dtype} numbers, which cannot be stepped")
        if p in seen:
            raise ValueError(f"{kind}: {label} is given twice, the first time at {seen[p]}")
        seen[p] = i
    return parameters
