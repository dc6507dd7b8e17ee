"""Tails, quantiles in tails and differences of log-gamma over many magnitudes, by mpmath with 60 digits or more.

Run: python3 make_tails.py   (writes tails.json beside itself)

"functions" holds rows [argument, ..., value] of special functions; "distributions" has for each family rows
of a point x with the parameters, and what is asked there: the log density and its slopes, in x if that is
not a count and in the parameters. Arguments are doubles, taken as exact.
"""

import json
import os
import platform

import mpmath as mp

mp.mp.dps = 60


def digits(*xs):
    """Enough for what cancels in differences of log-gamma at such arguments."""
    return 150 if all(x == 0 or 1e-30 < abs(x) < 1e40 for x in xs) else 1000


def number(x):
    x = float(x)
    return x if abs(x) < float("inf") else str(x)


# Special functions


def log_gamma_difference(a, d):
    with mp.workdps(digits(a, d)):
        return mp.loggamma(mp.mpf(a) + mp.mpf(d)) - mp.loggamma(mp.mpf(a))


def digamma_difference(a, d):
    with mp.workdps(digits(a, d)):
        return mp.digamma(mp.mpf(a) + mp.mpf(d)) - mp.digamma(mp.mpf(a))


def log_gamma_remainder(a, d):
    with mp.workdps(digits(a, d)):
        a, d = mp.mpf(a), mp.mpf(d)
        return mp.loggamma(a + d) - mp.loggamma(a) - d * mp.digamma(a)


def log_factorial_remainder(k):
    with mp.workdps(digits(k)):
        k = mp.mpf(k)
        return mp.loggamma(k + 1) - k * mp.log(k) + k


def deviance(k, m):
    with mp.workdps(700):
        k, m = mp.mpf(k), mp.mpf(m)
        return k * mp.log(k / m) + m - k


def log_complement(l):
    return mp.log(-mp.expm1(l)) if l > -0.7 else mp.log1p(-mp.exp(l))


def gamma_log_tails(a, x):
    """log P and log Q: the power series, and the continued fraction right of the mean."""
    a, x = mp.mpf(a), mp.mpf(x)
    with mp.workdps(80):
        power = a * mp.log(x) - x - mp.loggamma(a)
        if x < a + 1 or (a < 1 and x < 2):
            term, total, n = 1 / a, 1 / a, 0
            while term > total * mp.mpf(10) ** -75:
                n += 1
                term *= x / (a + n)
                total += term
            lower = power + mp.log(total)
            return lower, log_complement(lower)
        # Legendre's fraction, backwards from far enough.
        depth = 400
        previous = None
        while True:
            value = mp.mpf(0)
            for n in range(depth, 0, -1):
                value = n * (a - n) / (x + 2 * n + 1 - a + value)
            value = 1 / (x + 1 - a + value)
            if previous is not None and abs(value / previous - 1) < mp.mpf(10) ** -50:
                break
            previous, depth = value, 2 * depth
        upper = power + mp.log(value)
        return log_complement(upper), upper


def beta_log_power(a, b, x):
    with mp.workdps(120):
        a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
        return a * mp.log(x) + b * mp.log(1 - x) - (
            mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
        )


def beta_left(a, b, x):
    """log I left of the mean: the fraction DLMF 8.17.22, backwards."""
    with mp.workdps(80):
        depth, previous = 200, None
        while True:
            value = mp.mpf(1)
            for n in range(depth, 0, -1):
                m = n // 2
                if n % 2:
                    d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                else:
                    d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                value = 1 + d / value
            if previous is not None and abs(value / previous - 1) < mp.mpf(10) ** -50:
                return beta_log_power(a, b, x) - mp.log(a) - mp.log(value)
            previous, depth = value, 2 * depth


def beta_log_tails(a, b, x):
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if x <= (a + 1) / (a + b + 2):
        lower = beta_left(a, b, x)
        return lower, log_complement(lower)
    with mp.workdps(400):
        y = 1 - x
    upper = beta_left(b, a, y)
    return log_complement(upper), upper


functions = {}


def add(name, function, arguments):
    functions[name] = [[float(x) for x in xs] + [number(function(*xs))] for xs in arguments]
    print(name, len(functions[name]), flush=True)


