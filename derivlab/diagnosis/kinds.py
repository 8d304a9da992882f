"""The kinds of verdicts: what each means, what a diagnosis says, and what to write instead.

In `says` and `mend` stand `{f}` the function's name, `{x}` the point, `{value}`, `{left}`, `{right}` the numbers,
`{line}` the source line, `{about}` what was seen, `{wrong}` the rows that are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a kind of verdict means, its two sentences, its mend, and the trap in the gallery that shows it."""

    meaning: str
    example: str
    says: str
    mend: str = ""


KINDS: dict[str, Kind] = {
    # ---- value
    "agree": Kind(
        "methods of different families give one number, and differences converge to it",
        "line_or_parabola_beside",
        "The derivative is {value}. Independent methods agree, and differences from both sides converge to it as the step shrinks.",
    ),
    "flat": Kind(
        "f does not change at all near x: the slope is an honest 0",
        "relu_flat",
        "The derivative is {value}. {f} does not change at all near x, so this 0 is honest; a method that walks downhill stops here.",
    ),
    "masked_nan": Kind(
        "a mask hides NaN or infinity from the value, not from the chain rule",
        "hidden_root",
        "The derivative is {value}. The branch that the mask throws away is NaN or infinite here; the value does not show it, but 0 times NaN is NaN, and a plain backward pass returns that.",
        "safe = np.where(mask, x, 1.0)           # a harmless argument for the branch that is not taken\nreturn np.where(mask, branch(safe), other)   # instead of   {line}",
    ),
    "removable": Kind(
        "a formula meets 0/0 or 0 times infinity, and the limit exists",
        "squared_norm",
        "The derivative is {value}. A formula on the way meets 0/0 at x: the limit exists, and the chain rule does not find it.",
        "# instead of   {line}\nreturn np.sum(x**2)     # a formula without the root; or treat x near 0 by its Taylor series",
    ),
    "severed_graph": Kind(
        "an operation turns a traced value into a plain number: no automatic derivative, or a part of it lost",
        "through_text",
        "The derivative is {value}, by differences that converge. The dependence on x goes through an operation that automatic methods cannot follow, so they give nothing or lose a part.",
        "# keep the value as NumPy made it: np.sin for math.sin, no float(), int(), .item() or text in\n#   {line}",
    ),
    "special_case_branch": Kind(
        "a branch made for exactly this x returns a constant: right value, wrong slope",
        "square_with_known_value",
        "The derivative is {value}, which differences beside x show. At exactly this x the program takes a branch of its own, and differentiating that branch gives another number.",
        "# instead of   {line}\n# let the branch carry the slope too, not the value alone:\n#   return value_at_x + {value} * (x - {x})",
    ),
    "early_exit": Kind(
        "a loop leaves at once because it starts at the answer, before the answer depends on x",
        "newton_square_root",
        "The derivative is {value}, which differences beside x show. At this x the loop takes another number of rounds than beside it, so the operations that carry the dependence on x are never run.",
        "for _ in range(50):      # a fixed number of rounds, instead of   {line}\n    y = step(y, x)       # the last round makes y depend on x",
    ),
    "truncation": Kind(
        "a loop stops at a coarse tolerance: the program's slope is exact, and not that of the limit",
        "loose_newton",
        "The derivative of this program is {value}. Its loop stops early, though, and the slope of the limit that it stands for may differ from the second or third digit on.",
        "# a tighter tolerance, instead of   {line}\nwhile error > 1e-12 * scale:",
    ),
    "mutation": Kind(
        "f changes its argument in place: the next call starts elsewhere",
        "overwritten_entry",
        "The derivative is {value}, with a fresh copy of x for each call. But {f} writes into its argument, so the second call with the same array starts from another point.",
        "x = x.copy()             # before   {line}",
    ),
    "not_analytic": Kind(
        "a conjugate, a modulus or a real part: the complex step is wrong, the others are right",
        "times_conjugate",
        "The derivative is {value}. The complex step does not apply: taking a conjugate, a modulus or a real part loses the imaginary part that carries its slope.",
        "# real operations only, instead of   {line}\nreturn x * x             # for x * np.conj(x) or np.abs(x)**2",
    ),
    # ---- undefined
    "kink": Kind(
        "the slopes from the left and from the right differ",
        "absolute_value",
        "There is no derivative: the slope is {left} from the left and {right} from the right. Tools return one of them, or their mean, by convention and without a word.",
        "return np.logaddexp(0.0, k * x) / k     # a smooth corner, instead of   {line}\n# or choose one of the two slopes, and say so",
    ),
    "jump": Kind(
        "f jumps at x",
        "floor_at_a_step",
        "There is no derivative: {f} jumps at x. Rules for steps answer 0, and a difference divides the jump by its step and grows without bound.",
        "return 1 / (1 + np.exp(-k * x))          # a smooth step, instead of   {line}",
    ),
    "singular": Kind(
        "the slope is infinite",
        "square_root",
        "There is no finite derivative: the graph of {f} is vertical at x (from the left {left}, from the right {right}). Differences grow without bound as the step shrinks.",
        "return np.sqrt(x + 1e-12)                # keeps the slope finite, instead of   {line}",
    ),
    # ---- unreliable
    "cancellation": Kind(
        "a difference of nearly equal numbers leaves few digits of f(x)",
        "one_minus_cosine",
        "No method in double precision can be trusted here. Nearly equal numbers are subtracted, and what is left of {at_x} is mostly rounding.",
        "# rewrite so that nothing cancels, instead of   {line}\n#   1 - np.cos(x)  ->  2 * np.sin(x / 2)**2         np.exp(x) - 1  ->  np.expm1(x)\n#   np.sqrt(x**2 + 1) - x  ->  1 / (np.sqrt(x**2 + 1) + x)",
    ),
    "ill_conditioned": Kind(
        "a linear system amplifies rounding until few digits of f(x) are left",
        "hilbert_twelve",
        "No method in double precision can be trusted here. The matrix is so close to a singular one that solving with it amplifies rounding until few digits are left.",
        "np.linalg.cond(A)                        # digits lost: about log10 of this\nx = np.linalg.lstsq(A, b, rcond=1e-10)[0]    # or regularise, instead of   {line}",
    ),
    "chaos": Kind(
        "many steps amplify the last digit of x to the size of f",
        "logistic_eighty",
        "The number is exact and useless. So many steps amplify a change in the last digit of x to the size of {f} itself, and the derivative says nothing about any step that you could take.",
        "# differentiate over a shorter horizon, or average over many starts, instead of   {line}",
    ),
    "noise": Kind(
        "f is rough on a small scale: rounded, sampled, or noisy as a function of x",
        "hashed_noise",
        "Differences settle on nothing: on a small scale {f} is rough. The slope of its finest pieces is not the slope of its trend.",
        "# fit a line or a parabola to values over a wider range of x; round after, not inside, instead of   {line}\nslope = np.polyfit(x + h * np.arange(-5, 6), values, 1)[0]",
    ),
    "event": Kind(
        "something happens at a time step: f is a flight of small jumps whose pieces have another slope than the flight",
        "bouncing_ball",
        "The methods agree on the slope of one small piece of a staircase, and the trend of {f} has another (about {about}). An event is caught at the next step of a grid, so the value jumps whenever x crosses one.",
        "# compute when the event happens, and go on from there, instead of   {line}\nt_hit = height / speed\ny = speed * (t_end - t_hit)",
    ),
    "random": Kind(
        "f draws random numbers: another value at each call",
        "noisy_measurement",
        "{f} gives another value each time at the same x ({about}). A difference of two draws says more about chance than about x.",
        "rng = np.random.default_rng(0)           # the same numbers at every call, drawn before   {line}",
    ),
    "hidden_state": Kind(
        "f remembers earlier calls, or reads a clock",
        "stale_cache",
        "{f} gives another value at the same x after other calls ({about}). It depends on something besides x: a counter, a cache, a clock.",
        "# make everything that {f} depends on an argument, instead of   {line}",
    ),
    "dtype": Kind(
        "single or half precision inside",
        "single_precision_scalar",
        "{f} computes with seven digits or fewer inside. The default steps of differences are too short for that, and no method gets more digits out than went in.",
        "x = np.asarray(x, dtype=np.float64)      # instead of   {line}",
    ),
    # ---- rejected, or values at the edge of the numbers
    "overflow": Kind(
        "a number is too large for double precision",
        "naive_softplus",
        "{at_x} is {about}: an intermediate number is too large for double precision. The mathematics may be fine, the formula is not.",
        "np.logaddexp(0.0, x)                     # for np.log(1 + np.exp(x)); subtract the maximum before np.exp\n# instead of   {line}",
    ),
    "underflow": Kind(
        "a number is too small for double precision and becomes 0",
        "logarithm_of_likelihood",
        "{f} underflows here: a number too small for double precision has become 0. What is computed from it is 0, or not a number at all.",
        "log_density = -(x**2)                    # work with the logarithm throughout, instead of   {line}",
    ),
    "domain": Kind(
        "x lies outside the domain of f, or on its edge",
        "logarithm",
        "x lies outside the domain of {f}, or on its edge ({about}). Beyond it there is nothing to take a slope of.",
        "# move x inside the domain, or let the formula not meet the edge:   {line}",
    ),
    "bad_output": Kind(
        "f returns something that is no real number or array of them",
        "returns_text",
        "{about} A derivative needs a real number, or an array of real numbers, of one shape.",
        "return float_or_array                    # instead of   {line}",
    ),
    "bad_input": Kind(
        "x is no finite real number or array, or not of the shape that f wants",
        "not_a_number",
        "{f} cannot be differentiated at this x: {about}.",
        "x = np.array([1.0, 2.0])                 # finite floats, of the shape that f wants:   {line}",
    ),
    "error": Kind(
        "f raises an error of its own",
        "always_raises",
        "{f} fails at x by itself: {about}. Call it once at x and mend that first.",
        "# mend first:   {line}",
    ),
}

# Where a kind is met with another trust than the one it is written for.
VARIANTS: dict[tuple[str, ...], str] = {}


def _variant(*key: str, says: str) -> None:
    VARIANTS[key] = says


_variant(
    "value",
    "underflow",
    says="The derivative is {value}, as far as double precision reaches. {f} itself is too small to be told from 0 here.",
)
_variant(
    "value",
    "overflow",
    says="The derivative is {value}. An intermediate number overflows at x, and a plain chain rule multiplies 0 by infinity.",
)
_variant(
    "value",
    "kink",
    says="The derivative is {value}. Parts of {f} have a corner at x, and in the whole the corners cancel; rules that choose a side at each of them give another number.",
)
_variant(
    "undefined",
    "domain",
    says="x lies on the edge of the domain of {f}: there is no value on one side. Only the one-sided derivative exists: {left} from the left, {right} from the right.",
)
_variant(
    "rejected",
    "removable",
    says="{at_x} is {about}. The formula divides 0 by 0 at x; give the limit there, or there is nothing to differentiate.",
)
_variant(
    "undefined",
    "kink",
    "direction",
    says="There is no derivative: along every line through x there is a slope, but no one gradient has all of them. The graph of {f} has a tip at x, as that of a cone.",
)
