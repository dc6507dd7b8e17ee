"""One posterior by one peer: worst effective sample size, gradients after the warm-up, and the time of a second run.

sampler_peer.py numpyro|nutpie|nutpie-low-rank|stan CASE DATA SEED CHAINS WARMUP DRAWS
sampler_peer.py ours FILE       the same of draws that `benchmarks sample` wrote
The second run needs no compilation; the caller times the process less this run.
"""

import json
import sys

import arviz
import numpy as np

from data import fields, load


def worst(arrays):
    """The smallest bulk effective sample size and the largest R-hat over the elements of arrays `[chains, draws, ...]`."""
    least, rhat = ("", np.inf), 0.0
    for name, values in arrays.items():
        flat = np.reshape(values, (*values.shape[:2], -1))
        for element in range(flat.shape[2]):
            draws = np.ascontiguousarray(flat[:, :, element])
            rhat = max(rhat, float(arviz.rhat(draws)))
            size = float(arviz.ess(draws, method="bulk"))
            if size < least[1]:
                least = (f"{name}[{element}]" if flat.shape[2] > 1 else name, size)
    return {"worst": least[0], "size": least[1], "rhat": rhat}


def ours(file):
    with open(f"{file}.json") as record:
        found = json.load(record)
    numbers, arrays, start = np.fromfile(file), {}, 0
    for name, shape in zip(found["names"], found["shapes"]):
        arrays[name] = numbers[start:start + int(np.prod(shape))].reshape(shape)
        start += int(np.prod(shape))
    return {key: found[key] for key in ("seconds", "gradients", "divergent")} | worst(arrays)


def peer(name, case, path, seed, chains, warmup, draws):
    data = load(case, path)
    arguments = (case, data, int(seed), int(chains), int(warmup), int(draws))
    if name == "numpyro":
        from numpyro_nuts import sample
    elif name == "stan":
        from stan_nuts import sample
    else:
        from nutpie_nuts import sample

        arguments += (name == "nutpie-low-rank",)
    arrays, found, again = sample(*arguments)
    found["seconds"] = again()
    return found | worst(fields(arrays, data["R"]) if case == "panel" else arrays)


if __name__ == "__main__":
    result = ours(sys.argv[2]) if sys.argv[1] == "ours" else peer(*sys.argv[1:])
    print(json.dumps(result))
