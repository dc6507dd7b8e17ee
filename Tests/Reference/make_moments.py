"""Means, variances, densities, quantiles and slopes at extreme parameters, by mpmath with 60 digits (more where needed).

Run: python3 make_moments.py   (writes moments.json beside itself)

"moments" is a list of {"family", "parameters", "mean", "variance"}; a field is left out where the test has no use for
it. Parameters are doubles, taken as exact; values are rounded to the nearest double.
"""

import json
import os

import mpmath as mp

mp.mp.dps = 60
moments = []


def add(family, parameters, mean=None, variance=None):
    row = {"family": family, "parameters": [float(p) for p in parameters]}
    for name, value in (("mean", mean), ("variance", variance)):
        if value is not None and (value == 0 or mp.mpf("1e-300") < abs(value) < mp.mpf("1e300")):
            row[name] = float(value)
    moments.append(row)


def exact(*values):
    return [mp.mpf(float(v)) for v in values]


def log_gamma(x):
    return mp.loggamma(x)


# The second moment is needed to as many digits as the square of the mean has and the variance has not.
def power_moments(family, parameters, moment, shift=0, scale=1):
    with mp.workdps(400):
        first, second = moment(1), moment(2)
        add(family, parameters, shift + scale * first, scale**2 * (second - first**2))


for shape in (0.3, 0.9, 1, 2.5, 3.9, 4.1, 30, 1e3, 1e6, 1e8, 1e12):
    (k,) = exact(shape)
    power_moments("Weibull", [2, shape], lambda n: mp.gamma(1 + n / k), scale=2)

for shape in (2.01, 2.5, 3.9, 4.1, 9, 30, 1e3, 1e6, 1e8, 1e12):
    (a,) = exact(shape)
    power_moments("Frechet", [-1, 2, shape], lambda n: mp.gamma(1 - n / a), shift=-1, scale=2)

for shape in (1e-3, 0.4, 1, 7, 1e5, 1e10):
    for sharpness in (2.01, 3, 8, 1e3, 1e7):
        p, a = exact(shape, sharpness)
        power_moments(
            "Dagum", [shape, sharpness, 1.5],
            lambda n: p * mp.exp(log_gamma(1 - n / a) + log_gamma(p + n / a) - log_gamma(p + 1)), scale=mp.mpf(1.5))

for alpha in (0.05, 0.8, 3, 4.5, 1e3, 1e7):
    for beta in (1e-6, 1e-2, 0.2, 0.3, 1, 12, 1e5, 1e9):
        a, b = exact(alpha, beta)
        power_moments("Kumaraswamy", [alpha, beta], lambda n: b * mp.beta(1 + n / a, b))

for shape in (-3, -1, -0.3, -0.25, -1e-3, -1e-9, 0, 1e-12, 1e-5, 0.1, 0.24, 0.26, 0.4, 0.49):
    (xi,) = exact(shape)
    if shape == 0:
        add("GEV", [0, 2, 0], 2 * mp.euler, 4 * mp.pi**2 / 6)
    else:
        with mp.workdps(400):
            g1, g2 = mp.gamma(1 - xi), mp.gamma(1 - 2 * xi)
            add("GEV", [0, 2, shape], 2 * (g1 - 1) / xi, 4 * (g2 - g1**2) / xi**2)

for low, high in ((1, 1 + 2**-40), (1, 1.000001), (3, 3.7), (1, 2.7), (1, 2.8), (1e-3, 1e3), (1e-100, 1e100)):
    l, h = exact(low, high)
    with mp.workdps(400):
        width = mp.log(h / l)
        mean = (h - l) / width
        add("LogUniform", [low, high], mean, (h**2 - l**2) / (2 * width) - mean**2)

for mean, deviation in ((0, 1), (0.3, 2), (-4, 1), (40, 1), (1e4, 1), (-1e8, 1), (1e-9, 1), (1e150, 1e145)):
    m, s = exact(mean, deviation)
    with mp.workdps(400):
        z = m / s
        first = s * mp.sqrt(2 / mp.pi) * mp.exp(-z * z / 2) + m * mp.erf(z / mp.sqrt(2))
        add("FoldedNormal", [mean, deviation], first, m**2 + s**2 - first**2)


def truncated_normal(mean, deviation, low, high):
    m, s = exact(mean, deviation)
    with mp.workdps(800 if abs(low) < mp.inf and abs(low - mean) > 1e4 * deviation else 200):
        a = (mp.mpf(low) - m) / s
        b = (mp.mpf(high) - m) / s
        # Tail to tail on the side where the interval lies.
        mass = (mp.erfc(a / mp.sqrt(2)) - mp.erfc(b / mp.sqrt(2))) / 2
        if b < 0:
            mass = (mp.erfc(-b / mp.sqrt(2)) - mp.erfc(-a / mp.sqrt(2))) / 2
        pa = mp.npdf(a) / mass
        pb = mp.npdf(b) / mass if b < mp.inf else mp.mpf(0)
        first = pa - pb if a > -mp.inf else -pb
        fa = a * pa if a > -mp.inf else mp.mpf(0)
        fb = b * pb if b < mp.inf else mp.mpf(0)
        row = [mean, deviation, low, high]
        add("TruncatedNormal", row, m + s * first, s**2 * (1 + fa - fb - first**2))


