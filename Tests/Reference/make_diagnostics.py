"""Convergence statistics of Markov chains by ArviZ 0.23: rank-normalized split R-hat, bulk, tail, mean and quantile effective
sample sizes, the Monte Carlo standard error of the mean, and the energy fraction of missing information. Pareto smoothed
importance weights, leave-one-out cross-validation, its probability integral transforms, and the comparison of models.

Run: python3 make_diagnostics.py   (writes diagnostics.json and model_comparison.json beside itself; needs arviz)

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

FOLDER = os.path.dirname(os.path.abspath(__file__))
META = {"note": f"ArviZ {az.__version__}, by make_diagnostics.py"}

with open(os.path.join(FOLDER, "diagnostics.json"), "w") as file:
    json.dump({"meta": META, "cases": rows}, file)
    file.write("\n")


def ratios(seed, draws, scale, tail=None):
    rng = np.random.default_rng(seed)
    x = rng.standard_t(tail, draws) if tail else rng.normal(size=draws)
    return np.round(scale * x - 700, 4)


# Log ratios, their relative efficiency.
RATIOS = {
    "close": (ratios(1, 200, 0.3), 1.0),
    "apart": (ratios(2, 400, 2.0), 1.0),
    "heavy tails": (ratios(3, 200, 1.5, tail=3), 0.4),
    "short tail": (np.round(np.log(np.random.default_rng(4).uniform(size=150)), 4), 1.0),
    "a tail of four": (ratios(5, 20, 1.0), 1.0),
    "efficient": (ratios(6, 300, 0.8), 1.7),
    "no density at some": (np.where(np.arange(120) % 9 == 0, -1e4, ratios(7, 120, 0.7)), 1.0),
    "all equal": (np.full(30, -3.0), 1.0),
}

psis = []
for name, (x, efficiency) in RATIOS.items():
    weights, khat = az.psislw(x, efficiency)
    khat = float(khat)
    psis.append(
        {
            "name": name,
            "ratios": x.tolist(),
            "efficiency": efficiency,
            "log_weights": weights.tolist(),
            "khat": khat if np.isfinite(khat) else None,
        }
    )

# Three models of nine numbers, whose draws are of autocorrelated chains; the last number is far out.
Y = np.array([0.4, -0.9, 1.3, 0.2, -0.4, 1.9, -1.6, 0.7, 6.5])


def fit(seed, model):
    sets = chains(seed, 2, 60, 0.4), chains(seed + 10, 2, 60, 0.2)
    mu = np.round(0.9 + 0.7 * sets[0], 4)
    log_sigma = np.round(0.8 + 0.25 * sets[1], 4)
    sigma = np.exp(log_sigma)[..., None]
    rng = np.random.default_rng(seed + 20)
    if model == "student":
        from scipy.stats import t

        z = (Y - mu[..., None]) / sigma
        log_likelihood = t.logpdf(z, 3) - np.log(sigma)
        drawn = mu[..., None] + sigma * rng.standard_t(3, z.shape)
    else:
        centre = 0 * mu[..., None] if model == "zero" else mu[..., None]
        z = (Y - centre) / sigma
        log_likelihood = -0.5 * z * z - np.log(sigma) - 0.5 * np.log(2 * np.pi)
        drawn = centre + sigma * rng.normal(size=z.shape)
    return az.from_dict(
        posterior={"mu": mu, "log_sigma": log_sigma},
        log_likelihood={"y": np.round(log_likelihood, 4)},
        posterior_predictive={"y": np.round(drawn, 4)},
        observed_data={"y": Y},
    )


FITS = {"normal": fit(1, "normal"), "student": fit(2, "student"), "zero": fit(3, "zero")}
table = az.compare(FITS, ic="loo", method="stacking")
loos = []
for name, data in FITS.items():
    loo = az.loo(data, pointwise=True)
    given = az.loo(data, pointwise=True, reff=0.7)
    row = table.loc[name]
    loos.append(
        {
            "name": name,
            "y": Y.tolist(),
            "mu": data.posterior["mu"].values.tolist(),
            "log_sigma": data.posterior["log_sigma"].values.tolist(),
            "log_likelihood": data.log_likelihood["y"].values.tolist(),
            "predicted": data.posterior_predictive["y"].values.tolist(),
            "elpd": float(loo.elpd_loo),
            "p_loo": float(loo.p_loo),
            "se": float(loo.se),
            "good_k": float(loo.good_k),
            "pointwise": loo.loo_i.values.tolist(),
            "khat": loo.pareto_k.values.tolist(),
            "elpd_at_0.7": float(given.elpd_loo),
            "pit": np.asarray(az.loo_pit(data, y="y")).tolist(),
            "rank": int(row["rank"]),
            "elpd_diff": float(row["elpd_diff"]),
            "dse": float(row["dse"]),
            "weight": float(row["weight"]),
        }
    )

with open(os.path.join(FOLDER, "model_comparison.json"), "w") as file:
    json.dump({"meta": META, "psis": psis, "loo": loos}, file)
    file.write("\n")