bases = [1e-300, 1e-20, 1e-3, 0.3, 2.5, 9.0, 30.0, 1e5, 1e10, 1e15, 1e18, 1e100, 1e300]
differences = [(a, a * s) for a in bases for s in (1e-12, 0.01, 0.09, 0.5, 3.0) if a * s < 1e305]
differences += [(a, d) for a in bases[3:] for d in (0.5, 20.0, -0.25) if a + d > 0]
add("logGammaDifference", log_gamma_difference, differences)
add("digammaDifference", digamma_difference, differences)
add("logGammaRemainder", log_gamma_remainder, [(a, d) for a, d in differences if 1e-3 <= a < 1e100])
add("logFactorialRemainder", log_factorial_remainder, [(k,) for k in bases + [9.999, 10.001, 100.0]])
add(
    "deviance",
    deviance,
    [
        (k, k * r)
        for k in (1e-300, 1e-5, 1.0, 20.0, 1e8, 1e15, 1e300)
        for r in (1e-5, 0.5, 0.7, 0.9, 1 - 1e-9, 1 + 1e-12, 1.01, 1.4, 1.5, 30.0, 1e7)
    ]
    + [(1e10, 1e-300), (1e-10, 1e300)],
)
gamma_points = [
    (a, a * r) for a in (1e-3, 0.4, 2.0, 30.0, 150.0, 1e4) for r in (1e-300, 1e-8, 0.2, 0.8, 1.2, 4.0, 100.0)
]
gamma_points += [(a, 1e5) for a in (1e-3, 0.4, 2.0, 30.0)]
gamma_points += [(1e6, 8e5), (1e6, 1.25e6), (1e6, 2e5), (1e6, 1e7)]
functions["logGammaTails"] = [
    [a, x] + [number(v) for v in gamma_log_tails(a, x)] for a, x in gamma_points
]
print("logGammaTails", len(gamma_points), flush=True)
beta_points = [
    (a, b, x)
    for a, b in ((1e-3, 2.0), (0.5, 0.5), (2.0, 50.0), (300.0, 4.0), (1e4, 3e4), (0.5, 1e5))
    for x in (1e-300, 1e-12, 0.01, 0.2, 0.5, 0.7, 1 - 1e-9)
]
functions["logBetaTails"] = [
    [a, b, x] + [number(v) for v in beta_log_tails(a, b, x)] for a, b, x in beta_points
]
print("logBetaTails", len(beta_points), flush=True)

# Distributions: log densities with their slopes, and tails


def t_log_prob(x, nu, loc, scale):
    z = (x - loc) / scale
    return (
        mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2
        - mp.log(scale) - (nu + 1) / 2 * mp.log1p(z * z / nu)
    )


def binomial(k, n, p):
    return (
        mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
        + k * mp.log(p) + (n - k) * mp.log1p(-p)
    )


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def beta_binomial(k, a, b, n):
    choose = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
    return choose + log_beta(k + a, n - k + b) - log_beta(a, b)


def beta_negative_binomial(k, a, b, r):
    choose = mp.loggamma(k + r) - mp.loggamma(k + 1) - mp.loggamma(r)
    return choose + log_beta(a + k, b + r) - log_beta(a, b)


def negative_binomial2(k, mean, r):
    choose = mp.loggamma(k + r) - mp.loggamma(k + 1) - mp.loggamma(r)
    return choose + k * mp.log(mean / (r + mean)) - r * mp.log1p(mean / r)


