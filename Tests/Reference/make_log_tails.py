"""Log probabilities and quantiles in both tails of distributions in closed form, von Mises distributions and narrow
intervals, by mpmath with 400 digits (60 for quadrature).

Run: python3 make_log_tails.py   (writes log_tails.json beside itself)

"families" holds for each distribution cases of parameters, with rows [x, log F(x), log(1 - F(x))] and
[l, quantile of log F = l, quantile of log(1 - F) = l]; "VonMises" is one of them. "masses" has for bases that are cut narrowly
rows [parameters ..., low, high, log(F(high) - F(low))]. Arguments are doubles, taken as exact; what exceeds all
doubles is "inf" or "-inf", and what is below the normal ones, or below 400 digits, is left out as null.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 400
LOGS = [-1e4, -800.0, -700.0, -50.0, -3.0, -0.7, -0.69, -0.1, -1e-5, -1e-20, -1e-300]


def number(x):
    """The nearest double, an infinity by name, or nothing where it is not a normal number."""
    if x is None or mp.isinf(x):
        return None
    if abs(x) > mp.mpf("1.8e308"):
        return "inf" if x > 0 else "-inf"
    x = float(x)
    return x if x == 0 or 1e-307 < abs(x) < 1e307 else None


def contrary(l):
    """log(1 - exp(l))."""
    return mp.log1p(-mp.exp(l)) if l < -0.5 else mp.log(-mp.expm1(l))


def from_hazard(h):
    """log F and log(1 - F) where the cumulative hazard is h."""
    return contrary(-h), -h


def from_log_cdf(w):
    """The same where log F = -w."""
    return -w, contrary(-w)


def solve(f, x, slope):
    """Newton's method."""
    for _ in range(200):
        step = f(x) / slope(x)
        x -= step
        if abs(step) < abs(x) * mp.mpf(10) ** -45:
            return x
    raise ValueError("no convergence")


def erf_quantile(log_p, log_q):
    """z with erf z = exp(log_p) = 1 - exp(log_q)."""
    density = lambda z: 2 / mp.sqrt(mp.pi) * mp.exp(-z * z)
    with mp.workdps(80):
        if log_p < mp.log(0.5):
            p = mp.exp(log_p)
            return solve(lambda z: mp.erf(z) - p, p * mp.sqrt(mp.pi) / 2, density)
        start = mp.sqrt(max(-log_q - mp.log(mp.sqrt(-log_q) + 1), mp.mpf("0.1")))
        return solve(
            lambda z: mp.log(mp.erfc(z)) - log_q, start, lambda z: -density(z) / mp.erfc(z))


def erf_tails(z):
    p, q = mp.erf(z), mp.erfc(z)
    return mp.log(p), mp.log(q)


def log_power(x, low, n):
    return mp.log(x / low) if n == 0 else ((x / low) ** n - 1) / n


def power_law_tails(x, n, low, high):
    total = log_power(high, low, n)
    part = log_power(x, low, n)
    return mp.log(part / total), mp.log((total - part) / total)


def power_law_quantile(p, n, low, high):
    share = p * log_power(high, low, n)
    return low * (mp.exp(share) if n == 0 else (1 + n * share) ** (1 / n))


def logistic_tails(z):
    return -mp.log1p(mp.exp(-z)), -mp.log1p(mp.exp(z))


def secant_tails(z):
    tail = 2 / mp.pi * mp.atan(mp.exp(-abs(z)))
    small, large = mp.log(tail), mp.log1p(-tail)
    return (small, large) if z < 0 else (large, small)


def secant_quantile(log_p, log_q):
    lower = log_p < log_q
    angle = mp.pi / 2 * mp.exp(log_p if lower else log_q)
    return mp.log(mp.tan(angle)) * (1 if lower else -1)


def gev_scale(s, shape):
    return s if shape == 0 else mp.expm1(shape * s) / shape


def gev_reduced(z, shape):
    return z if shape == 0 else mp.log1p(shape * z) / shape


