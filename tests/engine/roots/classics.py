"""Functions on which root finders are compared: a formula, a bracket of its root, a start.

APS: G. E. Alefeld, F. A. Potra and Y. Shi, Algorithm 748, ACM Transactions on Mathematical
Software 21 (1995), table 1, by their numbers; NR: Press et al., Numerical Recipes, chapter 9;
scipy: the functions that its own tests of zeros use.
"""

from __future__ import annotations

from typing import Final

_APS2: Final = " + ".join(f"{(2 * i - 5) ** 2}/(x - {i * i})^3" for i in range(1, 21))

CLASSICS: Final[dict[str, tuple[str, tuple[float, float], float]]] = {
    "course": ("x^7 + 5x^3 + 17x - 9", (-10, 10), 10),
    "APS 1": ("sin(x) - x/2", (1.5707963, 3.1415926), 2),
    "APS 2": (f"-2({_APS2})", (1.5, 3.9), 3),
    "APS 3": ("-40x*exp(-x)", (-9, 31), -1),
    "APS 4": ("x^4 - 0.2", (0, 5), 5),
    "APS 4, twelfth power": ("x^12 - 1", (0, 5), 5),
    "APS 5": ("sin(x) - 0.5", (0, 1.5), 0),
    "APS 6": ("2x*exp(-1) - 2exp(-x) + 1", (0, 1), 1),
    "APS 6, 20": ("2x*exp(-20) - 2exp(-20x) + 1", (0, 1), 0),
    "APS 7": ("(1 + (1 - 5)^2)x - (1 - 5x)^2", (0, 1), 0),
    "APS 8": ("x^2 - (1 - x)^10", (0, 1), 0.5),
    "APS 9": ("(1 + (1 - 4)^4)x - (1 - 4x)^4", (0, 1), 0),
    "APS 10": ("exp(-5x)(x - 1) + x^5", (0, 1), 1),
    "APS 11": ("(15x - 1)/(14x)", (0.01, 1), 0.05),
    "APS 12": ("x^(1/7) - 7^(1/7)", (1, 100), 5),
    "APS 14": ("2/20*(x/1.5 + sin(x) - 1)", (-10000, 1.5707963), 0),
    "NR square root": ("x^2 - 2", (0, 2), 1),
    "NR cube": ("x^3 - 5x + 3", (1, 3), 3),
    "NR logarithm": ("log(x) - 1", (0.5, 5), 2),
    "NR Kepler": ("x - 0.9sin(x) - 1", (0, 3.5), 2),
    "NR Wallis": ("x^3 - 2x - 5", (2, 3), 2),
    "scipy 1": ("x^2 - 2x - 1", (2, 3), 3),
    "scipy 2": ("exp(x) - cos(x) - 1", (0, 1), 1),
    "scipy parabola": ("x^2 - 1", (0.5, 1.7320508), 1.7320508),
    "scipy quartic": ("x(x - 1)(x - 2)(x - 3)", (0.5, 1.7320508), 0.9),
    "Dottie": ("cos(x) - x", (0, 1), 0.5),
    "arctangent": ("arctan(x) - 0.5", (-3, 3), 0),
    "Lambert": ("x*exp(x) - 1", (0, 1), 1),
    "self-power": ("x^x - 2", (1, 2), 1.5),
    "hyperbolic": ("tanh(x) - x/3", (1, 5), 3),
    "normal quantile": ("erf(x) - 0.5", (0, 1), 0.5),
    "sigmoid": ("sigmoid(x) - 0.9", (-5, 5), 2),
}
