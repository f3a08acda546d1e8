"""Analysis of a trial beside agreement: groups compared, change against disease activity. Pure, exploratory.

Every p-value carries the name of its method. Distributions come from SciPy; the rest is written here.
"""