# For each family: tails(x, ...) -> (log F, log S), quantile(log F, log S, ...), and cases of parameters with points.
small = [1e-300, 1e-100, 1e-10, 0.3, 1.0, 4.0]
families = {
    "Exponential": (
        lambda x, r: from_hazard(r * x), lambda p, q, r: -q / r,
        [((2.0,), small + [30.0, 300.0]), ((1e-200,), [1e-200, 1e190, 1e202])]),
    "GeneralizedPareto": (
        lambda x, m, s, k: from_hazard(gev_reduced((x - m) / s, k)),
        lambda p, q, m, s, k: m + s * gev_scale(-q, k),
        [((0.0, 2.0, k), small + [6.0]) for k in (-0.3, 0.0, 0.2)] + [((0.0, 1e200, 0.2), [1e-200, 1e210])]),
    "Weibull": (
        lambda x, s, k: from_hazard((x / s) ** k), lambda p, q, s, k: s * (-q) ** (1 / k),
        [((2.0, 0.7), small + [30.0, 1e4]), ((2.0, 30.0), [1e-300, 1e-20, 0.5, 1.9, 2.5]),
         ((1e10, 3.0), [1e-300, 1e-90, 1e9, 3e10])]),
    "Gompertz": (
        lambda x, k, r: from_hazard(k * mp.expm1(r * x)), lambda p, q, k, r: mp.log1p(-q / k) / r,
        [((1.5, 0.8), small + [6.0]), ((1e-30, 1e-5), [1e-300, 1.0, 6e6, 7.3e6])]),
    "Pareto": (
        lambda x, s, k: from_hazard(k * mp.log(x / s)), lambda p, q, s, k: s * mp.exp(-q / k),
        [((0.5, 5.0), [0.5 + 2.0**-52, 0.501, 0.6, 3.0, 1e10, 1e60]), ((1.0, 200.0), [1.0 + 2.0**-50, 1.1, 100.0])]),
    "LowerTruncatedPowerLaw": (
        lambda x, n, low: from_hazard(-(n + 1) * mp.log(x / low)),
        lambda p, q, n, low: low * mp.exp(-q / -(n + 1)),
        [((-2.5, 0.4), [0.4 + 2.0**-53, 0.41, 0.7, 40.0, 1e10, 1e100])]),
    "DoublyTruncatedPowerLaw": (
        lambda x, n, low, high: power_law_tails(x, n + 1, low, high),
        lambda p, q, n, low, high: power_law_quantile(mp.exp(p), n + 1, low, high),
        [((n, 0.5, 4.0), [0.5 + 2.0**-53, 0.5 + 1e-9, 0.7, 1.0, 3.0, 4 - 1e-9, 4 - 2.0**-51])
         for n in (-2.5, -30.0, -1.0, 0.5, 40.0, 900.0)]),
    "Kumaraswamy": (
        lambda x, a, b: from_hazard(-b * mp.log(1 - x**a)),
        lambda p, q, a, b: (-mp.expm1(q / b)) ** (1 / a),
        [((0.7, 2.5), [1e-300, 1e-10, 0.2, 0.9, 1 - 1e-12]), ((3.0, 400.0), [1e-200, 1e-3, 0.2, 0.9]),
         ((40.0, 1.0), [1e-100, 0.5, 0.99])]),
    "HalfNormal": (
        lambda x, s: erf_tails(x / s / mp.sqrt(2)), lambda p, q, s: s * mp.sqrt(2) * erf_quantile(p, q),
        [((1.5,), small + [12.0, 40.0])]),
    "Levy": (
        lambda x, m, s: erf_tails(mp.sqrt(s / (2 * (x - m))))[::-1],
        lambda p, q, m, s: m + s / (2 * erf_quantile(q, p) ** 2),
        [((0.0, 0.4), [1e-3, 0.05, 0.3, 1.0, 30.0, 1e10, 1e100, 1e300])]),
    "SoftLaplace": (
        lambda x, m, s: secant_tails((x - m) / s), lambda p, q, m, s: m + s * secant_quantile(p, q),
        [((0.5, 1.5), [-900.0, -60.0, -3.0, 0.4, 2.0, 40.0, 900.0])]),
    "LogUniform": (
        lambda x, low, high: power_law_tails(x, mp.mpf(0), low, high),
        lambda p, q, low, high: power_law_quantile(mp.exp(p), mp.mpf(0), low, high),
        [((0.5, 4.0), [0.5 + 2.0**-53, 0.5 + 1e-9, 1.0, 3.0, 4 - 1e-9, 4 - 2.0**-51])]),
    "Uniform": (
        lambda x, low, high: (mp.log((x - low) / (high - low)), mp.log((high - x) / (high - low))),
        lambda p, q, low, high: high - mp.exp(q) * (high - low) if high == 0 else low + mp.exp(p) * (high - low),
        [((-2.0, 0.0), [-2 + 1e-12, -1.5, -1.0, -0.1, -1e-10, -1e-300]), ((0.0, 2.0), [1e-300, 1e-10, 1.9, 2 - 1e-15])]),
    "RelaxedBernoulli": (
        lambda x, t, l: logistic_tails(t * (mp.log(x) - mp.log(1 - x)) - l),
        lambda p, q, t, l: 1 / (1 + mp.exp(-(p - q + l) / t)),
        [((t, -1.0), [1e-300, 1e-10, 0.3, 0.9, 1 - 1e-12]) for t in (0.5, 9.0)]),
    "AsymmetricLaplace": (
        lambda x, m, s, k: (
            (mp.log(k * k / (1 + k * k)) + (x - m) / (s * k), mp.log1p(-k * k / (1 + k * k) * mp.exp((x - m) / (s * k))))
            if x < m else
            (mp.log1p(-mp.exp(-(x - m) * k / s) / (1 + k * k)), -mp.log1p(k * k) - (x - m) * k / s)),
        lambda p, q, m, s, k: (
            m + s * k * (p - mp.log(k * k / (1 + k * k))) if p < mp.log(k * k / (1 + k * k))
            else m - s / k * (q + mp.log1p(k * k))),
        [((0.5, 1.5, k), [-500.0, -3.0, 0.4, 2.0, 40.0, 500.0]) for k in (0.6, 1e-9, 1e9)]),
    "Dagum": (
        lambda x, k, a, s: from_log_cdf(k * mp.log1p((x / s) ** -a)),
        lambda p, q, k, a, s: s * mp.expm1(-p / k) ** (-1 / a),
        [((0.7, 6.0, 2.0), [1e-300, 1e-10, 0.5, 2.0, 9.0, 1e10, 1e200])]),
    "Frechet": (
        lambda x, m, s, k: from_log_cdf(((x - m) / s) ** -k), lambda p, q, m, s, k: m + s * (-p) ** (-1 / k),
        [((0.0, 0.7, 20.0), [0.3, 0.5, 0.7, 1.0, 10.0, 1e20, 1e200])]),
    "Gumbel": (
        lambda x, m, s: from_log_cdf(mp.exp(-(x - m) / s)), lambda p, q, m, s: m - s * mp.log(-p),
        [((0.5, 1.5), [-500.0, -5.0, 0.0, 3.0, 50.0, 2e3, 1e5])]),
    "GEV": (
        lambda x, m, s, k: from_log_cdf(mp.exp(-gev_reduced((x - m) / s, k))),
        lambda p, q, m, s, k: m + s * gev_scale(-mp.log(-p), k),
        [((0.0, 1.0, -0.3), [-90.0, -5.0, 0.0, 1.0, 3.0, 3.3333]), ((0.0, 1.0, 0.0), [-5.0, 0.0, 3.0, 900.0]),
         ((0.0, 1.0, 0.2), [-4.0, 0.0, 3.0, 1e30])]),
}


