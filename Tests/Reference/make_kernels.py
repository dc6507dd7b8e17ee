"""Reference values of the kernels over magnitudes of their lengthscales, by mpmath with 60 digits.

Run: python3 make_kernels.py   (writes kernels.json beside itself)

Each entry of "cases" is a kernel with its hyperparameters, a list of displacements from the origin (all of one dimension)
and the correlation with each; of the periodic ones also the slopes of the correlations in the period. All numbers are doubles, taken as exact. Correlations below 1e-300 are written as 0.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 60
POWERS = [-300, -200, -155, -100, -19, 0, 100, 155, 200, 300]
# In lengthscales, or in periods.
LINE = [[0.0], [1e-9], [0.1], [1.0], [3.0], [30.0], [1e5]]
PLANE = [[0.0, 0.0], [1e-9, -2e-9], [0.3, 0.4], [1.0, 1e-200], [-2.0, 1.0], [20.0, 30.0]]
WAVES = [[0.0], [1e-9], [0.1], [0.3], [0.5], [1.7]]
WAVES_PLANE = [[0.0, 0.0], [1e-9, -2e-9], [0.3, 0.4], [0.9, 0.45], [-1.2, 0.1]]


def norm(ds):
    return mp.sqrt(sum(d * d for d in ds))


def stationary(profile):
    return lambda ds, p: profile(norm([d / p["lengthscale"] for d in ds]), p)


def matern32(a, p):
    b = mp.sqrt(3) * a
    return (1 + b) * mp.exp(-b)


def matern52(a, p):
    b = mp.sqrt(5) * a
    return (1 + b + b * b / 3) * mp.exp(-b)


def periodic(ds, p):
    squares = sum(mp.sin(mp.pi * d / p["period"]) ** 2 for d in ds)
    return mp.exp(-2 * squares / p["lengthscale"] ** 2)


KERNELS = {
    "matern12": stationary(lambda a, p: mp.exp(-a)),
    "matern32": stationary(matern32),
    "matern52": stationary(matern52),
    "rbf": stationary(lambda a, p: mp.exp(-a * a / 2)),
    # Through the logarithm, which needs no more digits for a large alpha.
    "rational": stationary(lambda a, p: mp.exp(-p["alpha"] * mp.log1p(a * a / (2 * p["alpha"])))),
    "periodic": periodic,
    "cosine": lambda ds, p: mp.fprod(mp.cos(2 * mp.pi * d / p["period"]) for d in ds),
}

# In the period, by the chain rule over the axes.
SLOPES = {
    "periodic": lambda ds, p: periodic(ds, p) * sum(
        2 * mp.pi * d / (p["period"] * p["lengthscale"]) ** 2 * mp.sin(2 * mp.pi * d / p["period"])
        for d in ds),
    "cosine": lambda ds, p: sum(
        2 * mp.pi * d / p["period"] ** 2 * mp.sin(2 * mp.pi * d / p["period"])
        * mp.fprod(mp.cos(2 * mp.pi * e / p["period"]) for j, e in enumerate(ds) if j != i)
        for i, d in enumerate(ds)),
}

cases = []


def add(kernel, parameters, unit, shapes):
    displacements = [[d * unit for d in ds] for ds in shapes]
    exact = {name: mp.mpf(value) for name, value in parameters.items()}
    values = [KERNELS[kernel]([mp.mpf(d) for d in ds], exact) for ds in displacements]
    case = {
        "kernel": kernel, "parameters": parameters, "displacements": displacements,
        "values": [float(v) if abs(v) > 1e-300 else 0.0 for v in values],
    }
    if kernel in SLOPES:
        slopes = [SLOPES[kernel]([mp.mpf(d) for d in ds], exact) for ds in displacements]
        case["slopes"] = [float(v) for v in slopes]
    cases.append(case)


for power in POWERS:
    size = float(f"1e{power}")
    for shapes in [LINE, PLANE]:
        for kernel in ["matern12", "matern32", "matern52", "rbf"]:
            add(kernel, {"lengthscale": size}, size, shapes)
        add("rational", {"lengthscale": size, "alpha": 1.7}, size, shapes)
    for shapes in [WAVES, WAVES_PLANE]:
        add("periodic", {"lengthscale": 0.9, "period": size}, size, shapes)
        add("cosine", {"period": size}, size, shapes)
# Tails of the rational quadratic, whose squares overflow where its values do not.
for alpha in [1e-300, 1e-10, 0.25, 1e10, 1e300]:
    add("rational", {"lengthscale": 1.0, "alpha": alpha}, 1.0, [[1e-200], [1.0], [1e10], [1e160], [1e300]])

meta = {"note": "correlations by mpmath with 60 digits; made by make_kernels.py", "mpmath": mp.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernels.json")
with open(path, "w") as file:
    file.write('{"meta": ' + json.dumps(meta) + ', "cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
