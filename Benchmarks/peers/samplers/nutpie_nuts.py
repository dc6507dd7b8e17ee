"""The posteriors in PyMC, float64, and nutpie's NUTS with a diagonal and with a low-rank mass matrix."""

import time

import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt
from pymc.distributions.transforms import ordered


def eight_schools(y, sigma):
    mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
    z = pm.Normal("theta_trans", 0, 1, shape=8)
    pm.Normal("y", mu + tau * z, sigma, observed=y)


def regression(noise):
    def model(X, y):
        beta = pm.Flat("beta", shape=X.shape[1])
        pm.Normal("y", X @ beta, noise(), observed=y)

    return model


def autoregression(X, y):
    alpha, beta = pm.Normal("alpha", 0, 10), pm.Normal("beta", 0, 10, shape=5)
    pm.Normal("y", alpha + X @ beta, pm.HalfCauchy("sigma", 2.5), observed=y)


def process(R2, y):
    rho, alpha = pm.Gamma("rho", alpha=25, beta=4), pm.HalfNormal("alpha", 2)
    sigma = pm.HalfNormal("sigma", 1)
    gram = alpha**2 * pt.exp(-0.5 * R2 / rho**2) + sigma * np.eye(len(y))
    pm.MvNormal("y", np.zeros(len(y)), cov=gram, observed=y)


def mixture(y):
    mu = pm.Normal("mu", 0, 2, shape=2, transform=ordered, initval=np.array([-1.0, 1.0]))
    sigma, theta = pm.HalfNormal("sigma", 2, shape=2), pm.Beta("theta", 5, 5)
    pm.NormalMixture("y", w=pt.stack([theta, 1 - theta]), mu=mu, sigma=sigma, observed=y)


def panel(R, D, Y):
    mean, (station, year) = float(np.nanmean(Y)), np.where(~np.isnan(Y))

    def field(variance, centre, lengthscale, whitened):
        v, l = pm.LogNormal(variance, np.log(centre), 0.5), pm.LogNormal(lengthscale, np.log(2.0), 0.5)
        a = np.sqrt(3.0) * R / l
        gram = v * (1 + a) * pt.exp(-a) + 1e-6 * np.eye(len(R))
        f = pt.linalg.cholesky(gram) @ pm.Normal(whitened, 0, 1, shape=len(R))
        return f - f.mean()

    f, b = field("mv", 2.0, "ml", "u"), field("bv", 0.2, "bl", "w")
    mu0, beta0 = pm.Normal("mu0", mean, 5, initval=mean), pm.Normal("beta0", 1, 0.5)
    log_sigma, xi = pm.Normal("ls", np.log(2.0), 0.4), pm.Normal("xi", 0.1, 0.1)
    z = (Y[station, year] - mu0 - f[station] - (beta0 + b)[station] * D[year]) / pt.exp(log_sigma)
    t = 1 + xi * z
    log_t = pt.log(pt.where(t > 0, t, 1.0))
    gev = pt.switch(t > 0, -log_sigma - (1 + 1 / xi) * log_t - pt.exp(-log_t / xi), -np.inf)
    pm.Potential("y", gev.sum())


MODELS = {
    "eight-schools": eight_schools,
    "kidscore-interaction": regression(lambda: pm.HalfCauchy("sigma", 2.5)),
    "nes1980": regression(lambda: pm.HalfFlat("sigma")), "arK": autoregression, "gp-regr": process,
    "gauss-mix": mixture, "panel": panel,
}


def sample(case, data, seed, chains, warmup, draws, low_rank):
    with pm.Model() as model:
        MODELS[case](**data)
    compiled = nutpie.compile_pymc_model(model)
    options = {"low_rank_modified_mass_matrix": True} if low_rank else {}

    def run():
        begin = time.perf_counter()
        trace = nutpie.sample(
            compiled, draws=draws, tune=warmup, chains=chains, cores=2, seed=seed, progress_bar=False,
            **options)
        return time.perf_counter() - begin, trace

    trace = run()[1]
    names = [variable.name for variable in model.free_RVs]
    arrays = {name: trace.posterior[name].values for name in names}
    found = {
        "gradients": int(trace.sample_stats["n_steps"].sum()),
        "divergent": int(trace.sample_stats["diverging"].sum()), "version": nutpie.__version__,
    }
    return arrays, found, lambda: run()[0]
