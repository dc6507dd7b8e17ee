"""The cases of `benchmarks` in NumPyro: the same densities on the same data, float64."""

import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from jax import lax


class GEV(dist.Distribution):
    """The generalized extreme value distribution by its textbook density, as a NumPyro user would write it."""

    support = dist.constraints.real

    def __init__(self, loc, scale, shape):
        self.loc, self.scale, self.shape_parameter = loc, scale, shape
        super().__init__(batch_shape=lax.broadcast_shapes(*map(jnp.shape, (loc, scale, shape))))

    def log_prob(self, value):
        xi = self.shape_parameter
        is_gumbel = jnp.abs(xi) < 1e-7
        xi = jnp.where(is_gumbel, 1.0, xi)
        z = (value - self.loc) / self.scale
        t = 1 + xi * z
        inside = t > 0
        t = jnp.where(inside, t, 1.0)
        gumbel = -jnp.log(self.scale) - z - jnp.exp(-z)
        gev = -jnp.log(self.scale) - (1 / xi + 1) * jnp.log(t) - jnp.power(t, -1 / xi)
        return jnp.where(is_gumbel, gumbel, jnp.where(inside, gev, -jnp.inf))


def matern32(distance, variance, lengthscale):
    a = jnp.sqrt(3.0) * distance / lengthscale
    return variance * (1.0 + a) * jnp.exp(-a)


def gev(data):
    X, d, y = data["coordinates"], data["warming"], data["maxima"]
    S, mean = X.shape[0], float(y.mean())
    distance = jnp.sqrt(jnp.maximum(((X[:, None] - X[None]) ** 2).sum(-1), 1e-30))

    def process(name, kernel, v0, l0):
        v = numpyro.sample(f"{kernel}.variance", dist.LogNormal(jnp.log(v0), 0.5))
        l = numpyro.sample(f"{kernel}.lengthscale", dist.LogNormal(jnp.log(l0), 0.5))
        L = jnp.linalg.cholesky(matern32(distance, v, l) + 1e-6 * jnp.eye(S))
        u = numpyro.sample(f"{name}_u", dist.Normal(jnp.zeros(S), 1.0).to_event(1))
        return numpyro.deterministic(name, L @ u)

    def model():
        mu = process("mu_s", "k_mu", 2.0, 2.0)
        beta = process("beta_tilde", "k_beta", 0.2, 3.0)
        mu0 = numpyro.sample("mu0", dist.Normal(mean, 5.0))
        beta0 = numpyro.sample("beta0", dist.Normal(1.0, 0.5))
        log_sigma = numpyro.sample("log_sigma", dist.Normal(jnp.log(2.0), 0.4))
        xi = numpyro.sample("xi", dist.Normal(0.1, 0.1))
        mu_field = numpyro.deterministic("mu_field", mu - mu.mean())
        beta_field = numpyro.deterministic("beta_field", beta0 + beta - beta.mean())
        sigma = numpyro.deterministic("sigma", jnp.exp(log_sigma))
        location = mu0 + mu_field[:, None] + beta_field[:, None] * d
        numpyro.sample("y", GEV(location, sigma, xi), obs=y)

    return model, {"mu0": mean, "beta0": 1.0, "log_sigma": float(jnp.log(2.0)), "xi": 0.1}


def eight_schools(data):
    def model():
        mu = numpyro.sample("mu", dist.Normal(0, 5))
        tau = numpyro.sample("tau", dist.HalfCauchy(5))
        with numpyro.plate("school", 8):
            z = numpyro.sample("z", dist.Normal(0, 1))
            numpyro.sample("y", dist.Normal(mu + tau * z, data["errors"]), obs=data["effects"])

    return model, {}


def logistic(data):
    X, classes = data["covariates"], data["classes"]

    def model():
        weights = numpyro.sample("weights", dist.Normal(jnp.zeros(X.shape[1]), 1).to_event(1))
        bias = numpyro.sample("bias", dist.Normal(0, 1))
        numpyro.sample("y", dist.Bernoulli(logits=X @ weights + bias), obs=classes)

    return model, {}


def gp_regression(data):
    x, y = data["inputs"], data["values"]
    squared = ((x[:, None] - x[None]) ** 2).sum(-1)

    def model():
        variance = numpyro.sample("variance", dist.LogNormal(0, 1))
        lengthscale = numpyro.sample("lengthscale", dist.LogNormal(0, 1))
        noise = numpyro.sample("noise", dist.LogNormal(-1, 1))
        K = variance * jnp.exp(-0.5 * squared / lengthscale**2)
        K = K + (noise**2 + 1e-6) * jnp.eye(len(y))
        numpyro.sample("y", dist.MultivariateNormal(jnp.zeros(len(y)), K), obs=y)

    return model, {"variance": 1.0, "lengthscale": 1.0, "noise": 0.3}


def problem(case, data):
    """The model of a case and the values where its fit starts; the other sites start at random."""
    if case.startswith("gev"):
        return gev(data)
    return {"eight-schools": eight_schools, "logistic": logistic, "gp-regression": gp_regression}[case](data)
