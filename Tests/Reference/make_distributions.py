"""Reference values of distributions that NumPyro lacks, and of tails where it has no digits, by mpmath with 50 digits.

Run: python3 make_distributions.py   (writes distributions_mpmath.json beside itself)

The schema is that of distributions.json. Derivatives are numerical.
"""

import json
import os
import platform

import mpmath as mp

mp.mp.dps = 50


def gpd_cdf(x, loc, scale, shape):
    z = (x - loc) / scale
    if z < 0:
        return mp.mpf(0)
    if shape * z <= -1:
        return mp.mpf(1)
    return -mp.expm1(-z if shape == 0 else -mp.log1p(shape * z) / shape)


def gpd_log_prob(x, loc, scale, shape):
    z = (x - loc) / scale
    if z < 0 or shape * z <= -1:
        return -mp.inf
    s = z if shape == 0 else mp.log1p(shape * z) / shape
    return -mp.log(scale) - (1 + shape) * s


def gpd_icdf(q, loc, scale, shape):
    e = -mp.log1p(-q)
    return loc + scale * (e if shape == 0 else mp.expm1(shape * e) / shape)


def gpd_moments(loc, scale, shape):
    mean = loc + scale / (1 - shape) if shape < 1 else mp.inf
    variance = (scale / (1 - shape)) ** 2 / (1 - 2 * shape) if shape < 0.5 else mp.inf
    return mean, variance, mp.log(scale) + shape + 1


def frechet_cdf(x, loc, scale, shape):
    return mp.exp(-(((x - loc) / scale) ** -shape)) if x > loc else mp.mpf(0)


def frechet_log_prob(x, loc, scale, shape):
    if x <= loc:
        return -mp.inf
    z = (x - loc) / scale
    return mp.log(shape / scale) - (1 + shape) * mp.log(z) - z**-shape


def frechet_icdf(q, loc, scale, shape):
    return loc + scale * (-mp.log(q)) ** (-1 / shape)


def frechet_moments(loc, scale, shape):
    g = lambda k: mp.gamma(1 - k / shape)
    mean = loc + scale * g(1) if shape > 1 else mp.inf
    variance = scale**2 * (g(2) - g(1) ** 2) if shape > 2 else mp.inf
    return mean, variance, 1 + mp.euler + mp.euler / shape + mp.log(scale / shape)


def truncated(upper, log_density, inverse_upper):
    """A distribution truncated to [low, high] by its survival function, or by its mirror image below the centre."""

    def mass(loc, scale, low, high):
        return upper((low - loc) / scale) - upper((high - loc) / scale)

    def log_prob(x, loc, scale, low, high):
        if x < low or x > high:
            return -mp.inf
        return log_density((x - loc) / scale) - mp.log(scale) - mp.log(mass(loc, scale, low, high))

    def cdf(x, loc, scale, low, high):
        if x <= low:
            return mp.mpf(0)
        return mass(loc, scale, low, x) / mass(loc, scale, low, high) if x < high else mp.mpf(1)

    def icdf(q, loc, scale, low, high):
        target = (1 - q) * upper((low - loc) / scale) + q * upper((high - loc) / scale)
        return loc + scale * inverse_upper(target, (low - loc) / scale)

    def turned(loc, low, high):
        return (2 * loc - high, 2 * loc - low) if high < loc else (low, high)

    def any_log_prob(x, loc, scale, low, high):
        y = 2 * loc - x if high < loc else x
        return log_prob(y, loc, scale, *turned(loc, low, high))

    def any_cdf(x, loc, scale, low, high):
        if high < loc:
            return 1 - cdf(2 * loc - x, loc, scale, *turned(loc, low, high))
        return cdf(x, loc, scale, low, high)

    def any_icdf(q, loc, scale, low, high):
        if high < loc:
            return 2 * loc - icdf(1 - q, loc, scale, *turned(loc, low, high))
        return icdf(q, loc, scale, low, high)

    return any_log_prob, any_cdf, any_icdf


def normal_upper(z):
    return mp.erfc(z / mp.sqrt(2)) / 2 if z < mp.inf else mp.mpf(0)


def normal_log_density(z):
    return -z * z / 2 - mp.log(2 * mp.pi) / 2


def normal_inverse_upper(s, start):
    z = start
    for _ in range(500):
        value = normal_upper(z)
        step = mp.log(value / s) * value / mp.exp(normal_log_density(z))
        z += step
        if abs(step) < mp.mpf(10) ** -60:
            return z
    raise ArithmeticError(s)


def logistic_upper(z):
    return 1 / (1 + mp.exp(z))


def logistic_log_density(z):
    return -z - 2 * mp.log1p(mp.exp(-z))


def logistic_inverse_upper(s, start):
    return mp.log1p(-s) - mp.log(s)


