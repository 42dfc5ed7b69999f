"""First uses that are paid once in the zygote and not in every jail.

Never a backward: a process that has run one makes deep backward passes crash in its forks.
"""

from __future__ import annotations

import importlib.util
import linecache

import matplotlib.font_manager
import sympy  # noqa: F401  students import it; so does /grad
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from engine import cell, gradients, graphs, race, shapes
from engine.notebook.interpreter import remember_modules


def warm() -> None:
    """Load lazily imported parts of torch, numpy and matplotlib; start no thread."""
    torch.set_num_threads(1)
    torch.func.vmap(torch.sin)(torch.ones(2))
    torch.func.jvp(torch.sin, (torch.ones(2),), (torch.ones(2),))
    with FakeTensorMode():
        torch.ones(2) @ torch.ones(2)
    _keep_own_fonts()
    cell.warm()
    shapes.warm()
    gradients.warm()
    graphs.warm()
    race.warm()
    # A look-up that fails fills the import system's folder listings, which a jail cannot read.
    importlib.util.find_spec("no_such_module")
    remember_modules()
    linecache.clearcache()  # torch looks at who imports it, and our source is kept with it


def _keep_own_fonts() -> None:
    # A jail cannot open the system's fonts, so none may be chosen.
    own = str(matplotlib.get_data_path())
    manager = matplotlib.font_manager.fontManager
    manager.ttflist = [font for font in manager.ttflist if font.fname.startswith(own)]
