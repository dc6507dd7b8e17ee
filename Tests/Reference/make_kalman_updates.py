"""Covariances after one Kalman update, over the sizes of the prior, by mpmath with 120 digits.

Run: python3 make_kalman_updates.py   (writes kalman_updates.json beside itself)

Each entry of "cases" is a prior covariance B, of doubles that are taken as exact, the observed points, the variances R of
their errors, and (I - K H) B with K = B H' (H B H' + R)^-1, row by row.
"""

import json
import math
import os

import mpmath as mp

mp.mp.dps = 120
cases = []


def add(B, points, variances):
    n, p = len(B), len(points)
    prior = mp.matrix(B)
    HB = mp.matrix([[prior[i, j] for j in range(n)] for i in points])
    S = mp.matrix([[prior[i, j] for j in points] for i in points])
    for k in range(p):
        S[k, k] += mp.mpf(variances[k])
    posterior = prior - HB.T * (S ** -1) * HB
    cases.append({
        "prior": B, "points": points, "variances": variances,
        "posterior": [[float(posterior[i, j]) for j in range(n)] for i in range(n)],
    })


for power in [-300, -150, -16, -8, -1, 0, 1, 2, 3, 4, 8, 12, 16, 17, 18, 20]:
    size = float(f"1e{power}")
    # One number; neighbours that know of each other; a prior that is one unknown level.
    add([[size]], [0], [1.0])
    add([[size * math.exp(-abs(i - j) / 2) for j in range(4)] for i in range(4)], [0, 2], [1.0, 0.5])
    if power >= 0:
        add([[size] * 3 for _ in range(3)], [1], [1.0])

meta = {"note": "one Kalman update, by mpmath with 120 digits; made by make_kalman_updates.py", "mpmath": mp.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kalman_updates.json")
with open(path, "w") as file:
    file.write('{"meta": ' + json.dumps(meta) + ', "cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