NORMAL = truncated(normal_upper, normal_log_density, normal_inverse_upper)
LOGISTIC = truncated(logistic_upper, logistic_log_density, logistic_inverse_upper)

FAMILIES = {
    "GeneralizedPareto": (gpd_log_prob, gpd_cdf, gpd_icdf, gpd_moments, ["loc", "scale", "shape"]),
    "Frechet": (
        frechet_log_prob, frechet_cdf, frechet_icdf, frechet_moments, ["loc", "scale", "shape"]),
    "FarTruncatedNormal": (*NORMAL, None, ["loc", "scale", "low", "high"]),
    "FarTruncatedLogistic": (*LOGISTIC, None, ["loc", "scale", "low", "high"]),
}
Q = [1e-6, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999999]
CASES = [
    ("GeneralizedPareto", (0, 1, s), [-0.5, 0.0, 1e-3, 0.4, 1, 3.2, 9])
    for s in (0.0, 1e-12, -1e-9, 1e-4, 0.2, -0.3, 0.7, -1.2)
] + [
    ("GeneralizedPareto", (25, 3.5, 0.1), [24.0, 26, 40, 90]),
    ("Frechet", (0, 1, 1), [-1, 1e-4, 0.05, 0.4, 1, 3.2, 90]),
    ("Frechet", (-2, 0.7, 2.5), [-2.5, -1.9, -1, 0.4, 30]),
    ("Frechet", (3, 10, 8), [2.0, 5, 12, 40]),
    ("FarTruncatedNormal", (0, 1, 10, 12), [10.0, 10.1, 11.5]),
    ("FarTruncatedNormal", (0, 1, 45, 50), [45.01, 45.1, 49]),
    ("FarTruncatedNormal", (3, 0.5, 500, 600), [500.0001, 500.001]),
    ("FarTruncatedNormal", (3, 0.5, -60, -40), [-50.0, -40.01]),
    ("FarTruncatedLogistic", (0, 1, 900, 950), [900.1, 910]),
    ("FarTruncatedLogistic", (3, 0.5, -900, -450), [-451.0, -450.01]),
]


def number(x):
    x = float(x)
    return x if mp.isfinite(x) else {"inf": "inf", "-inf": "-inf"}.get(str(x), "nan")


def slope(f, arguments, index):
    """d f / d argument; 0 outside the support."""
    if f(*arguments) == -mp.inf:
        return mp.mpf(0)
    h = mp.mpf(10) ** -60 * max(1, abs(arguments[index]))

    def at(step):
        moved = list(arguments)
        moved[index] += step
        return f(*moved)

    # At an end of the support there is one side only.
    up, down = at(h), at(-h)
    if down == -mp.inf:
        return (up - f(*arguments)) / h
    return (up - down) / (2 * h) if up != -mp.inf else (f(*arguments) - down) / h


def main():
    records = []
    for name, parameters, values in CASES:
        log_prob, cdf, icdf, moments, names = FAMILIES[name]
        exact = [mp.mpf(float(p)) for p in parameters]
        with mp.workdps(150):  # numerical slopes halve them
            xs = [mp.mpf(float(x)) for x in values]
            record = {
                "name": name,
                "kind": "c",
                "params": {n: float(p) for n, p in zip(names, parameters)},
                "values": [float(x) for x in values],
                "log_prob": [number(log_prob(x, *exact)) for x in xs],
                "grad_value": [number(slope(log_prob, [x, *exact], 0)) for x in xs],
                "grad_params": {
                    n: [number(slope(log_prob, [x, *exact], i + 1)) for x in xs]
                    for i, n in enumerate(names)
                },
                "cdf": [number(cdf(x, *exact)) for x in xs],
                "q": Q,
                "icdf": [number(icdf(mp.mpf(q), *exact)) for q in Q],
            }
        if moments:
            mean, variance, entropy = moments(*exact)
            record |= {"mean": number(mean), "variance": number(variance), "entropy": number(entropy)}
        if name == "Frechet":
            inside = [x > parameters[0] for x in values]
        elif name == "GeneralizedPareto":
            inside = [x >= parameters[0] for x in values]
        else:
            inside = [parameters[2] <= x <= parameters[3] for x in values]
        record["in_support"] = inside
        records.append(record)
        print(name, parameters, flush=True)

    meta = {
        "note": "See make_distributions.py; schema of distributions.json.",
        "versions": {"python": platform.python_version(), "mpmath": mp.__version__},
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "distributions_mpmath.json")
    with open(path, "w") as file:
        file.write('{"meta": ' + json.dumps(meta) + ',\n"cases": [\n')
        file.write(",\n".join(json.dumps(record) for record in records) + "\n]}\n")


main()