def rows(tails, quantile, parameters, points):
    exact = [mp.mpf(x) for x in parameters]
    values = [[x] + [number(v) for v in tails(mp.mpf(x), *exact)] for x in points]
    quantiles = []
    for l in LOGS:
        own, other = mp.mpf(l), contrary(mp.mpf(l))
        pair = []
        for p, q in ((own, other), (other, own)):
            try:
                pair.append(number(quantile(p, q, *exact)))
            except (OverflowError, ZeroDivisionError):
                pair.append(None)
        quantiles.append([l] + pair)
    return {"parameters": list(parameters), "tails": values, "quantiles": quantiles}


table = {}
for name, (tails, quantile, cases) in families.items():
    table[name] = [rows(tails, quantile, *case) for case in cases]
    print(name, flush=True)


# Angles. The ends are the double next to π, as in the code.
def angle_density(t, m, k):
    return mp.exp(k * (mp.cos(t - m) - 1))


def angle_mass(a, b, m, k):
    """The integral of the density from a to b, cut where it changes fast."""
    width = 1 / mp.sqrt(1 + k)
    turns = [m + side * step * width for side in (-1, 1) for step in (0, 0.5, 1, 2, 4, 8, 16)]
    turns += [m + mp.pi * n for n in (-2, -1, 1, 2)] + [a + (b - a) * mp.mpf(2) ** -n for n in range(1, 16)]
    turns += [b - (b - a) * mp.mpf(2) ** -n for n in range(1, 16)]
    places = [a] + sorted(t for t in turns if a < t < b) + [b]
    return mp.quad(lambda t: angle_density(t, m, k), places)


