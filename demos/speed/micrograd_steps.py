"""micrograd's side of the comparisons."""

from importlib.metadata import version

from data import moons
from micrograd.engine import Value
from micrograd.nn import MLP
from moons_program import moons_step

VERSION = version("micrograd")
MODES = {"": lambda f: f}
PROGRAMS = {"moons": lambda wrap: moons_step(Value, MLP, moons(), wrap)}
