"""Convergence statistics of Markov chains by ArviZ 0.23: rank-normalized split R-hat, bulk, tail, mean and quantile effective
sample sizes, the Monte Carlo standard error of the mean, and the energy fraction of missing information.

Run: python3 make_diagnostics.py   (writes diagnostics.json beside itself; needs arviz)

The draws are sequences of order 1 with four decimals, so that the file holds them as they are.
"""

import json
import os
import warnings

warnings.simplefilter("ignore")
import arviz as az
import numpy as np
from arviz.stats.diagnostics import _rhat, _split_chains, _z_scale


def chains(seed, chains, draws, rho, shifts=0.0, tail=False, grid=None):
    rng = np.random.default_rng(seed)
    z = rng.standard_t(2, (chains, draws)) if tail else rng.normal(size=(chains, draws))
    x = np.empty_like(z)
    x[:, 0] = z[:, 0]
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho * rho) * z[:, t]
    x = x + shifts * np.arange(chains)[:, None]
    return np.round(x if grid is None else np.floor(x / grid) * grid, 4)


CASES = {
    "independent": chains(1, 4, 120, 0.0),
    "one chain of an odd number": chains(2, 1, 151, 0.5),
    "slow": chains(3, 4, 100, 0.95),
    "antithetic": chains(4, 2, 100, -0.6),
    "apart": chains(5, 3, 80, 0.3, shifts=0.8),
    "heavy tails": chains(6, 4, 100, 0.2, tail=True),
    "ties": chains(7, 4, 90, 0.4, grid=0.5),
    "few draws": chains(8, 2, 9, 0.1),
}

def rhat(x):
    """az.rhat, which refuses one chain although it splits it in two."""
    halves = _split_chains(x)
    folded = abs(halves - np.median(halves))
    return max(_rhat(_z_scale(halves)), _rhat(_z_scale(folded)))


rows = []
for name, x in CASES.items():
    rows.append(
        {
            "name": name,
            "chains": x.tolist(),
            "rhat": float(rhat(x)),
            "ess_bulk": float(az.ess(x, method="bulk")),
            "ess_tail": float(az.ess(x, method="tail")),
            "ess_mean": float(az.ess(x, method="mean")),
            "ess_quantile_0.3": float(az.ess(x, method="quantile", prob=0.3)),
            "mcse_mean": float(az.mcse(x, method="mean")),
            "bfmi": az.bfmi(x).tolist(),
        }
    )

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "diagnostics.json"), "w") as file:
    json.dump({"meta": {"note": f"ArviZ {az.__version__}, by make_diagnostics.py"}, "cases": rows}, file)
    file.write("\n")