log_probs = {
    "StudentT": (t_log_prob, [
        (x, nu, 0.5, 2.0)
        for nu in (1e-3, 0.7, 4.0, 1e5, 1e10, 1e15, 1e18, 1e300)
        for x in (0.7, 9.0, -1e5, 1e160, 1e300)
    ]),
    "Gamma": (lambda x, a, r: a * mp.log(r) + (a - 1) * mp.log(x) - r * x - mp.loggamma(a), [
        (x, a, 2.0)
        for a in (1e-3, 1.0, 3.5, 40.0, 1e6, 1e10, 1e15)
        for x in (a / 2, a / 2 * (1 + 2 / a**0.5), a / 20, a * 3, 1e-300, 1e300)
    ] + [
        # Where the rate times x, or the shape over that, is beyond the doubles.
        (1e300, 3.5, 1e10), (1e-300, 3.5, 1e-100), (1e-300, 1e15, 1e-8), (1e-150, 1e200, 1e-250),
    ]),
    "InverseGamma": (lambda x, a, r: a * mp.log(r) - (a + 1) * mp.log(x) - r / x - mp.loggamma(a), [
        (x, a, 2.0)
        for a in (1e-3, 1.0, 3.5, 40.0, 1e6, 1e10, 1e15)
        for x in (2 / a, 2 / a * (1 + 2 / a**0.5), 20 / a, 1e300)
    ] + [(1e-300, 3.5, 1e10), (1e300, 3.5, 1e-100), (1e300, 1e15, 1e-8), (1e150, 1e200, 1e-250)]),
    "Beta": (lambda x, a, b: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - log_beta(a, b), [
        (x, a, b)
        for a, b, x in (
            (0.5, 0.3, 0.25), (2.0, 3.0, 1e-300), (2.0, 3.0, 0.75), (1e5, 3e5, 0.25), (1e5, 3e5, 0.251),
            (1e10, 1e10, 0.5), (1e10, 1e10, 0.500001), (1e15, 1e15, 0.5), (1e15, 3e15, 0.25),
            (1e15, 2.0, 1 - 2**-50), (3.0, 1e15, 2**-49), (1e5, 3e5, 1e-20), (1e100, 1e100, 0.5),
        )
    ]),
    "Poisson": (lambda k, m: k * mp.log(m) - m - mp.loggamma(k + 1), [
        (k, m)
        for m in (1e-300, 1e-3, 0.7, 12.0, 300.0, 1e6, 1e10, 1e15)
        for k in (0.0, 1.0, float(round(m)), float(round(m + 2 * m**0.5)), 1e4)
    ] + [(1e300, 1e300), (3.0, 1e300)]),
    "Binomial": (binomial, [
        (k, n, p)
        for n, p in ((10.0, 0.3), (150.0, 0.01), (1e6, 0.5), (1e10, 0.25), (1e15, 0.5), (2.0**50, 2.0**-40))
        for k in (0.0, 1.0, float(round(n * p)), float(round(n * p + 2 * (n * p) ** 0.5)) if n > 10 else 4.0, n)
    ]),
    "NegativeBinomial2": (negative_binomial2, [
        (k, m, r)
        for r in (1e-3, 2.0, 300.0, 1e6, 1e10, 1e15, 1e300)
        for m, k in ((0.5, 0.0), (5.0, 5.0), (5.0, 9.0), (1e6, 1e6), (1e6, 1.002e6), (1e-300, 0.0), (1e-3, 3.0))
    ]),
    "BetaBinomial": (beta_binomial, [
        (k, a, b, n)
        for a, b, n, k in (
            (0.5, 2.0, 10.0, 3.0), (1e-3, 1e-3, 10.0, 0.0), (1e6, 3e6, 20.0, 5.0), (3e14, 7e14, 20.0, 5.0),
            (3e14, 7e14, 20.0, 0.0), (3.0, 7.0, 1e10, 3e9), (1e10, 3e10, 1e12, 2.5e11), (1e15, 1e15, 1e15, 5e14),
            (1e300, 1e300, 20.0, 11.0),
        )
    ]),
    "BetaNegativeBinomial": (beta_negative_binomial, [
        (k, a, b, r)
        for a, b, r, k in (
            (0.5, 2.0, 3.5, 3.0), (1e6, 3e6, 20.0, 5.0), (3e14, 7e14, 20.0, 8.0), (3.0, 7.0, 1e10, 4e9),
            (1e10, 1e10, 1e10, 1e10), (1e15, 1e15, 4.0, 0.0),
        )
    ]),
}


