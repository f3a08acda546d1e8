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

- The fat under the skin is thicker here than there, but less so than in a real hand, and is hardly parted into lobules.
  A corner of the wrist can stand out where a tendon lies in it.
- The carpal tunnel is an oval of even grey with thin tendons in it; real ones fill it. Before the carpus the tendons
  are round and black, much of one size, the flexors in two rows. The skin can stand out over a swollen sheath.
- After contrast the joints are lines without a break; in an ill one fluid is white from end to end, and what is white
  on T2 is so after contrast too. Nerves are as bright as fluid on T2 near the coil. On both sides of a joint the bones
  are of one grey.
- On T2 and after contrast muscle is one grey without fasciae. PD looks much like T1.
- Most tendons are of one black, as they run along the field; a thinly swollen sheath is still a white ring, if an
  uneven one.
- Erosions and oedema have lobes and bays, but borders of one softness, and some end on a straight line.
- Bones have ridges and pits, but no variants except the lunate's second facet. Where a slice only grazes a bone, it
  falls into crumbs, and the trapezium's saddle is flat from side to side.
"""
