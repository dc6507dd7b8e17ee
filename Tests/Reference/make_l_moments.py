"""Sample L-moments and their estimates of GEV, Gumbel and generalized Pareto distributions, by mpmath with 40 digits.

Run: python3 make_l_moments.py   (writes l_moments.json beside itself)

"cases" has samples of doubles, taken as exact, with their first four L-moments by the unbiased estimates b_r of Hosking (1990), from
exact fractions; location, scale and shape (xi) of the GEV whose L-skewness is that of the sample, by bisection of
tau = 2 (1 - 3^-k) / (1 - 2^-k) - 3; of the Gumbel; and of the generalized Pareto distribution above "threshold" and
without one. "profile" has 95 % profile likelihood intervals of the means of exponential samples of a count and mean.
"""

import json
import os
from fractions import Fraction
from math import comb

import mpmath as mp

mp.mp.dps = 40
HEAVY = [3, 5, 6, 7, 8, 9, 11, 12, 14, 15, 19, 22, 31, 58]
SAMPLES = {
    "light tail": [10 + i * (20 - i) for i in range(10)] + [110, 109, 60],
    "heavy tail": HEAVY,
    "far from zero": [100000 + Fraction(x, 10) for x in [1, 4, 5, 7, 7, 9, 12, 13, 18, 25]],
    "near Gumbel": [-5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 11],
    "negative skewness": [-x for x in HEAVY],
}
LEVEL = mp.mpf("0.95")


def l_moments(sample):
    x = sorted(Fraction(float(v)) for v in sample)
    n = len(x)
    b = [sum(Fraction(comb(j, r), comb(n - 1, r)) * x[j] for j in range(n)) / n for r in range(4)]
    return [
        b[0],
        2 * b[1] - b[0],
        6 * b[2] - 6 * b[1] + b[0],
        20 * b[3] - 30 * b[2] + 12 * b[1] - b[0],
    ]


def real(q):
    return mp.mpf(q.numerator) / q.denominator


def gev(l1, l2, l3):
    tau = l3 / l2

    def gap(k):
        return 2 * (1 - mp.power(3, -k)) / (1 - mp.power(2, -k)) - 3 - tau

    k = mp.findroot(gap, (mp.mpf("-0.97"), mp.mpf("5.123")), solver="anderson", tol=1e-60)
    scale = l2 * k / ((1 - mp.power(2, -k)) * mp.gamma(1 + k))
    return [l1 - scale * (1 - mp.gamma(1 + k)) / k, scale, -k]


def pareto(l1, l2, l3, threshold):
    k = (l1 - threshold) / l2 - 2 if threshold is not None else (1 - 3 * l3 / l2) / (1 + l3 / l2)
    location = threshold if threshold is not None else l1 - (2 + k) * l2
    return [location, (1 + k) * (l1 - location), -k]


def profile(n, mean):
    """Where 2 n (r - 1 - log r), r = sample mean / mean, is the quantile of chi squared."""
    limit = 2 * mp.erfinv(LEVEL) ** 2

    def gap(m):
        r = mean / m
        return 2 * n * (r - 1 - mp.log(r)) - limit

    return [mp.findroot(gap, (mean * a, mean * b), solver="anderson", tol=1e-50) for a, b in ((0.3, 0.99), (1.01, 4))]


def main():
    cases = []
    for name, sample in SAMPLES.items():
        l = [real(v) for v in l_moments(sample)]
        threshold = real(Fraction(min(sample))) - 1
        cases.append({
            "name": name,
            "sample": [float(v) for v in sample],
            "l_moments": [float(v) for v in l],
            "gev": [float(v) for v in gev(*l[:3])],
            "gumbel": [float(l[0] - mp.euler * l[1] / mp.log(2)), float(l[1] / mp.log(2))],
            "threshold": float(threshold),
            "pareto_above": [float(v) for v in pareto(*l[:3], threshold)],
            "pareto": [float(v) for v in pareto(*l[:3], None)],
        })
    profiles = [
        {"count": n, "mean": float(m), "ends": [float(v) for v in profile(n, mp.mpf(m))]}
        for n, m in ((5, "2.4"), (40, "0.5"))
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "l_moments.json")
    with open(path, "w") as file:
        json.dump({"cases": cases, "profile": profiles}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
