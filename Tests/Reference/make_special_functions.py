"""Reference values of the special functions, by mpmath with 50 digits (more where they cancel).

Run: python3 make_special_functions.py   (writes special_functions.json beside itself)

Each entry of "functions" is a list of [argument, ..., value]. Arguments are doubles, taken as exact;
values are rounded to the nearest double. Values that are not finite, or not normal, are left out.
"""

import json
import os
import platform
import random

import mpmath as mp

mp.mp.dps = 50
random.seed(20240607)
functions = {}


def add(name, function, arguments):
    rows = []
    for xs in arguments:
        xs = xs if isinstance(xs, tuple) else (xs,)
        value = mp.mpf(function(*[mp.mpf(float(x)) if not isinstance(x, int) else x for x in xs]))
        rounded = float(value)
        if rounded != 0 and not (2.3e-308 < abs(rounded) < 1.7e308):
            continue
        rows.append([float(x) for x in xs] + [rounded])
    functions[name] = rows
    print(name, len(rows), flush=True)


def uniform(n, low, high):
    return [random.uniform(low, high) for _ in range(n)]


def powers(n, low, high):
    return [10 ** random.uniform(low, high) for _ in range(n)]


def erf_inverse(x):
    if x == 0:
        return mp.mpf(0)
    with mp.workdps(80):
        s = mp.sign(x)
        x = abs(x)
        y = mp.mpf(0.9) * x if x < 0.9 else mp.sqrt(-mp.log(1 - x))
        for _ in range(100):
            error = (mp.erf(y) - x) if x < 0.9 else ((1 - x) - mp.erfc(y))
            step = error * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
            step = step / (1 + y * step)
            y -= step
            if abs(step) < abs(y) * mp.mpf(10) ** -60:
                return s * y
        raise ArithmeticError(x)


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def normal_quantile(p):
    if p > 0.1 and p < 0.9:
        return mp.sqrt(2) * erf_inverse(2 * p - 1)
    if p >= 0.9:
        return -normal_quantile(1 - p)
    z = -mp.sqrt(-2 * mp.log(p))
    for _ in range(200):
        ratio = mp.log(normal_cdf(z) / p)
        density = mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)
        step = ratio * normal_cdf(z) / density
        z -= step
        if abs(step) < abs(z) * mp.mpf(10) ** -40:
            return z
    raise ArithmeticError(p)


def log_normal_cdf(x):
    return mp.log1p(-normal_cdf(-x)) if x > 0 else mp.log(normal_cdf(x))


def gamma_p(a, x):
    """The power series, whose terms are positive."""
    term, total, n = mp.mpf(1), mp.mpf(1), 0
    while term > total * mp.mpf(10) ** -mp.mp.dps:
        n += 1
        term *= x / (a + n)
        total += term
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total


def gamma_q(a, x):
    for digits in (70, 700):
        with mp.workdps(digits):
            value = 1 - gamma_p(a, x)
            if value > mp.mpf(10) ** (40 - digits):
                return value
    raise ArithmeticError((a, x))


def beta_i(a, b, x):
    if x <= (a + 1) / (a + b + 2):
        return beta_fraction(a, b, x)
    for digits in (70, 400):
        with mp.workdps(digits):
            value = 1 - beta_fraction(b, a, 1 - x)
            if value > mp.mpf(10) ** (40 - digits):
                return value
    raise ArithmeticError((a, b, x))


def beta_fraction(a, b, x):
    """DLMF 8.17.22 by forward recurrence of numerators and denominators."""
    (p, r), (q, s) = (mp.mpf(1), mp.mpf(1)), (mp.mpf(0), mp.mpf(1))
    previous, n = mp.mpf(0), 1
    while True:
        m = n // 2
        if n % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        p, r = r, r + d * p
        q, s = s, s + d * q
        if n % 8 == 0:
            value = r / s
            if abs(value - previous) <= abs(value) * mp.mpf(10) ** (4 - mp.mp.dps):
                break
            previous = value
        n += 1
    log_front = a * mp.log(x) + b * mp.log1p(-x) - mp.log(a)
    log_front -= mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    return mp.exp(log_front) / value


