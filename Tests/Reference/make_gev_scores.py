#!/usr/bin/env python3
"""Continuous ranked probability scores of GEV distributions and of their mixtures, in gev_scores.json.

Single distributions by the closed form of Friederichs and Thorarinsdottir (2012), eq. (9), in mpmath, and by SciPy's
quadrature of its own genextreme; mixtures by SciPy's quadrature.
"""
import json
import os

import numpy as np
from mpmath import mp
from scipy.integrate import quad
from scipy.stats import genextreme

mp.dps = 30
HERE = os.path.dirname(os.path.abspath(__file__))


def closed(mu, sigma, xi, y):
    mu, sigma, xi, y = map(mp.mpf, (mu, sigma, xi, y))
    if xi == 0:
        logf = -mp.e ** (-(y - mu) / sigma)
        return mu - y + sigma * (mp.euler - mp.log(2)) - 2 * sigma * mp.ei(logf)
    t = 1 + xi * (y - mu) / sigma
    if t <= 0:
        f, incomplete = (mp.mpf(1), mp.mpf(0)) if xi < 0 else (mp.mpf(0), mp.gamma(1 - xi))
    else:
        w = t ** (-1 / xi)
        f, incomplete = mp.e ** (-w), mp.gammainc(1 - xi, 0, w)
    return (mu - y - sigma / xi) * (1 - 2 * f) - sigma / xi * (2 ** xi * mp.gamma(1 - xi) - 2 * incomplete)


def numeric(parameters, weights, y):
    parts = [genextreme(c=-xi, loc=mu, scale=sigma) for mu, sigma, xi in parameters]
    cdf = lambda x: sum(w * p.cdf(x) for w, p in zip(weights, parts))
    ends = sorted({float(p.ppf(q)) for p in parts for q in (1e-12, 0.01, 0.3, 0.7, 0.99, 1 - 1e-12)} | {y})
    total = 0.0
    for a, b in zip(ends, ends[1:]):
        total += quad(lambda x: (cdf(x) - (x >= y and 1 or 0)) ** 2 if b > y else cdf(x) ** 2, a, b,
                      epsabs=1e-13, epsrel=1e-12, limit=200)[0]
    return total


single = []
for mu, sigma, xi in ((37.0, 1.8, -0.2), (37.0, 1.8, 0.12), (0.0, 1.0, 0.0), (50.0, 12.0, 0.3), (-2.0, 0.5, -0.45)):
    for q in (0.001, 0.2, 0.6, 0.97, 0.9999):
        y = float(genextreme(c=-xi, loc=mu, scale=sigma).ppf(q))
        value = float(closed(mu, sigma, xi, y))
        assert abs(value - numeric([(mu, sigma, xi)], [1.0], y)) < 1e-6 * value + 1e-8, (mu, sigma, xi, q)
        single.append({"gev": [mu, sigma, xi], "y": y, "crps": value, "pit": q})

rng = np.random.default_rng(1)
mixtures = []
for spread, weighted, y in ((0.3, False, 38.0), (3.0, False, 41.0), (1.0, True, 30.0), (2.0, True, 47.5)):
    parameters = [(37 + spread * rng.standard_normal(), 1.8 * np.exp(0.2 * rng.standard_normal()),
                   -0.15 + 0.1 * rng.standard_normal()) for _ in range(12)]
    weights = rng.random(12) if weighted else np.ones(12)
    weights = (weights / weights.sum()).tolist()
    pit = sum(w * genextreme.cdf(y, -xi, mu, sigma) for w, (mu, sigma, xi) in zip(weights, parameters))
    mixtures.append({"gev": [list(map(float, p)) for p in parameters], "weights": weights, "y": y,
                     "crps": numeric(parameters, weights, y), "pit": float(pit)})

with open(os.path.join(HERE, "gev_scores.json"), "w") as file:
    json.dump({"meta": {"note": "CRPS and PIT of GEV distributions and of mixtures"},
               "single": single, "mixtures": mixtures}, file, indent=1)
    file.write("\n")
