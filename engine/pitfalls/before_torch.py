"""Errors that come before any tensor: a name, a module, a text that Python cannot read.

In a session of ours such an error is explained by the session itself; a pasted one by what it
usually comes from.
"""

from __future__ import annotations

import re

from engine.records import Certainty, Explanation

_NAME = re.compile(r"name '(\w+)' is not defined")
_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "np": "import numpy as np",
    "plt": "import matplotlib.pyplot as plt",
    "math": "import math",
    "time": "import time",
    "tqdm": "from tqdm import tqdm",
}


def explain_before_torch(kind: str, message: str) -> Explanation | None:
    """What usually stands behind an error of this type; None for every other type.

    >>> explain_before_torch("NameError", "name 'np' is not defined").fix
    'import numpy as np'
    """
    match kind:
        case "NameError":
            return _missing_name(message)
        case "ModuleNotFoundError":
            return Explanation("missing_module", Certainty.USUAL)
        case "IndentationError" | "TabError":
            return Explanation("uneven_indentation", Certainty.USUAL)
        case "SyntaxError":
            return Explanation("unreadable_code", Certainty.USUAL)
    return None


def _missing_name(message: str) -> Explanation:
    found = _NAME.search(message)
    line = _IMPORTS.get(found[1]) if found else None
    if line is None:
        return Explanation("missing_name", Certainty.USUAL)
    return Explanation("missing_import", Certainty.USUAL, fix=line)