def gamma_quantile(a, p, start):
    """Newton in log x from a start good to a few digits (SciPy's)."""
    u = mp.log(start)
    for _ in range(100):
        x = mp.exp(u)
        if p <= 0.5:
            value = gamma_p(a, x)
            g = mp.log(value / p)
        else:
            value = gamma_q(a, x)
            g = mp.log((1 - p) / value)
        slope = mp.exp(a * u - x - mp.loggamma(a)) / value
        step = g / slope
        u -= step
        if abs(step) < mp.mpf(10) ** -25:
            return mp.exp(u)
    raise ArithmeticError((a, p))


def beta_quantile(a, b, p, start):
    u = mp.log(start) - mp.log1p(-start)
    for _ in range(100):
        x = 1 / (1 + mp.exp(-u))
        value = beta_i(a, b, x)
        if p <= 0.5:
            g, base = mp.log(value / p), value
        else:
            g, base = mp.log((1 - p) / (1 - value)), 1 - value
        log_density = a * mp.log(x) + b * mp.log1p(-x)
        log_density -= mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
        step = g * base / mp.exp(log_density)
        u -= step
        if abs(step) < mp.mpf(10) ** -25:
            return 1 / (1 + mp.exp(-u))
    raise ArithmeticError((a, b, p))


def digits_for(k, x):
    """50 beyond what the closed form of order k cancels."""
    return 60 + int((k + 2) * abs(mp.log10(abs(x))))


def log1p_ratio(k, x):
    """By the closed form."""
    if x == 0:
        return mp.mpf(-1) ** k * mp.factorial(k) / (k + 1)
    with mp.workdps(digits_for(k, x)):
        u = x / (1 + x)
        tail = mp.log1p(x) - sum(u**j / j for j in range(1, k + 1))
        return mp.mpf(-1) ** k * mp.factorial(k) / x ** (k + 1) * tail


def expm1_ratio(k, x):
    if x == 0:
        return mp.mpf(1) / (k + 1)
    with mp.workdps(digits_for(k, x)):
        value = mp.expm1(x) / x
        for j in range(1, k + 1):
            value = (mp.exp(x) - j * value) / x
        return value


def log_normal_quantile(l):
    z = -mp.sqrt(-2 * l) if l < -0.7 else normal_quantile(mp.exp(l))
    for _ in range(200):
        value = log_normal_cdf(z)
        slope = mp.exp(-z * z / 2 - value) / mp.sqrt(2 * mp.pi)
        step = (value - l) / slope
        z -= step
        if abs(step) < abs(z) * mp.mpf(10) ** -40:
            return z
    raise ArithmeticError(l)


def bessel_ratio(m, x):
    """exp(-x) I_m(x) / x^m."""
    return mp.exp(-x) * mp.besseli(m, x) / x**m


def von_mises(weight, k, x):
    """The integral of weight times the density over [-pi, x], its peak cut into pieces."""
    width = 1 / mp.sqrt(k + 1)
    cuts = [c * width for c in (-30, -10, -5, -2, 0, 2, 5, 10, 30) if -mp.pi < c * width < x]
    density = lambda t: mp.exp(k * (mp.cos(t) - 1)) / (2 * mp.pi * bessel_ratio(0, k))
    with mp.workdps(30):
        return mp.quad(lambda t: weight(t) * density(t), [-mp.pi] + cuts + [x])


