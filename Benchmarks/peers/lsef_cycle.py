#!/usr/bin/env python3
"""The cycling experiment of LSEF in NumPy and SciPy: seconds a cycle by filter and ensemble size, and Figure 5 as a whole.

lsef_cycle.py [--cycles M] [--worlds W] [--climate M] [--network DIR] [--score] [--json FILE]

The doubly stochastic advection-diffusion-decay model and its filters as sections 9 and 10 of lsef.md define them. States
are columns, so that one banded solve forecasts every member of every filter. `--score` runs whole worlds instead of
timing and prints the scores of section 10.7.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import scipy
import scipy.fft
import scipy.optimize
import scipy.special
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dgtsv

POINTS, RADIUS = 120, 6.37e6
MESH = 2 * np.pi * RADIUS / POINTS
STEP, STRIDE = 21600.0, 2
OBSERVED, ERROR_VARIANCE = np.arange(0, POINTS, 10), 36.0
WIND, SPEED, DEVIATION = 20.0, 3.0, 5.0
LENGTH = 5 * MESH
# Threads that wait for each other burn CPU: their time says nothing.
CLOCK = time.process_time if os.environ.get("OMP_NUM_THREADS") == "1" else time.perf_counter
SIZES = (5, 10, 20, 40, 80)
# Standard deviation of U*, kappa of rho, nu and sigma, and the probabilities of negative rho and nu.
REGIMES = {0: (0, 1, 0, 0), 1: (5, 2, 0.01, 0), 2: (10, 3, 0.02, 0.01), 3: (20, 6, 0.04, 0.02)}


# The model


def internal(length, deviation):
    """rho, nu and sigma from length and standard deviation (9.2, with the sums of the authors' code)."""
    m = np.arange(-POINTS // 4 + 1, POINTS // 4 + 1)
    terms = 1 / (1 + (length * m / RADIUS) ** 2)
    s1, s2 = terms.sum(), (terms**2).sum()
    rho = s2 / s1 * SPEED / length
    return rho, rho * length**2, deviation * np.sqrt(2 * np.pi * RADIUS * 2 * rho / s1)


def stationary_draws(length, deviations, rng):
    """Fields from the continuous stationary spectrum, one in each column."""
    rho, nu, sigma = internal(length, 1)
    m = np.fft.fftfreq(POINTS, 1 / POINTS)
    spectrum = sigma**2 / (4 * np.pi * RADIUS) / (rho + nu * m**2 / RADIUS**2)
    noise = np.fft.fft(rng.standard_normal((POINTS, len(deviations))), axis=0)
    fields = np.fft.ifft(np.sqrt(POINTS * spectrum)[:, None] * noise, axis=0).real
    return fields * deviations


def bands(wind, rho, nu):
    """The sub-, main and superdiagonal of G, cyclic (9.5)."""
    advection, diffusion = STEP * np.abs(wind) / MESH, STEP * nu / MESH**2
    lower = -diffusion - np.where(wind > 0, advection, 0)
    upper = -diffusion - np.where(wind > 0, 0, advection)
    return lower, 1 + advection + STEP * rho + 2 * diffusion, upper


def solve_cyclic(diagonals, right):
    """G^-1 `right`, the first unknown eliminated."""
    lower, main, upper = diagonals
    columns = right.shape[1]
    sides = np.zeros((POINTS - 1, columns + 1), order="F")
    sides[:, :columns] = right[1:]
    sides[0, columns], sides[-1, columns] = -lower[1], -upper[-1]
    # What `solve_banded` calls, without its checks, which cost more than a solve of few columns.
    *_, solved, _ = dgtsv(lower[2:], main[1:], upper[1:-1], sides, overwrite_b=True)
    u, v = solved[:, :columns], solved[:, columns]
    first = (right[0] - upper[0] * u[0] - lower[0] * u[-1]) / (
        main[0] + upper[0] * v[0] + lower[0] * v[-1])
    x = np.empty((POINTS, columns), order="F")
    x[0] = first
    np.add(u, np.multiply.outer(v, first), out=x[1:])
    return x


def dense(diagonals):
    """G as a matrix."""
    lower, main, upper = diagonals
    i = np.arange(POINTS)
    matrix = np.diag(main)
    matrix[i, i - 1] = lower
    matrix[i, (i + 1) % POINTS] = upper
    return matrix


def solve_dense(diagonals, right):
    return np.linalg.inv(dense(diagonals)) @ right


class Solver:
    """The quicker of the two ways for a number of columns, as measured on this machine."""

    WIDTHS = (1, 11, 131, 400, 700)

    def __init__(self, diagonals=None):
        self.costs, self.dense_from = {}, np.inf
        if diagonals is None:
            return
        for columns in self.WIDTHS:
            right = np.asfortranarray(np.random.default_rng(0).standard_normal((POINTS, columns)))
            self.costs[columns] = {
                name: timed(lambda _: way(diagonals, right), 50)["minimum"]
                for name, way in (("banded", solve_cyclic), ("dense", solve_dense))}
        slower = [c for c, cost in self.costs.items() if cost["banded"] > cost["dense"]]
        self.dense_from = min(slower, default=np.inf)

    def __call__(self, diagonals, right):
        return (solve_dense if right.shape[1] >= self.dense_from else solve_cyclic)(diagonals, right)


class World:
    """Parameter fields, truth and observations of one realisation (9.6)."""

    def __init__(self, regime, cycles, rng):
        steps = STRIDE * cycles
        spread, kappa, *probabilities = REGIMES[regime]
        rho, nu, sigma = internal(LENGTH, DEVIATION)

        def g(z):
            return (1 + np.e) / (1 + np.exp(1 - z))

        def offset(probability):
            if probability == 0:
                return 0
            level = g(scipy.special.ndtri(probability) * np.log(kappa))
            return level / (1 - level)

        wind_star, *stars = self.parameters(np.array([spread, *[np.log(kappa)] * 3]), steps, rng)
        scales = [(1 + e) * g(z) - e for e, z in zip(map(offset, (*probabilities, 0)), stars)]
        self.diagonals = bands(WIND + wind_star, rho * scales[0], nu * scales[1])
        self.deviations = sigma * scales[2] * np.sqrt(STEP / MESH)  # sqrt(q), [steps, n]
        state = stationary_draws(LENGTH, np.array([DEVIATION]), rng)
        noise = rng.standard_normal((steps, POINTS))
        self.start, self.truth = state[:, 0], np.empty((cycles, POINTS))
        for step in range(steps):
            state = solve_cyclic(self.at(step), state + (self.deviations[step] * noise[step])[:, None])
            if step % STRIDE == STRIDE - 1:
                self.truth[step // STRIDE] = state[:, 0]
        errors = np.sqrt(ERROR_VARIANCE) * rng.standard_normal((cycles, len(OBSERVED)))
        self.values = self.truth[:, OBSERVED] + errors

    def at(self, step):
        return tuple(diagonal[step] for diagonal in self.diagonals)

    @staticmethod
    def parameters(deviations, steps, rng):
        """The fields theta*, [4, steps, n]; their coefficients are constant, so that one matrix steps all."""
        rho, nu, sigma = internal(3 * LENGTH, 1)
        constant = np.ones(POINTS)
        step = np.linalg.inv(dense(bands(WIND * constant, rho * constant, nu * constant)))
        forcing = sigma * np.sqrt(STEP / MESH) * deviations
        state = stationary_draws(3 * LENGTH, deviations, rng)
        noise = rng.standard_normal((steps, POINTS, len(deviations)))
        fields = np.empty((steps, POINTS, len(deviations)))
        for k in range(steps):
            state = step @ (state + forcing * noise[k])
            fields[k] = state
        return np.moveaxis(fields, 2, 0)


# Priors: B at the observed points, as columns


def gaspari_cohn(r):
    z = np.minimum(r, 2)
    near = ((((-z / 4 + 1 / 2) * z + 5 / 8) * z - 5 / 3) * z * z) + 1
    far = ((((z / 12 - 1 / 2) * z + 5 / 8) * z + 5 / 3) * z - 5) * z + 4 - 2 / (3 * np.maximum(z, 1))
    return np.where(z <= 1, near, far)


def taper(size):
    factor = 1.2 if size < 10 else 1.4 if size < 20 else 1.6 if size < 40 else 2.2 if size < 80 else 2.6
    lags = np.arange(POINTS)[:, None] - OBSERVED
    return gaspari_cohn(2 * RADIUS * np.abs(np.sin(np.pi * lags / POINTS)) / (factor * LENGTH))


class EnsemblePrior:
    """S o C, mixed with B_mean: EnKF with weight 1, Hybrid-B with N / (N + 10) (10.3)."""

    inflation = 1.02

    def __init__(self, size, mean, weight):
        self.taper = weight / size * taper(size)
        self.rest = (1 - weight) * mean[:, OBSERVED]

    def __call__(self, deviations):
        return self.taper * (deviations @ deviations[OBSERVED].T) + self.rest


class SpectralPrior:
    """Band variances, network, local spectra, W (10.5)."""

    inflation = 1.0

    def __init__(self, layers):
        self.layers = layers
        self.bank = self.transfer()
        lags = (np.arange(POINTS) - np.arange(POINTS)[:, None]) % POINTS
        self.place = lags + POINTS * np.arange(POINTS)[:, None]

    @staticmethod
    def transfer():
        """H_j(l) on all wavenumbers, [6, n]; bank A (3.2, 3.4)."""
        bands, top, second = 6, POINTS / 2, POINTS / 45
        ratio = scipy.optimize.brentq(
            lambda mu: sum(mu**k for k in range(bands - 1)) - top / second, 0.5, 10)
        centres = np.r_[0, second * np.cumsum(ratio ** np.arange(bands - 1))]
        widths = POINTS / 60 * 10 ** (np.arange(bands) / (bands - 1))
        lag = np.arange(POINTS) - centres[:, None]
        lag -= POINTS * np.round(lag / POINTS)
        return np.exp(-np.abs(lag / widths[:, None]) ** 3)

    def __call__(self, deviations):
        size = deviations.shape[1]
        spectra = scipy.fft.fft(np.ascontiguousarray(deviations.T))[:, None]
        filtered = scipy.fft.ifft(self.bank * spectra, overwrite_x=True)  # [N, 6, n]
        filtered -= filtered.mean(axis=0)
        variances = (filtered.real**2 + filtered.imag**2).sum(axis=0) / (size - 1)
        x = np.sqrt(variances.T)  # [n, 6]
        for weights, biases in self.layers[:-1]:
            x = np.maximum(x @ weights + biases, 0)
        weights, biases = self.layers[-1]
        kernel = np.sqrt(POINTS) * np.fft.irfft(np.abs(x @ weights + biases), n=POINTS, axis=1)
        root = kernel.ravel()[self.place]
        return root @ root[OBSERVED].T


def read_network(folder):
    """The layers of a network as `SpectrumNetworkFiles` writes them; weights are [inputs, outputs]."""
    content = json.loads((folder / "weights.json").read_text())
    if content["schema"] not in ("lsef-spectrum/1", "lsef-spectrum/2"):
        sys.exit(f"{folder}: the schema is {content['schema']}; this script reads lsef-spectrum/1 and 2.")
    shape = content["architecture"]
    if (shape["activation"], shape["takesRoots"], shape["spectrumCount"]) != ("relu", True, POINTS // 2 + 1) or set(
            shape["divisors"]) != {1}:
        sys.exit(f"{folder}: the network is not one of the circle with {POINTS} points.")
    arrays = [
        np.fromfile(folder / blob["file"], "<f8").reshape(blob["shape"]) for blob in content["parameters"]]
    return list(zip(arrays[::2], arrays[1::2]))


def random_network(rng, widths=(6, 120, 120, POINTS // 2 + 1)):
    """Of the right size, for timing: its filter is no good."""
    return [
        (rng.uniform(-1, 1, (inputs, outputs)) / inputs**0.5, rng.uniform(-1, 1, outputs) / inputs**0.5)
        for inputs, outputs in zip(widths, widths[1:])]


# Filters


def gain(columns):
    """K = B H^T (H B H^T + R)^-1, from B H^T."""
    innovation = columns[OBSERVED] + ERROR_VARIANCE * np.eye(len(OBSERVED))
    return cho_solve(cho_factor(innovation, check_finite=False), columns.T, check_finite=False).T


class Run:
    """All schemes of a list in one go: (name, N), N = 0 for the Kalman filter and Mean-B.

    Ensembles of one size share their random numbers, so that filters differ by their priors alone. Mean-B needs no
    ensemble: its gain is constant.
    """

    def __init__(self, world, schemes, mean, layers, rng, solve):
        self.world, self.rng, self.solve = world, rng, solve
        self.schemes = [scheme for scheme in schemes if scheme[1] > 0]
        self.sizes = sorted({size for _, size in self.schemes})
        self.has_exact, self.has_mean = ("KF", 0) in schemes, ("Mean-B", 0) in schemes
        self.names = self.schemes + [("Mean-B", 0)] * self.has_mean + [("KF", 0)] * self.has_exact
        spectral = SpectralPrior(layers)
        self.priors = [
            spectral if name == "LSEF"
            else EnsemblePrior(size, mean, 1 if name == "EnKF" else size / (size + 10))
            for name, size in self.schemes]
        self.mean_gain = gain(mean[:, OBSERVED])
        # Controls first, then the members of each scheme.
        self.controls, start = len(self.names), len(self.names)
        self.places = []
        for _, size in self.schemes:
            self.places.append(slice(start, start + size))
            start += size
        self.states = np.asfortranarray(np.repeat(world.start[:, None], start, axis=1))
        self.covariance = np.zeros((POINTS, POINTS))
        self.squares = np.zeros(self.controls)
        self.mean_covariance = np.zeros((POINTS, POINTS))

    def cycle(self, k):
        for step in range(STRIDE * k, STRIDE * (k + 1)):
            self.forecast(step)
        forecasts = self.states[:, :self.controls]
        self.squares += np.square(forecasts - self.world.truth[k][:, None]).mean(axis=0)
        self.analyse(self.world.values[k])

    def forecast(self, step):
        diagonals, deviations = self.world.at(step), self.world.deviations[step][:, None]
        noise = {size: deviations * self.rng.standard_normal((POINTS, size)) for size in self.sizes}
        for (_, size), place in zip(self.schemes, self.places):
            self.states[:, place] += noise[size]
        if not self.has_exact:
            self.states = self.solve(diagonals, self.states)
            return
        self.covariance.flat[::POINTS + 1] += deviations[:, 0] ** 2
        both = self.solve(diagonals, np.hstack((self.states, self.covariance)))
        self.states = both[:, :-POINTS]
        self.covariance = self.solve(diagonals, both[:, -POINTS:].T)

    def analyse(self, values):
        shifted = {
            size: values[:, None]
            + np.sqrt(ERROR_VARIANCE) * self.rng.standard_normal((len(OBSERVED), size))
            for size in self.sizes}
        for i, ((_, size), place) in enumerate(zip(self.schemes, self.places)):
            control, prior = self.states[:, i], self.priors[i]
            deviations = prior.inflation * (self.states[:, place] - control[:, None])
            weights = gain(prior(deviations))
            members = control[:, None] + deviations
            self.states[:, place] = members + weights @ (shifted[size] - members[OBSERVED])
            self.states[:, i] = control + weights @ (values - control[OBSERVED])
        if self.has_mean:
            control = self.states[:, len(self.schemes)]
            control += self.mean_gain @ (values - control[OBSERVED])
        if self.has_exact:
            control, B = self.states[:, self.controls - 1], self.covariance
            self.mean_covariance += B
            weights = gain(B[:, OBSERVED])
            control += weights @ (values - control[OBSERVED])
            self.covariance = B - weights @ B[OBSERVED]


def climate(regime, cycles, rng, solve):
    """B_mean: of a Kalman filter in another world, averaged along cyclic diagonals (10.4)."""
    run = Run(World(regime, cycles, rng), [("KF", 0)], np.zeros((POINTS, POINTS)), random_network(rng), rng, solve)
    for k in range(cycles):
        run.cycle(k)
    i = np.arange(POINTS)
    mean = run.mean_covariance / cycles
    lags = np.array([mean[i, (i + s) % POINTS].mean() for s in range(POINTS)])
    return lags[(i - i[:, None]) % POINTS]


# Measurements


def timed(action, cycles, window=10):
    """Seconds a cycle, minimum and median over windows: of CPU on one thread, else of wall; and those of wall."""
    cpu, wall = [], []
    for first in range(0, cycles - window + 1, window):
        start = CLOCK(), time.perf_counter()
        for k in range(first, first + window):
            action(k)
        cpu.append((CLOCK() - start[0]) / window)
        wall.append((time.perf_counter() - start[1]) / window)
    return {
        "minimum": min(cpu), "median": float(np.median(cpu)),
        "wall": {"minimum": min(wall), "median": float(np.median(wall))}}


def all_schemes():
    return [("KF", 0), ("Mean-B", 0)] + [
        (name, size) for name in ("EnKF", "Hybrid-B", "LSEF") for size in SIZES]


def measure(options, layers):
    rng = np.random.default_rng(options.seed)
    cycles = options.cycles
    start = CLOCK()
    world = World(options.regime, cycles, rng)
    world_cost = (CLOCK() - start) / cycles
    solve = Solver(world.at(0))
    mean = climate(options.regime, options.climate, rng, solve)

    def cost(schemes):
        run = Run(world, schemes, mean, layers, rng, solve)
        return timed(run.cycle, cycles)

    filters = {}
    for name, size in all_schemes():
        filters.setdefault(name, {})[str(size) if size else "any"] = cost([(name, size)])
    together = cost(all_schemes())
    count = options.figure_worlds * options.figure_cycles
    return {
        "secondsPerCycle": filters, "worldSecondsPerCycle": world_cost,
        "solver": {"secondsPerStepByColumns": solve.costs},
        "figure5": {
            "worlds": options.figure_worlds, "cycles": options.figure_cycles, "measuredCycles": cycles,
            "extrapolated": True, "secondsPerCycle": together,
            "seconds": count * (world_cost + together["median"]),
            "secondsAtMinimum": count * (world_cost + together["minimum"])}}


def score(options, layers):
    """RMSE of forecasts and scores against the Kalman filter, in percent, with 90 % bands over worlds (10.7)."""
    rng = np.random.default_rng(options.seed)
    mean = climate(options.regime, options.climate, rng, solve_cyclic)
    squares, powers = [], []
    schemes = [s for s in all_schemes() if options.network or s[0] != "LSEF"]
    for _ in range(options.worlds):
        world = World(options.regime, options.cycles, rng)
        run = Run(world, schemes, mean, layers, rng, solve_cyclic)
        for k in range(options.cycles):
            run.cycle(k)
        squares.append(run.squares / options.cycles)
        powers.append(np.square(world.truth).mean())
    squares, exact = np.array(squares), run.names.index(("KF", 0))

    def scores(worlds):
        rmse = np.sqrt(squares[worlds].mean(axis=0))
        return 100 * (rmse / rmse[exact] - 1)

    resampled = [scores(rng.integers(options.worlds, size=options.worlds)) for _ in range(10_000)]
    low, high = np.quantile(resampled, (0.05, 0.95), axis=0)
    rmse, score = np.sqrt(squares.mean(axis=0)), scores(slice(None))
    found = {"truth": float(np.sqrt(np.mean(powers))), "meanVariance": float(mean[0, 0])}
    for k, (name, size) in enumerate(run.names):
        found[f"{name} {size}" if size else name] = {
            "rmse": float(rmse[k]), "score": float(score[k]), "low": float(low[k]), "high": float(high[k])}
    return {"worlds": options.worlds, "cycles": options.cycles, "scores": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=200, help="to measure, or of each world with --score")
    parser.add_argument("--regime", type=int, default=2, choices=REGIMES)
    parser.add_argument("--worlds", type=int, default=1, help="with --score")
    parser.add_argument("--climate", type=int, default=300, help="cycles behind B_mean")
    parser.add_argument("--figure-worlds", type=int, default=10)
    parser.add_argument("--figure-cycles", type=int, default=5000)
    parser.add_argument("--network", type=Path, help="folder with weights.json; else random weights of its size")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--score", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    layers = read_network(options.network) if options.network else random_network(rng)
    report = {
        "case": "lsef-cycle", "regime": options.regime,
        "network": "trained" if options.network else "random",
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
        "numpy": np.__version__, "scipy": scipy.__version__, "load": os.getloadavg(),
        **(score if options.score else measure)(options, layers)}
    text = json.dumps(report, indent=1)
    if options.json:
        options.json.write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
