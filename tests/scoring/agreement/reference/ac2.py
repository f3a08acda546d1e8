"""Reference for ac2.json: Gwet's AC1 and AC2 of the grades in r.json by irrCAC 0.4.4, after the author's own R code.

python ac2.py, in an environment with irrCAC and pandas; the tests only read the result.
"""

import json
from importlib import import_module
from pathlib import Path

# neither is installed with the tests, so that a type checker has nothing to look up
DataFrame = import_module("pandas").DataFrame
CAC = import_module("irrCAC.raw").CAC

HERE = Path(__file__).parent
WEIGHTS = {"quadratic": "quadratic", "linear": "linear", "unweighted": "identity"}
FOUR_READERS = {"25 wrists by 4 readers": [0, 9]}

found = []
for item in json.loads((HERE / "r.json").read_text()):
    scale = item.get("scale") or FOUR_READERS.get(item["name"])
    if scale is None:
        continue
    entry = {"name": item["name"], "scale": scale, "ac2": {}}
    for name, weights in WEIGHTS.items():
        grades = [float(grade) for grade in range(int(scale[0]), int(scale[1]) + 1)]
        judge = CAC(DataFrame(item["rows"], dtype=float), weights=weights, categories=grades, digits=16)
        result = judge.gwet()["est"]
        low, high = result["confidence_interval"]
        entry["ac2"][name] = {
            "estimate": float(result["coefficient_value"]),
            "error": float(result["se"]),
            "low": float(low),
            "high_cut_at_1": float(high),
        }
    found.append(entry)
(HERE / "ac2.json").write_text(json.dumps(found, indent=1) + "\n")
