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

- On T1 the marrow is darker than the fat under the skin; in real limbs both are about as bright. That fat is a thick,
  even rim with walls of one calibre, and at the carpus hardly any muscle lies beside it.
- Without fat's signal each carpal bone has a bright line nearly all round, the fluid of its joints. On both sides of a
  joint the bones are of one grey.
- Tendons are dark ovals with sharp borders; a swollen sheath is a white patch with dark dots. Muscles are smooth
  bundles of one fibre, nerves are bricks, veins are tiny zigzags, and few vessels cross
  from one layer to the next.
- Copies of the arteries are rows of small equal dots; real ones are smeared.
- Bones differ from person to person in size and proportion, hardly in shape. Shafts are round, and the trapezium's
  saddle is flat from side to side.
"""