def slope(f, xs, i):
    """By a step of a quarter of the digits: what is left of the truncation is far below a double."""
    with mp.workdps(digits(*xs)):
        h = abs(xs[i]) * mp.mpf(10) ** -(mp.mp.dps // 4)
        up, down = list(xs), list(xs)
        up[i] += h
        down[i] -= h
        value = (f(*up) - f(*down)) / (2 * h)
        # What is left of the truncation where a slope vanishes.
        return value if abs(value * xs[i]) > mp.mpf(10) ** (-0.37 * mp.mp.dps) else mp.mpf(0)


distributions = {}
for name, (f, points) in log_probs.items():
    rows = []
    discrete = name in (
        "Poisson", "Binomial", "NegativeBinomial2", "BetaBinomial", "BetaNegativeBinomial",
    )
    for xs in points:
        exact = [mp.mpf(x) for x in xs]
        with mp.workdps(digits(*xs)):
            value = f(*exact)
        # The last parameter of a binomial distribution with a count is not differentiated.
        skipped = {"Binomial": 1, "BetaBinomial": 3}.get(name)
        first = 1 if discrete else 0
        slopes = [
            number(slope(f, exact, i)) if i != skipped else 0.0 for i in range(first, len(xs))
        ]
        rows.append({"at": list(xs), "logProb": number(value), "slopes": slopes})
    distributions[name] = rows
    print(name, len(rows), flush=True)

# The Wishart distributions of 3 x 3 matrices: rows of the degrees of freedom, the factors of the scale and of the matrix,
# the log densities of the factor L and of L Lt, the slope of both in the degrees of freedom, and both entropies. Elements
# are such that Bartlett's factor is known exactly: at 1e300 degrees of freedom rounding would be all there is.


def product(A, B):
    return [[sum(A[i][k] * B[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def bartlett(T, L):
    """inv(T) L of lower triangles."""
    A = [[mp.mpf(0)] * 3 for _ in range(3)]
    for j in range(3):
        for i in range(j, 3):
            A[i][j] = (L[i][j] - sum(T[i][k] * A[k][j] for k in range(j, i))) / T[i][i]
    return A


def wishart(inverse, nu, T, L):
    with mp.workdps(700):
        nu = mp.mpf(nu)
        T, L = ([[mp.mpf(x) for x in row] for row in M] for M in (T, L))
        halves = [(nu - j) / 2 for j in range(3)]
        log_gamma = mp.mpf(3) / 2 * mp.log(mp.pi) + sum(mp.loggamma(a) for a in halves)
        digammas = sum(mp.digamma(a) for a in halves)
        log_L = [mp.log(L[i][i]) for i in range(3)]
        log_T = sum(mp.log(T[i][i]) for i in range(3))
        trace = sum(x * x for row in (bartlett(L, T) if inverse else bartlett(T, L)) for x in row)
        sign = -1 if inverse else 1
        # With respect to the matrix: X = L Lt.
        matrix = (
            (sign * nu - 4) * sum(log_L) - trace / 2 - sign * nu * log_T
            - 3 * nu / 2 * mp.log(2) - log_gamma
        )
        factor = matrix + 3 * mp.log(2) + sum((3 - i) * log_L[i] for i in range(3))
        slope = sign * (sum(log_L) - log_T) - mp.log(2) * 3 / 2 - digammas / 2
        entropy = (
            4 * (log_T + sign * mp.mpf(3) / 2 * mp.log(2)) + log_gamma
            - (nu - sign * 4) / 2 * digammas + 3 * nu / 2
        )
        # E log L[i, i], from the chi-square variables on the diagonal of Bartlett's factor.
        degrees = [nu - 2 + i if inverse else nu - i for i in range(3)]
        mean_logs = [
            mp.log(T[i][i]) + sign * (mp.digamma(d / 2) + mp.log(2)) / 2 for i, d in enumerate(degrees)
        ]
        jacobian = 3 * mp.log(2) + sum((3 - i) * m for i, m in enumerate(mean_logs))
        return [number(x) for x in (factor, matrix, slope, entropy - jacobian, entropy)]


def wishart_points():
    general = [[1.5, 0.0, 0.0], [-0.5, 0.75, 0.0], [0.25, 0.125, 2.0]]
    diagonal = [[2.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 4.0]]
    for k in (1, 3, 8, 13, 20, 25, 166, 498):
        # Powers of two have roots; past 2^25 only a diagonal T leaves products exact.
        root, T = 2.0**k, general if k <= 25 else diagonal
        for scale in (1.0, 1 + 2.0**-6):
            A = [[root * scale, 0.0, 0.0], [0.5, root, 0.0], [-0.75, 1.5, root]]
            yield False, root * root, T, product(T, A)
        inverse = [[1 / root, 0.0, 0.0], [0.5 / root**2, 1 / root, 0.0], [0.0, -1.5 / root**2, 1 / root]]
        yield True, root * root, T, product(T, inverse)


wisharts = [
    {
        "isInverse": inverse, "degreesOfFreedom": nu, "scale": sum(T, []), "factor": sum(L, []),
        "values": wishart(inverse, nu, T, L),
    }
    for inverse, nu, T, L in wishart_points()
]
print("wisharts", len(wisharts), flush=True)

here = os.path.dirname(os.path.abspath(__file__))
note = "See make_tails.py."
versions = {"python": platform.python_version(), "mpmath": mp.__version__}


def lines(table):
    return ",\n".join(
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
        for name, rows in table.items()
    )


with open(os.path.join(here, "tails.json"), "w") as file:
    meta = json.dumps({"note": note, "versions": versions})
    file.write(f'{{"meta": {meta},\n"functions": {{\n{lines(functions)}\n}},\n')
    file.write(f'"distributions": {{\n{lines(distributions)}\n}},\n')
    file.write('"wisharts": [\n' + ",\n".join(json.dumps(row) for row in wisharts) + "\n]}\n")
