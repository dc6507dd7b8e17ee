"""Heavy tails at all magnitudes, and slopes where a probability is 0 or 1, by mpmath with 400 digits.

Run: python3 make_edges.py   (writes edges.json beside itself)

Each entry of "functions" is a list of [argument, ..., value]. Arguments are doubles, taken as exact; values are
rounded to the nearest double. Densities of Cauchy distributions are those of scale 2 about 0 unless the arguments say otherwise.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 400
functions = {}


def add(name, function, arguments):
    rows = []
    for xs in arguments:
        xs = [float(x) for x in (xs if isinstance(xs, tuple) else (xs,))]
        value = function(*[mp.mpf(x) for x in xs])
        rows.append(xs + [float(value) if mp.isfinite(value) else str(float(value))])
    functions[name] = rows


def tail(z):
    """P(Z > z) of the standard Cauchy distribution."""
    return mp.atan(1 / z) / mp.pi if z > 0 else 1 - mp.atan(-1 / z) / mp.pi if z < 0 else mp.mpf(1) / 2


def cotangent(p):
    """The z beyond which the standard Cauchy distribution has probability p."""
    return mp.cos(mp.pi * p) / mp.sin(mp.pi * p)


# What is left on the upper side, and how precisely it is known, is told by the logarithm.
sizes = [0, 1e-300, 1e-20, 1e-8, 0.01, 0.3, 0.999, 1, 1.001, 3, 50, 1e8, 1e16, 1e100, 1e153, 1e154, 1e160, 1e300]
both = [-x for x in sizes[1:]] + sizes
add("Cauchy.logProb", lambda x: -mp.log(mp.pi * 2 * (1 + (x / 2) ** 2)), both)
add("Cauchy.logProbSlope", lambda x: -(x / 2) / (1 + (x / 2) ** 2), both)
add("Cauchy.cdf", lambda x: tail(-x / 2), both)
add("Cauchy.logCDF", lambda x: mp.log(tail(-x / 2)) if x < 0 else mp.log1p(-tail(x / 2)), both)
add("HalfCauchy.logProb", lambda x: mp.log(2) - mp.log(mp.pi * 2 * (1 + (x / 2) ** 2)), sizes)
add("HalfCauchy.cdf", lambda x: 2 / mp.pi * mp.atan(x / 2), sizes)
add("HalfCauchy.logCDF", lambda x: mp.log1p(-2 * tail(x / 2)) if x > 1 else mp.log(2 / mp.pi * mp.atan(x / 2)), sizes[1:])
add("HalfCauchy.logSurvival", lambda x: mp.log(2 * tail(x / 2)) if x > 1 else mp.log1p(-2 / mp.pi * mp.atan(x / 2)), sizes)

chances = [1e-300, 1e-100, 1e-30, 1e-16, 1e-8, 0.001, 0.2, 0.2499, 0.25, 0.2501, 0.4, 0.5 - 1e-9, 0.5]
upper = [0.6, 0.75, 0.9, 1 - 1e-8, 1 - 1e-15]
add("Cauchy.icdf", lambda p: -2 * cotangent(p), chances + upper)
add("HalfCauchy.icdf", lambda p: 2 * mp.tan(mp.pi * p / 2), chances + upper)
logs = [-700, -300, -50, -5, -1.4, -1.38, -0.7, -0.69, -0.1, -1e-5, -1e-20, -1e-100]
add("Cauchy.icdf(logCDF:)", lambda l: -2 * cotangent(mp.exp(l)) if l < -0.5 else 2 * cotangent(-mp.expm1(l)), logs)
add("Cauchy.icdf(logSurvival:)", lambda l: 2 * cotangent(mp.exp(l)) if l < -0.5 else -2 * cotangent(-mp.expm1(l)), logs)
add("HalfCauchy.icdf(logCDF:)", lambda l: 2 * cotangent(-mp.expm1(l) / 2), logs)
add("HalfCauchy.icdf(logSurvival:)", lambda l: 2 * cotangent(mp.exp(l) / 2), logs)

# Arguments: the lower end of a Cauchy distribution of scale 2, and the probability or value.
ends = [(low, p) for low in (-1e10, -3, 0, 1, 1e5, 1e16, 1e100) for p in (1e-10, 0.3, 0.5, 0.999)]
add("TruncatedCauchy.icdf", lambda low, p: 2 * cotangent((1 - p) * tail(low / 2)), ends)
add(
    "TruncatedCauchy.logProb",
    lambda low, x: -mp.log(mp.pi * 2 * (1 + (x / 2) ** 2)) - mp.log(tail(low / 2)),
    [(low, 3 * abs(low) + 1) for low in (-1e10, -3, 0, 1, 1e5, 1e16, 1e100, 1e160)])
# The same of a half-Cauchy distribution.
halves = [(low, p) for low in (1e-9, 1, 1e5, 1e16, 1e100) for p in (1e-3, 0.3, 0.5, 0.999)]
add("TruncatedHalfCauchy.icdf", lambda low, p: 2 * cotangent((1 - p) * tail(low / 2)), halves)

# Slopes of a mixture of normals of deviation 1 at 0, 1, 2 in each of its weights. Arguments: x and the weights.
def mixture_slopes(index):
    def slope(x, *weights):
        densities = [mp.npdf(x, k) for k in range(3)]
        total = sum(w * d for w, d in zip(weights, densities))
        return densities[index] / total - 1 / sum(weights)
    return slope


weights = [(0.3, 0, 0.5, 0.5), (0.3, 1, 0, 0), (-6, 0.25, 0, 0.75), (9, 0.5, 0.5, 0), (0.3, 0.2, 0.3, 0.5)]
for index in range(3):
    add("Mixture.slope%d" % index, mixture_slopes(index), weights)

# A relaxed Bernoulli variable at its ends, where the density has a limit. Arguments: temperature, logits, x.
def relaxed(t, l, x):
    if x == 0:
        return mp.log(t) - l if t == 1 else mp.inf if t < 1 else -mp.inf
    if x == 1:
        return mp.log(t) + l if t == 1 else mp.inf if t < 1 else -mp.inf
    logit = mp.log(x) - mp.log1p(-x)
    z = t * logit - l
    return mp.log(t) - z - 2 * mp.log1p(mp.exp(-z)) - mp.log(x) - mp.log1p(-x)


places = [(t, l, x) for t in (0.5, 1, 2) for l in (-1, 0.4) for x in (1e-300, 1e-9, 0.3, 1 - 1e-9)]
add("RelaxedBernoulli.logProb", relaxed, places)
places = [(1, l, x) for l in (-1, 0.4) for x in (0, 1)]
functions["RelaxedBernoulli.logProb"] += [list(map(float, p)) + [float(relaxed(*map(mp.mpf, p)))] for p in places]

# A soft Laplace distribution of location 0.5 and scale 2, and its slopes in x. Arguments: x.
def soft(x, log=False, slope=False):
    z = (x - mp.mpf(1) / 2) / 2
    below = 2 / mp.pi * mp.atan(mp.exp(z)) if z < 0 else 1 - 2 / mp.pi * mp.atan(mp.exp(-z))
    if not slope:
        return mp.log(below) if log else below
    density = 1 / (2 * mp.pi * mp.cosh(z))
    return density / below if log else density


places = [0.5 + 2 * z for z in (-600, -30, -3, -1e-3, -1e-9, 0, 1e-9, 1e-3, 3, 30)]
for log in (False, True):
    name = "SoftLaplace." + ("logCDF" if log else "cdf")
    add(name, lambda x: soft(x, log), places)
    add(name + "Slope", lambda x: soft(x, log, True), places)

# The log survival of a log-uniform variable and its slope in the upper end, 0 where nothing survives. Arguments: low,
# high, x.
def log_uniform(low, high, x):
    if x <= low:
        return mp.mpf(0)
    return mp.log(mp.log(high / x) / mp.log(high / low)) if x < high else -mp.inf


def log_uniform_slope(low, high, x):
    if x <= low or x >= high:
        return mp.mpf(0)
    return (1 / mp.log(high / x) - 1 / mp.log(high / low)) / high


places = [(low, high, low + (high - low) * u)
          for low, high in ((1, 2), (1e-300, 1e300), (1, 1.0000001), (1e200, 3e200)) for u in (0.25, 0.5, 1 - 2.0**-10, 1)]
places += [(1, 2, 0.5), (1, 2, 1.5 + 0.5 * (1 - 2.0**-50)), (1, 2, 2.5), (1, 1e300, 1e100)]
add("LogUniform.logSurvival", log_uniform, places)
add("LogUniform.logSurvivalSlope", log_uniform_slope, places)

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "edges.json")
with open(place, "w") as out:
    lines = ",\n".join("%s: %s" % (json.dumps(k), json.dumps(v)) for k, v in functions.items())
    note = "made by make_edges.py, mpmath %s" % mp.__version__
    out.write('{"meta": {"note": "%s"},\n"functions": {\n%s\n}}\n' % (note, lines))
print({k: len(v) for k, v in functions.items()})
