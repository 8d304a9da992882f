"""Operations that autograd lacks, or has wrong for some arguments, as one node on plain arrays.

A rule takes the arguments that it is right for; with all others, and under an outer derivative, NumPy's definition is
followed instead (`composites`). At a point every operation is linear in the tangent of each argument. The rule has
that map, its push, and the transposed map, its pull; differentiated again in the tangent each gives the other.
"""

from derivlab.lift.direct import arrangement, entries, joins, products, reductions
from derivlab.lift.direct.rule import DIRECT, Direct

__all__ = ["DIRECT", "Direct", "arrangement", "entries", "joins", "products", "reductions"]
