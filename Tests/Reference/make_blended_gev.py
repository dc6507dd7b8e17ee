"""Values of the blended GEV distribution by mpmath, from its definition with 40 digits; the density by differentiation.

Run: python3 make_blended_gev.py   (writes blended_gev.json beside itself)

Castro-Camilo, Huser and Rue (2022), Environmetrics 33(6), eq. (4) to (6), with p_a = 0.05, p_b = 0.2, c1 = c2 = 5.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 40
LOW, HIGH = mp.mpf("0.05"), mp.mpf("0.2")


def cdf(x, mu, sigma, xi):
    def frechet(y):
        t = 1 + xi * (y - mu) / sigma
        if xi == 0:
            return mp.exp(-mp.exp(-(y - mu) / sigma))
        return mp.exp(-t ** (-1 / xi)) if t > 0 else mp.mpf(0)

    def quantile(p):
        L = -mp.log(-mp.log(p))
        return mu + sigma * (L if xi == 0 else (mp.exp(xi * L) - 1) / xi)

    a, b = quantile(LOW), quantile(HIGH)
    scale = (b - a) / (mp.log(-mp.log(LOW)) - mp.log(-mp.log(HIGH)))
    location = a + scale * mp.log(-mp.log(LOW))
    gumbel = mp.exp(-mp.exp(-(x - location) / scale))
    if x <= a:
        return gumbel
    if x >= b:
        return frechet(x)
    p = mp.betainc(5, 5, 0, (x - a) / (b - a), regularized=True)
    return frechet(x) ** p * gumbel ** (1 - p)


def main():
    rows = []
    for mu, sigma, xi in [(0, 1, 0.2), (35, 1.8, 0.12), (10, 3, 0.5), (2, 0.7, 0), (1, 2, -0.2)]:
        m, s, k = mp.mpf(mu), mp.mpf(str(sigma)), mp.mpf(str(xi))
        for z in ["-3.1", "-1.4", "-1.05", "-0.9", "-0.7", "-0.5", "-0.45", "0.3", "2.5", "4.5"]:
            x = float(m + s * mp.mpf(z))
            exact = mp.mpf(x)
            value = cdf(exact, m, s, k)
            density = mp.diff(lambda t: cdf(t, m, s, k), exact)
            rows.append([mu, sigma, xi, x, float(mp.log(density)), float(mp.log(value))])
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "blended_gev.json")
    with open(path, "w") as file:
        json.dump({"columns": "location, scale, shape, x, log density, log cdf", "rows": rows}, file, indent=0)
        file.write("\n")


main()