def directional():
    random.seed(20261121)
    add("logNormalQuantile", log_normal_quantile, [-10.0**k for k in range(-12, 9)]
        + uniform(10, -5, 0) + [-0.6931, -0.6932, -699.9, -700.1, -745.0])
    xs = uniform(20, 0, 60) + powers(12, -12, 8) + [29.99, 30.01, 1.0]
    add("besselRatio", lambda m, x: bessel_ratio(int(m), x), [(m, x) for m in range(5) for x in xs])
    add("logBesselI0", lambda x: x + mp.log(bessel_ratio(0, x)), xs + [0.999, 1.001])
    pairs = [(k, x) for k in (1e-3, 0.3, 1.0, 4.0, 30.0, 700.0, 1e5) for x in (-3.1, -1.0, -0.02, 0.004, 0.5, 2.0)]
    add("vonMisesCDF", lambda k, x: von_mises(lambda t: 1, k, x), pairs)

    def slope(k, x):
        ratio = mp.besseli(1, k) / mp.besseli(0, k)
        return von_mises(lambda t: mp.cos(t) - ratio, k, x)

    add("vonMisesCDFSlope", slope, pairs)


def main():
    import scipy
    import scipy.special as sp

    near_one = [1 - 2.0**-k for k in (4, 10, 20, 30, 40, 50, 52, 53)]
    xs = uniform(40, -1, 1) + powers(15, -300, -1) + near_one + [-x for x in near_one]
    xs += [0.8499, 0.85, 0.8501, 1e-310]
    add("erfInverse", erf_inverse, xs)

    xs = uniform(30, -8, 8) + uniform(20, -37.5, -5) + powers(6, -20, -1)
    add("normalCDF", normal_cdf, xs + [0.0, -37.0, 9.0])
    add("logNormalCDF", log_normal_cdf, xs + [-14.99, -15.0, -15.01, -100.0, -1e4, -1e8, 20.0, 37.0])
    xs = uniform(30, 0, 1) + powers(25, -307, -1) + [1 - 2.0**-k for k in (5, 20, 40, 53)]
    add("normalQuantile", normal_quantile, xs + [0.075, 0.0751, 0.5 + 2.0**-53])

    positive = uniform(30, 0, 12) + powers(25, -300, 300) + [1.0, 1.5, 2.0, 1.4616321449683622]
    positive += [1.1616, 1.1617, 1.7616, 1.7617, 9.999, 10.0, 1.4616, 1.462]
    negative = [-n - f for n in (0, 1, 5, 50) for f in (0.1, 0.3, 0.45, 0.62, 0.93)]
    add("logGamma", lambda x: mp.log(abs(mp.gamma(x))) if abs(x) < 1e5 else mp.loggamma(x), positive)
    add("digamma", mp.digamma, positive)
    add("digammaNegative", mp.digamma, negative)
    rows = [(n, x) for n in (1, 2, 3, 4, 7, 10) for x in uniform(8, 0, 30) + powers(8, -20, 20)]
    add("polygamma", lambda n, x: mp.polygamma(int(n), x), rows)
    rows = [(n, x) for n in (1, 2, 3) for x in negative]
    add("polygammaNegative", lambda n, x: mp.polygamma(int(n), x), rows)

    pairs = [(a, b) for a in powers(6, -10, 0) + powers(6, 0, 10) for b in powers(6, -3, 10)]
    pairs += [(1e-300, 1e-300), (9.99, 10.01), (10.0, 10.0), (1e15, 1e15), (0.5, 1e200)]

    def log_beta(a, b):
        with mp.workdps(300):
            return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)

    add("logBeta", log_beta, pairs)

    pairs = []
    for a in powers(20, -3, 0) + uniform(15, 1, 20) + uniform(15, 20, 150) + powers(15, 2, 5):
        for z in (-6, -2, -0.5, 0.3, 2, 6):
            x = a * (1 + z / a**0.5) if z > -(a**0.5) else a * random.random()
            pairs.append((a, x))
    pairs += [(a, x) for a in powers(6, -8, -1) for x in powers(4, -8, 0.2)]
    pairs += [(0.5, x) for x in (1.0, 1.09, 1.1, 1.11, 30.0)] + [(99.9, 70.0), (100.0, 130.0)]
    pairs += [(100.0, 70.1), (100.0, 69.9), (1e6, 1e6), (1e6, 1.004e6), (1e6, 0.997e6)]
    pairs += [(3.0, 1e-80), (50.0, 300.0), (1.5, 600.0)]
    add("regularizedGammaP", gamma_p, pairs)
    add("regularizedGammaQ", gamma_q, pairs)
    rows = []
    for a in powers(8, -2, 0) + uniform(6, 1, 20) + uniform(4, 20, 200) + powers(4, 2, 5):
        for p in (1e-200, 1e-20, 1e-6, 0.03, 0.4, 0.5, 0.77, 0.999, 1 - 1e-13):
            start = sp.gammaincinv(a, p) if p < 0.99 else sp.gammainccinv(a, 1 - p)
            if start > 1e-290:
                rows.append((a, p, start))
    values = [[a, p, float(gamma_quantile(mp.mpf(a), mp.mpf(p), mp.mpf(s)))] for a, p, s in rows]
    functions["regularizedGammaPInverse"] = values

    triples = []
    for a, b in zip(powers(45, -2, 4), powers(45, -2, 4)):
        mean = a / (a + b)
        deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
        for z in (-4, -1, 0.2, 1.5, 5):
            x = mean + z * deviation
            triples.append((a, b, x if 0 < x < 1 else random.random()))
    triples += [(0.5, 0.5, 1e-30), (2.0, 3.0, 1e-50), (2.0, 3.0, 1 - 2.0**-53), (1e5, 1e5, 0.5)]
    triples += [(1e5, 1e5, 0.497), (1.0, 1e5, 3e-5), (74.9, 75.0, 0.4), (75.1, 75.0, 0.4)]
    add("regularizedBeta", beta_i, triples)
    rows = []
    for a, b in zip(powers(22, -1.3, 3.3), powers(22, -1.3, 3.3)):
        for p in (1e-100, 1e-12, 0.002, 0.2, 0.5, 0.8, 0.99, 1 - 1e-12):
            start = sp.betaincinv(a, b, p)
            if 1e-280 < start < 1 - 1e-6:
                rows.append((a, b, p, start))
    values = []
    for a, b, p, s in rows:
        value = beta_quantile(mp.mpf(a), mp.mpf(b), mp.mpf(p), mp.mpf(s))
        values.append([a, b, p, float(value)])
    functions["regularizedBetaInverse"] = values

    xs = uniform(10, -1, 0) + uniform(10, 0, 5) + powers(6, -300, -1) + powers(8, 0, 40)
    xs += [-x for x in powers(6, -300, -1)] + [-1 + x for x in powers(5, -16, -2)]
    xs += [0.0, -0.75, -0.7499, -0.7501, 2.999, 3.0, 3.001, 0.111, 0.112]
    add("log1pRatio", lambda k, x: log1p_ratio(int(k), x), [(k, x) for k in range(7) for x in xs])
    xs = uniform(10, -20, 20) + uniform(8, -700, 700) + powers(5, -300, -1)
    xs += [-x for x in powers(5, -300, -1)] + [0.0, -700.0, 700.0, 1.0, -1.0]
    edges = [(k, x) for k in range(1, 7) for x in (2.0 * k + 1.99, 2.0 * k + 2.01, -k - 1.99, -k - 2.01)]
    rows = [(k, x) for k in range(7) for x in xs] + edges
    add("expm1Ratio", lambda k, x: expm1_ratio(int(k), x), rows)

    directional()

    meta = {
        "note": "Each row is [argument, ..., value]; see make_special_functions.py.",
        "versions": {
            "python": platform.python_version(),
            "mpmath": mp.__version__,
            "scipy": scipy.__version__,
        },
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "special_functions.json")
    with open(path, "w") as file:
        file.write('{"meta": ' + json.dumps(meta) + ',\n"functions": {\n')
        blocks = []
        for name, rows in functions.items():
            lines = ",\n".join(json.dumps(row) for row in rows)
            blocks.append(f'"{name}": [\n{lines}\n]')
        file.write(",\n".join(blocks) + "\n}}\n")


main()
