"""Log-Jacobians of the transforms far from the origin, by mpmath with 1400 digits and the definitions as they stand.

Run: python3 make_transforms.py   (writes transforms_mpmath.json beside itself)

Each entry of "cases" is a transform, its argument, which is taken as exact, and log |det dy/dx| there.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 1400
MAGNITUDES = [0.1, 0.5, 1.0, 3.0, 6.0, 10.0, 14.0, 18.0, 20.0, 40.0, 100.0, 300.0, 700.0]


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log(1 + mp.exp(x))


def stick_breaking(x):
    total, rest = mp.mpf(0), mp.mpf(1)
    for k, value in enumerate(x):
        z = sigmoid(value - mp.log(len(x) - k))
        total += mp.log(z * (1 - z) * rest)
        rest *= 1 - z
    return total


def l1_ball(x):
    total, rest = mp.mpf(0), mp.mpf(1)
    for value in x:
        t = mp.tanh(value)
        total += mp.log((1 - t * t) * rest)
        rest *= 1 - abs(t)
    return total


def rows(x, first):
    """The rows of a triangle, the first with so many entries."""
    result, start, size = [], 0, first
    while start < len(x):
        result.append(x[start:start + size])
        start, size = start + size, size + 1
    return result


def correlation_cholesky(x):
    total = mp.mpf(0)
    for row in rows(x, 1):
        rest = mp.mpf(1)
        for value in row:
            t = mp.tanh(value)
            total += mp.log((1 - t * t) * mp.sqrt(rest))
            rest *= 1 - t * t
    return total


def diagonal(x):
    n = int((mp.sqrt(1 + 8 * len(x)) - 1) / 2)
    return x[-n:]


SCALAR = {
    "exp": lambda x: x,
    "sigmoid": lambda x: mp.log(sigmoid(x) * (1 - sigmoid(x))),
    "interval(-1,3)": lambda x: mp.log(4 * sigmoid(x) * (1 - sigmoid(x))),
    "softplus": lambda x: mp.log(sigmoid(x)),
}
VECTOR = {
    "stickBreaking": stick_breaking,
    "l1Ball": l1_ball,
    "ordered": lambda x: sum(x[1:]),
    "correlationCholesky": correlation_cholesky,
    "lowerCholesky": lambda x: sum(diagonal(x)),
    "softplusLowerCholesky": lambda x: sum(mp.log(sigmoid(d)) for d in diagonal(x)),
    "scaledUnitLowerCholesky": lambda x: sum(
        mp.log(sigmoid(d)) + i * mp.log(softplus(d)) for i, d in enumerate(diagonal(x))),
}
cases = []


def add(name, x, function):
    value = function([mp.mpf(v) for v in x]) if isinstance(x, list) else function(mp.mpf(x))
    cases.append({"transform": name, "x": x, "logJacobian": float(value)})


for m in MAGNITUDES:
    for name, function in SCALAR.items():
        for x in [m, -m]:
            add(name, x, function)
    for name, function in VECTOR.items():
        for x in [[m, -m / 2, m / 4], [m, m, 0.5], [-m, 0.25, m]]:
            add(name, x, function)
add("l1Ball", [6.0, 6.0, 6.0, 1.0], l1_ball)
add("l1Ball", [10.0, 10.0, 1.0], l1_ball)
add("correlationCholesky", [0.3, 14.0, 0.5], correlation_cholesky)
add("correlationCholesky", [0.3, 14.0, 0.5, -13.0, 2.0, 15.0], correlation_cholesky)
for exponent in [2.0, 0.5, -1.0, -3.0]:
    for power in [-300, -100, -5, 0, 1, 80, 200, 300]:
        x = float(f"1e{power}") * 1.5
        add(f"power({exponent})", x, lambda x: mp.log(abs(exponent)) + (exponent - 1) * mp.log(x))

meta = {"note": "log-Jacobians by mpmath with 1400 digits; made by make_transforms.py", "mpmath": mp.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transforms_mpmath.json")
with open(path, "w") as file:
    file.write('{"meta": ' + json.dumps(meta) + ', "cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
for case in cases[-36:-32]:
    print(case)
