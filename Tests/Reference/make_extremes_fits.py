"""Intervals and sandwich errors of maximum likelihood fits to the shared data, by SciPy and NumPy apart from any code here.

Run: python3 make_extremes_fits.py [FOLDER OF SHARED DATA]   (writes extremes_fits.json beside itself)

"port_pirie" and "rain" have 95 % profile likelihood intervals of 100-year levels: of the GEV of annual maxima, and of the
generalized Pareto distribution of daily exceedances of 30 mm with 365 days a year; each profile is a minimum by Nelder and
Mead or a bounded search, its ends by Brent's method. "swiss_rain" is case C12: estimates by Newton's method with scores by
complex steps, their errors by the sandwich of the observed information with the 47 years as clusters (divisor K - 1), and
Takeuchi's criterion; "constant_deviance" that of case C11.
"""

import csv
import json
import math
import os
import sys

import numpy as np
from scipy import optimize

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../../../shared/data")
CHI = 3.841458820694124
FINE = {"xatol": 1e-12, "fatol": 1e-13, "maxiter": 10000, "maxfev": 10000}


def rows(path):
    with open(os.path.join(DATA, path)) as file:
        return list(csv.DictReader(file))


def gev(x, mu, sigma, xi):
    """The negative log likelihood of numbers."""
    t = 1 + xi * (x - mu) / sigma
    if np.any(sigma <= 0) or (t <= 0).any():
        return 1e10
    s = np.log(t) / xi if abs(xi) > 1e-9 else (x - mu) / sigma
    return (np.log(sigma) + (1 + xi) * s + np.exp(-s)).sum()


def nelder_mead(f, start):
    x = start
    for _ in range(3):
        found = optimize.minimize(f, x, method="Nelder-Mead", options=FINE)
        x = found.x
    return found


def ends(profile, least, brackets):
    return [optimize.brentq(lambda z: 2 * (profile(z) - least) - CHI, *b, xtol=1e-9) for b in brackets]


def port_pirie():
    y = np.array([float(r["sea_level_m"]) for r in rows("classic/portpirie.csv")])
    c = -math.log1p(-0.01)
    best = nelder_mead(lambda p: gev(y, p[0], math.exp(p[1]), p[2]), [3.87, math.log(0.2), -0.05])

    def profile(z):
        def f(p):
            sigma, xi = math.exp(p[0]), p[1]
            return gev(y, z - sigma * (c ** (-xi) - 1) / xi, sigma, xi)

        return nelder_mead(f, best.x[1:]).fun

    return ends(profile, best.fun, [(4.3, 4.65), (4.8, 5.6)])


def rain():
    x = np.array([float(r["rain_mm"] or "nan") for r in rows("classic/rain_sw_england.csv")])
    y = x[x > 30] - 30
    peaks = 36500 * len(y) / len(x)

    def pareto(sigma, xi):
        t = 1 + xi * y / sigma
        if sigma <= 0 or (t <= 0).any():
            return 1e10
        return len(y) * math.log(sigma) + (1 + 1 / xi) * np.log(t).sum()

    best = nelder_mead(lambda p: pareto(*p), [7.4, 0.18])

    def profile(z):
        f = lambda xi: pareto((z - 30) * xi / (peaks**xi - 1), xi)
        return optimize.minimize_scalar(f, bounds=(-0.3, 1), method="bounded", options={"xatol": 1e-12}).fun

    return ends(profile, best.fun, [(60, 104), (110, 300)])


def swiss_rain():
    table, stations = rows("swiss_rain/summer_max_rain.csv"), rows("swiss_rain/stations.csv")
    ids = [s["station_id"] for s in stations]
    y = np.array([[float(r[i]) for i in ids] for r in table])
    east = np.array([(float(s["easting_km"]) - 680) / 100 for s in stations])
    north = np.array([(float(s["northing_km"]) - 180) / 50 for s in stations])
    design = np.stack([np.ones(len(ids)), east, north])

    def log_density(p):
        mu, sigma, xi = p[:3] @ design, p[3:6] @ design, p[6]
        s = np.log(1 + xi * (y - mu) / sigma) / xi
        return -np.log(sigma) - (1 + xi) * s - np.exp(-s)

    def scores(p):
        found = []
        for i in range(7):
            q = p.astype(complex)
            q[i] += 1e-30j
            found.append(log_density(q).imag / 1e-30)
        return np.array(found)

    def information(p):
        h = np.zeros((7, 7))
        for i in range(7):
            step = np.zeros(7)
            step[i] = 1e-5 * max(1, abs(p[i]))
            h[i] = (scores(p - step) - scores(p + step)).sum((1, 2)) / (2 * step[i])
        return (h + h.T) / 2

    p = np.array([36.8, 6, -7.8, 12.6, 2.2, -2.3, 0.15])
    for _ in range(30):
        p = p + np.linalg.solve(information(p), scores(p).sum((1, 2)))
    inverse = np.linalg.inv(information(p))
    spread = len(y) * np.cov(scores(p).sum(2))
    deviance = -2 * log_density(p).sum()
    start = [26.8, math.log(10.5), 0.145]
    constant = nelder_mead(lambda q: gev(y.ravel(), q[0], math.exp(q[1]), q[2]), start)
    return {
        "estimates": list(p),
        "errors": list(np.sqrt(np.diag(inverse @ spread @ inverse))),
        "deviance": deviance,
        "tic": deviance + 2 * np.trace(spread @ inverse),
        "constant_deviance": 2 * constant.fun,
    }


def main():
    found = {"port_pirie": port_pirie(), "rain": rain(), "swiss_rain": swiss_rain()}
    with open(os.path.join(HERE, "extremes_fits.json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
