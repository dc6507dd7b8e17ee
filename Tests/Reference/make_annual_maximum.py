#!/usr/bin/env python3
"""The sum of a GEV variable and an independent normal one, in annual_maximum.json: survival function and distribution function.

By mpmath's quadrature over the normal variable, split at the end of the support of the GEV distribution, and not over the reduced
variate, which the program integrates over.
"""
import json
import os

from mpmath import mp, mpf

mp.dps = 25
HERE = os.path.dirname(os.path.abspath(__file__))


def hazard(z, xi):
    """-log F of the standard GEV distribution."""
    if xi == 0:
        return mp.e ** (-z)
    t = 1 + xi * z
    if t <= 0:
        return mpf(0) if xi < 0 else mp.inf
    return t ** (-1 / xi)


def probabilities(z, xi, ratio):
    z, xi, ratio = mpf(z), mpf(xi), mpf(ratio)
    ends = [mpf(k) / 4 for k in range(-52, 53)]
    # Inside, the GEV distribution changes over some tenths of its scale.
    ends += [(z - mpf(k) / 2) / ratio for k in range(-12, 60)]
    if xi != 0:
        ends.append((z + 1 / xi) / ratio)
    ends = sorted({e for e in ends if -13 <= e <= 13})
    normal = lambda u: mp.e ** (-u * u / 2) / mp.sqrt(2 * mp.pi)
    above = mp.quad(lambda u: normal(u) * -mp.expm1(-hazard(z - ratio * u, xi)), ends)
    below = mp.quad(lambda u: normal(u) * mp.e ** (-hazard(z - ratio * u, xi)), ends)
    return above, below


def main():
    rows = []
    for xi in ("-0.3", "-0.1", "0", "0.2"):
        for ratio in ("0.1", "1", "3"):
            tau, shape = float(ratio), float(xi)
            # From the lower tail to beyond one in a million.
            upper = {"-0.3": 3.2, "-0.1": 7.4, "0": 14.0, "0.2": 75.0}[xi]
            for z in (-1.5 - 3 * tau, 0.0, 1.0 + tau, 0.5 * upper, upper + 3 * tau if tau < 3 else upper + 12):
                above, below = probabilities(z, xi, ratio)
                rows.append({"xi": shape, "ratio": tau, "z": z, "above": float(above), "below": float(below)})
    with open(os.path.join(HERE, "annual_maximum.json"), "w") as file:
        json.dump({"rows": rows}, file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
