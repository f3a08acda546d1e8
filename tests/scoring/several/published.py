"""Published tables, with who calculated what of them.

CANONICAL: Krippendorff's example, 12 units by 4 observers, as irrCAC ships it (cac.raw4raters).
PEAK_FLOW: Bland and Altman 1986, first readings of the Wright and the mini meter.
SHROUT_FLEISS: 1979, table 2. ZOU: pairs of four people, Zou 2013, as SimplyAgree ships them (reps).
"""

import numpy as np

N = np.nan
CANONICAL = np.array(
    [
        [1, 1, N, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [N, 5, 5, 5],
        [N, N, 1, 1],
        [N, N, 3, N],
    ]
)
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
PEAK_FLOW = np.array([WRIGHT, MINI], dtype=np.float64).T
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
_X = [
    [7.83, 7.42, 7.89, 7.12, 7.88],
    [6.16, 7.26, 6.71, 6.54],
    [4.75, 5.24, 4.86, 4.78, 6.05, 5.42],
    [4.21, 3.61, 3.72, 3.87, 3.92],
]
_Y = [
    [6.57, 5.62, 6.90, 6.57, 6.35],
    [4.06, 4.29, 4.26, 4.09],
    [4.71, 5.50, 5.08, 5.02, 6.01, 5.67],
    [4.14, 4.20, 4.61, 4.68, 5.04],
]
# the second column minus the first is x minus y, as Zou takes it
ZOU = np.array([(y, x) for xs, ys in zip(_X, _Y, strict=True) for x, y in zip(xs, ys, strict=True)])
ZOU_PEOPLE = [str(person) for person, xs in enumerate(_X) for _ in xs]
