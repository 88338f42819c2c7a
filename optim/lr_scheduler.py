"""`optim.schedules` by its name in PyTorch.

>>> from optim.lr_scheduler import StepLR
>>> StepLR is optim.schedules.StepLR
True
"""

from optim.schedules import *  # noqa: F403
from optim.schedules import __all__ as __all__
