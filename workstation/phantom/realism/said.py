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

- The palm is flatter than a real one and the fat at the sides of the carpus thicker; shafts of the metacarpals have a
  thick cortex.
- Without fat's signal cartilage is a grey line of nearly one width round most carpal bones, with pools of fluid on it.
  On both sides of a joint the bones are of one grey.
- Tendons are dark ovals like beads, of one black, and a swollen sheath is a white patch with dark holes.
- Muscles fill their places, but each is of one grey, without tendons or vessels in it. The fat round the wrist is of
  one texture, with hardly a vessel in it, and the median nerve is a small bright lozenge.
- Erosions and oedema are rounder than in life, and some end on a straight line.
- Bones differ in shape as bent rubber does: smoothly, with no variants but the lunate's second facet. Ends of long
  bones are crumbly where a slice lies along them, and the trapezium's saddle is flat from side to side.
"""
