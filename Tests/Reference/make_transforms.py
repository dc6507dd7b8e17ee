"""Log-Jacobians and inverses of the transforms far from the origin, by mpmath with 1400 digits and the definitions as they
stand.

Run: python3 make_transforms.py   (writes transforms_mpmath.json beside itself)

Each entry of "cases" is a transform, its argument, which is taken as exact, and log |det dy/dx| there. Each of
"inverses" is a transform, a value y, whose doubles are taken as exact, x = f^-1(y), and for each number of x how far it moves
for a relative change of one of each number of y: the sum over j of |y_j dx_k / dy_j|.
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

inverses = []


def logit(y):
    return mp.log(y / (1 - y))


def logits_of_parts(y):
    """Of the stick: a part over all that follow."""
    n = len(y) - 1
    return [mp.log(y[k] / sum(y[k + 1:])) + mp.log(n - k) for k in range(n)]


def ball_to_reals(y):
    return [mp.atanh(v / (1 - sum(abs(w) for w in y[:k]))) for k, v in enumerate(y)]


def differences(y):
    return [y[0]] + [mp.log(b - a) for a, b in zip(y, y[1:])]


def angles_of_rows(y):
    """Of a factor: an entry over the square root of all squares that follow."""
    n = int(mp.sqrt(len(y)))
    rows = [y[i * n:i * n + i + 1] for i in range(n)]
    return [mp.asinh(row[j] / mp.sqrt(sum(v * v for v in row[j + 1:]))) for row in rows for j in range(len(row) - 1)]


def parts_between(y):
    """From cut points to the simplex."""
    below = [mp.mpf(0)] + [sigmoid(v) for v in y] + [mp.mpf(1)]
    return [b - a for a, b in zip(below, below[1:])]


def stick(x):
    parts, rest = [], mp.mpf(1)
    for k, value in enumerate(x):
        z = sigmoid(value - mp.log(len(x) - k))
        parts.append(z * rest)
        rest *= 1 - z
    return parts + [rest]


def ball(x):
    parts, rest = [], mp.mpf(1)
    for value in x:
        t = mp.tanh(value)
        parts.append(t * rest)
        rest *= 1 - abs(t)
    return parts


def increasing(x):
    return [x[0] + sum(mp.exp(v) for v in x[1:k + 1]) for k in range(len(x))]


def factor(x):
    result, n = [mp.mpf(1), mp.mpf(0), mp.mpf(0)], 3
    for row in rows(x, 1):
        rest = mp.mpf(1)
        for value in row:
            t = mp.tanh(value)
            result.append(t * mp.sqrt(rest))
            rest *= 1 - t * t
        result += [mp.sqrt(rest)] + [mp.mpf(0)] * (n - len(row) - 1)
    return result


def add_inverse(name, y, function):
    """Where y lies inside: rounding may have put it on the end of its range, or an entry below that of the squares."""
    exact = [mp.mpf(v) for v in y]
    least = 1e-150 if name == "correlationCholesky" else 1e-300
    if any(0 < abs(v) < least for v in y):
        return
    try:
        x = function(exact)
    except ZeroDivisionError:
        return
    if not all(mp.isfinite(v) and mp.im(v) == 0 for v in x):
        return
    step, moves = mp.mpf(10) ** -400, [mp.mpf(0)] * len(x)
    for j, v in enumerate(exact):
        moved = function(exact[:j] + [v * (1 + step)] + exact[j + 1:])
        moves = [m + abs(a - b) / step for m, a, b in zip(moves, moved, x)]
    inverses.append({
        "transform": name, "y": y, "x": [float(v) for v in x], "moves": [float(m) for m in moves],
    })


INVERSE = {
    "stickBreaking": (stick, logits_of_parts),
    "l1Ball": (ball, ball_to_reals),
    "ordered": (increasing, differences),
    "correlationCholesky": (factor, angles_of_rows),
}
for m in MAGNITUDES:
    for name, (forward, backward) in INVERSE.items():
        for x in [[m, -m / 2, m / 4], [m, m, 0.5], [-m, 0.25, m]]:
            add_inverse(name, [float(v) for v in forward([mp.mpf(v) for v in x])], backward)
    for cuts in [[-m, 0.0, m], [m, m + 1, 2 * m + 1], [-2 * m - 1, -m, -m / 2]]:
        add_inverse("simplexToOrdered", cuts, parts_between)
    for x in [m, -m]:
        add_inverse("sigmoid", [float(sigmoid(mp.mpf(x)))], lambda y: [logit(y[0])])
        add_inverse("interval(-1,3)", [float(4 * sigmoid(mp.mpf(x)) - 1)], lambda y: [logit((y[0] + 1) / 4)])
        add_inverse("softplus", [float(softplus(mp.mpf(x)))], lambda y: [mp.log(mp.expm1(y[0]))])
for y in [[1.0, 1e-17, 1e-17], [1e-17, 1.0, 1e-17], [0.5, 0.5, 1e-30, 3e-30], [1.0, 1e-200, 1e-100], [1e-300, 1e-290, 1.0]]:
    add_inverse("stickBreaking", y, logits_of_parts)
for cuts in [[40.0, 41.0], [-41.0, -40.0], [1.0, 1.0 + 2.0 ** -40], [300.0, 600.0]]:
    add_inverse("simplexToOrdered", cuts, parts_between)

meta = {"note": "log-Jacobians and inverses by mpmath with 1400 digits; made by make_transforms.py", "mpmath": mp.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transforms_mpmath.json")
with open(path, "w") as file:
    file.write('{"meta": ' + json.dumps(meta) + ', "cases": [\n')
    file.write(",\n".join(json.dumps(case) for case in cases) + '\n], "inverses": [\n')
    file.write(",\n".join(json.dumps(case) for case in inverses) + "\n]}\n")
print(len(cases), len(inverses))
