"""Words about pictures that aren't easy, for the README beside them: how they are, and what gives them away."""

from __future__ import annotations

from workstation.phantom.realism.difficulty import Difficulty


def of_difficulty(difficulty: Difficulty) -> str:
    """What is said of pictures that aren't easy; nothing of others."""
    if difficulty is Difficulty.EASY:
        return ""
    return f"""
The pictures are {difficulty.value} ones: grain, shading, suppression, noise and ghosts are drawn within what real limbs
show. `truth_visible.csv` says what of each lesion stands out of the noise, five times or more, on the series that it is
judged on, and the grade that this alone deserves: nobody can see more.

Between the visits the joints bend a little; `truth_transform.json` is the movement of all bones in the mean.

What still tells them from real wrists:

- The fat under the skin is of nearly one thickness all round, and the palm between the balls of the thumb and the
  little finger is a plain. Before the wrist the median nerve bulges under the skin.
- Without fat's signal some joints are a line without a break, and cartilage has no layers. On both sides of a joint the
  bones are of one grey.
- Tendons are of unlike size, but all of one black, and a thinly swollen sheath is a white ring round a black hole.
- Muscles are streaked by dark cords that come and go like scratches; real ones run to one tendon. The median nerve
  shows a few cells in a row, where real ones are a honeycomb of ten or more.
- Erosions and oedema are rounder than in life, and some end on a straight line.
- Bones differ in shape as bent rubber does: smoothly, with no variants but the lunate's second facet. Ends of long
  bones are crumbly where a slice lies along them, and the trapezium's saddle is flat from side to side.
"""