mp.mp.dps = 40
END = mp.mpf(3.141592653589793)
table["VonMises"] = []
for m, k in ((0.0, 0.3), (0.5, 2.0), (-2.0, 30.0), (3.0, 8.0), (0.0, 1e3), (1.0, 1e5)):
    total = 2 * mp.pi * mp.besseli(0, k) * mp.exp(-mp.mpf(k))
    spread = k**-0.5
    points = [-3.141592653589, -3.0, -1.5, m - 3 * spread, m + 0.1 * spread, m + 9 * spread, 1.5, 3.0, 3.141592653589]
    values = []
    for x in sorted(set(x for x in points if abs(x) < 3.1415926535)) + [-3.141592653589, 3.141592653589]:
        below, above = angle_mass(-END, mp.mpf(x), mp.mpf(m), k), angle_mass(mp.mpf(x), END, mp.mpf(m), k)
        logs = [mp.log(below / total), mp.log(above / total)]
        big = 0 if logs[0] > logs[1] else 1
        logs[big] = mp.log1p(-min(below, above) / total)
        values.append([x] + [number(v) for v in logs])
    table["VonMises"].append({"parameters": [m, k], "tails": values, "quantiles": []})
print("VonMises", flush=True)

# Narrow intervals: log(F(high) - F(low)).
mp.mp.dps = 400
normal = lambda a, b: mp.log((mp.erfc(a / mp.sqrt(2)) - mp.erfc(b / mp.sqrt(2))) / 2)
# From the incomplete integral: exact for the shape 2 and 3.
gamma2 = lambda a, b: mp.log((1 + a) * mp.exp(-a) - (1 + b) * mp.exp(-b))
laplace = lambda a, b: mp.log(
    (mp.exp(b) - mp.exp(a)) / 2 if b < 0 else (mp.exp(-a) - mp.exp(-b)) / 2 if a > 0
    else (-mp.expm1(a) - mp.expm1(-b)) / 2)
cauchy = lambda a, b: mp.log(mp.atan((b - a) / (1 + a * b)) / mp.pi)
exponential = lambda a, b: -a + mp.log(-mp.expm1(a - b))
gev = lambda a, b: mp.log(
    mp.exp(-mp.exp(-gev_reduced(b, mp.mpf(-0.25)))) - mp.exp(-mp.exp(-gev_reduced(a, mp.mpf(-0.25)))))
widths = [1e-13, 1e-10, 1e-7, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.5]
intervals = {
    "Normal": (normal, [-30.0, -3.0, 0.0, 0.7, 5.0, 30.0]),
    "Gamma": (gamma2, [1e-3, 0.5, 2.0, 40.0]),
    "Laplace": (laplace, [-20.0, -1.0, 0.5, 20.0]),
    "Cauchy": (cauchy, [-1e3, -1.0, 0.0, 3.0]),
    "Exponential": (exponential, [0.0, 1e-3, 2.0, 50.0]),
    "GEV": (gev, [-2.0, 0.0, 1.0, 3.0]),
}
masses = {}
for name, (mass, places) in intervals.items():
    masses[name] = []
    for low in places:
        for width in widths:
            high = low + width * max(1.0, abs(low) if low < 100 else low)
            if high > low and (name != "GEV" or high < 4):
                masses[name].append([low, high, number(mass(mp.mpf(low), mp.mpf(high)))])
# About the point of 0, where the slope of the Laplace density jumps.
for name in ("Normal", "Laplace", "Cauchy"):
    masses[name] += [[-w, 2 * w, number(intervals[name][0](mp.mpf(-w), mp.mpf(2 * w)))] for w in widths + [1e-300, 1e-30]]

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "log_tails.json")
with open(place, "w") as out:
    meta = json.dumps({"note": "made by make_log_tails.py, mpmath %s" % mp.__version__})
    cases = ",\n".join(
        "%s: [\n%s\n]" % (json.dumps(name), ",\n".join(json.dumps(case) for case in rows))
        for name, rows in table.items())
    lines = ",\n".join("%s: %s" % (json.dumps(name), json.dumps(rows)) for name, rows in masses.items())
    out.write('{"meta": %s,\n"families": {\n%s\n},\n"masses": {\n%s\n}}\n' % (meta, cases, lines))
