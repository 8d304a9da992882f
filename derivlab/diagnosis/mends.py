"""Code to write instead, by what stands on the line responsible."""

from __future__ import annotations

import re

# For each kind: a pattern of the line, and the lines to write. The first that fits is taken.
MENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "kink": (
        (r"norm|hypot|std\(", "np.sqrt(np.sum(x**2) + 1e-12)          # a rounded tip"),
        (r"abs\(|fabs", "np.sqrt(x**2 + 1e-12)                  # a rounded corner, for np.abs(x)"),
        (r"clip", "lo + (hi - lo) / (1 + np.exp(-k * (x - middle)))    # a smooth clip"),
        (
            r"max\(|min\(|maximum|minimum|sort|median|argmax",
            "np.logaddexp(k * a, k * b) / k         # a smooth maximum; the larger k, the sharper",
        ),
        (r"interp", "scipy.interpolate.CubicSpline(xs, ys)(x)   # a curve without corners"),
        (
            r"where|\bif\b",
            "w = 1 / (1 + np.exp(-k * (x - edge)))   # blend the two branches\nw * right_branch + (1 - w) * left_branch",
        ),
    ),
    "jump": (
        (
            r"floor|round|ceil|rint|trunc|int\(|//",
            "x                                       # round for print only, not inside what is differentiated",
        ),
        (
            r"%|arctan2|angle|mod",
            "np.sin(x), np.cos(x)                    # an angle by its sine and cosine, which do not jump",
        ),
        (r"argmax|argmin", "np.exp(k * x) / np.sum(np.exp(k * x))   # weights (softmax) for a choice"),
        (r"sign", "np.tanh(k * x)                          # a smooth sign"),
    ),
    "singular": (
        (r"cbrt", "x / (x**2 + 1e-12) ** (1 / 3)           # a cube root with a finite slope at 0"),
        (r"arcsin|arccos", "np.arcsin(np.clip(x, -1 + 1e-9, 1 - 1e-9))"),
        (r"log", "np.log(x + 1e-12)"),
        (r"sqrt|\*\*|power", "np.sqrt(x + 1e-12)                      # keeps the slope finite at 0"),
    ),
    "cancellation": (
        (r"1(\.0)? *- *np\.cos", "2 * np.sin(x / 2) ** 2                  # for 1 - np.cos(x)"),
        (r"exp\(.*\) *- *1", "np.expm1(x)                             # for np.exp(x) - 1"),
        (r"log\(1", "np.log1p(x)                             # for np.log(1 + x)"),
        (r"sqrt.*-", "1 / (np.sqrt(x**2 + 1) + x)             # for np.sqrt(x**2 + 1) - x"),
        (r"mean.*\*\*.*mean", "np.mean((x - np.mean(x)) ** 2)          # two passes"),
    ),
    "removable": (
        (r"sin\(x\) */ *x", "np.sinc(x / np.pi)                      # sin(x)/x with its limit"),
        (r"norm", "np.sum(x**2)                            # for np.linalg.norm(x)**2"),
    ),
    "masked_nan": (
        (
            r"sqrt\(",
            "np.sqrt(np.where(mask, x, 1.0))         # a harmless argument where the mask throws away",
        ),
        (
            r"log\(",
            "np.log(np.where(mask, x, 1.0))          # a harmless argument where the mask throws away",
        ),
        (r"exp\(", "np.exp(np.minimum(x, 0.0))              # no overflow where the mask throws away"),
    ),
    "severed_graph": (
        (r"math\.", "np.sin(x)                               # NumPy's functions for those of math"),
        (r"float\(|\.item\(", "x                                       # without float() and .item()"),
        (r"int\(", "np.floor(x)                             # if steps are meant, and x itself if not"),
        (r"np\.vectorize", "np.sin(x)                               # the whole array at once"),
    ),
    "overflow": (
        (r"log\(.*exp", "np.logaddexp(0.0, x)                    # for np.log(1 + np.exp(x))"),
        (r"sqrt\(.*sum|\*\* *2", "np.hypot(x[0], x[1])                    # scales before it squares"),
        (r"exp\(", "np.exp(x - np.max(x))                   # softmax: subtract the maximum first"),
    ),
}


def fitting(kind: str, line: str) -> str | None:
    """The code for a line of a kind, or None."""
    return next((code for pattern, code in MENDS.get(kind, ()) if re.search(pattern, line)), None)
