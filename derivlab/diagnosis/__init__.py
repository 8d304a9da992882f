"""Trust: whether a number is the derivative, why the methods disagree, and what to write instead.

Evidence is gathered once: two runs at x, one automatic run and one sweep of differences along one or two lines, slopes
from both sides with a hundred digits. An ordered table of rules then decides; the first that finds something wins.
"""

from derivlab.diagnosis.diagnose import diagnosed, judge
from derivlab.diagnosis.evidence import Evidence, gather
from derivlab.diagnosis.kinds import KINDS, Kind
from derivlab.diagnosis.verdict import Methods, Verdict

__all__ = ["KINDS", "Evidence", "Kind", "Methods", "Verdict", "diagnose", "diagnosed", "gather", "judge"]