for row in (
    (0, 1, -1e-6, 1e-6), (0, 1, -1, 2), (0, 1, -9, 12), (0.5, 2, -40, 60), (0, 1, -30, -29), (0, 1, 5, 5.001),
    (0, 1, 1e3, 1e3 + 1), (0, 1, 1e8, 2e8), (3, 0.5, -1e5, -1e4), (0, 1, -3, 1e-5), (0, 1, 37, 40),
    (1e6, 1, 1e6 - 0.5, 1e6 + 0.25), (2, 3, 4, 4 + 2**-30),
):
    truncated_normal(*row)

for shape in (1e-9, 1e-3, 0.5, 1, 40, 1e6):
    (eta,) = exact(shape)
    with mp.workdps(40):
        f = lambda t: mp.log1p(t / eta)
        points = sorted({mp.mpf(0), eta, mp.mpf(1), mp.mpf(10), mp.mpf(60), mp.mpf(200)})
        first = mp.quad(lambda t: f(t) * mp.exp(-t), points)
        second = mp.quad(lambda t: (f(t) - first) ** 2 * mp.exp(-t), points)
        add("Gompertz", [shape, 2], first / 2, second / 4)

for concentration in (1e-3, 1, 30, 49.5, 50.5, 1e3, 1e8, 1e15):
    (k,) = exact(concentration)
    if concentration > 1e4:
        # The asymptotic series of the ratio, solved term by term from A' = 1 - A / k - A².
        a = [mp.mpf(0)]
        for n in range(1, 12):
            pairs = sum((a[i] * a[n - i] for i in range(1, n)), mp.mpf(0))
            last = a[n - 1]
            a.append(((n - 1) * last + (n == 1) - last + pairs) / 2)
        value = sum(a[n] / k**n for n in range(1, 12))
    else:
        value = 1 - mp.besseli(1, k) / mp.besseli(0, k)
    moments.append(
        {"family": "VonMises", "parameters": [0.0, float(concentration)], "variance": float(value)})

# The last diagonal element of a factor of three rows, L² ~ Beta(eta, 1) with alpha = eta + 1.
for concentration in (1e-4, 0.3, 1, 3.9, 4.1, 100, 1e8, 1e12):
    (eta,) = exact(concentration)
    with mp.workdps(100):
        first = mp.beta(eta + mp.mpf(1) / 2, 1) / mp.beta(eta, 1)
        add("LKJCholesky", [concentration], first, eta / (eta + 1) - first**2)

# The first diagonal element for one row: a chi variable, and one over it.
for degrees in (2.5, 3, 4.5, 10, 1e3, 1e8, 1e14):
    (nu,) = exact(degrees)
    with mp.workdps(100):
        root = mp.exp(log_gamma((nu + 1) / 2) - log_gamma(nu / 2))
        add("WishartCholesky", [degrees], mp.sqrt(2) * root, nu - 2 * root**2)
        inverse = mp.exp(log_gamma((nu - 1) / 2) - log_gamma(nu / 2))
        add(
            "InverseWishartCholesky", [degrees], inverse / mp.sqrt(2),
            1 / (nu - 2) - inverse**2 / 2)

# The first share of two.
for first, second in ((2, 3), (1e20, 1), (1, 1e20), (1e160, 1e160), (3e-5, 1e-5)):
    a, b = exact(first, second)
    variance = a * b / ((a + b) ** 2 * (a + b + 1))
    add("Beta", [first, second], a / (a + b), variance)
    add("Dirichlet", [first, second], a / (a + b), variance)

# A zero-truncated Poisson with a gate.
for gate, rate in ((0, 1e8), (0.3, 1e8), (0.2, 0.01), (0, 2), (1, 3)):
    g, m = exact(gate, rate)
    with mp.workdps(100):
        rest = (1 - g) / (1 - mp.exp(-m))
        add("HurdlePoisson", [gate, rate], rest * m, rest * (m + m * m) - (rest * m) ** 2)
for gate, mean in ((0, 30), (0.25, 30), (1e-12, 1e8)):
    g, m = exact(gate, mean)
    # The base is LogUniform-like narrow: an inverse gamma of shape 1e6 and that mean.
    a = mp.mpf(10) ** 6
    spread = m * m / (a - 2)
    with mp.workdps(100):
        add("HurdleInverseGamma", [gate, mean], (1 - g) * m, (1 - g) * (spread + m * m) - ((1 - g) * m) ** 2)

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "moments.json")
with open(place, "w") as out:
    lines = ",\n".join(json.dumps(row) for row in moments)
    out.write('{"meta": {"note": "made by make_moments.py, mpmath %s"},\n"moments": [\n%s\n]}\n' % (mp.__version__, lines))
print(len(moments))
