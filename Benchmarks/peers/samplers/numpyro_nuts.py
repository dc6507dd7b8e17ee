"""The posteriors in NumPyro, float64, and its NUTS."""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import tempfile
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.distributions import constraints
from numpyro.infer import MCMC, NUTS, init_to_uniform, init_to_value

jax.config.update("jax_enable_x64", True)
# NumPyro compiles at every `run`; the second one finds its programs here.
jax.config.update("jax_compilation_cache_dir", tempfile.mkdtemp())
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def flat(support, *event):
    return dist.ImproperUniform(support, (), event)


def eight_schools(y, sigma):
    mu = numpyro.sample("mu", dist.Normal(0.0, 5.0))
    tau = numpyro.sample("tau", dist.HalfCauchy(5.0))
    z = numpyro.sample("theta_trans", dist.Normal(jnp.zeros(8), 1.0).to_event(1))
    numpyro.sample("y", dist.Normal(mu + tau * z, sigma).to_event(1), obs=y)


def regression(noise):
    def model(X, y):
        beta = numpyro.sample("beta", flat(constraints.real_vector, X.shape[1]))
        sigma = numpyro.sample("sigma", noise)
        numpyro.sample("y", dist.Normal(X @ beta, sigma).to_event(1), obs=y)

    return model


def autoregression(X, y):
    alpha = numpyro.sample("alpha", dist.Normal(0.0, 10.0))
    beta = numpyro.sample("beta", dist.Normal(jnp.zeros(5), 10.0).to_event(1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(2.5))
    numpyro.sample("y", dist.Normal(alpha + X @ beta, sigma).to_event(1), obs=y)


def process(R2, y):
    rho = numpyro.sample("rho", dist.Gamma(25.0, 4.0))
    alpha = numpyro.sample("alpha", dist.HalfNormal(2.0))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1.0))
    gram = alpha**2 * jnp.exp(-0.5 * R2 / rho**2) + sigma * jnp.eye(len(y))
    numpyro.sample("y", dist.MultivariateNormal(jnp.zeros(len(y)), gram), obs=y)


def mixture(y):
    mu = numpyro.sample("mu", flat(constraints.ordered_vector, 2))
    numpyro.factor("prior of mu", dist.Normal(0.0, 2.0).log_prob(mu).sum())
    sigma = numpyro.sample("sigma", dist.HalfNormal(2.0).expand([2]).to_event(1))
    theta = numpyro.sample("theta", dist.Beta(5.0, 5.0))
    choice = dist.Categorical(probs=jnp.stack([theta, 1 - theta]))
    with numpyro.plate("row", len(y)):
        numpyro.sample("y", dist.MixtureSameFamily(choice, dist.Normal(mu, sigma)), obs=y)


def panel(R, D, Y):
    present, mean = ~np.isnan(Y), float(np.nanmean(Y))
    y = jnp.where(present, Y, mean)

    def field(variance, centre, lengthscale, whitened):
        v = numpyro.sample(variance, dist.LogNormal(jnp.log(centre), 0.5))
        l = numpyro.sample(lengthscale, dist.LogNormal(jnp.log(2.0), 0.5))
        u = numpyro.sample(whitened, dist.Normal(jnp.zeros(len(R)), 1.0).to_event(1))
        a = jnp.sqrt(3.0) * R / l
        f = jnp.linalg.cholesky(v * (1 + a) * jnp.exp(-a) + 1e-6 * jnp.eye(len(R))) @ u
        return f - f.mean()

    f, b = field("mv", 2.0, "ml", "u"), field("bv", 0.2, "bl", "w")
    mu0 = numpyro.sample("mu0", dist.Normal(mean, 5.0))
    beta0 = numpyro.sample("beta0", dist.Normal(1.0, 0.5))
    log_sigma = numpyro.sample("ls", dist.Normal(jnp.log(2.0), 0.4))
    xi = numpyro.sample("xi", dist.Normal(0.1, 0.1))
    z = (y - mu0 - f[:, None] - (beta0 + b)[:, None] * D) / jnp.exp(log_sigma)
    t = 1 + xi * z
    log_t = jnp.log(jnp.where(t > 0, t, 1.0))
    gev = jnp.where(t > 0, -log_sigma - (1 + 1 / xi) * log_t - jnp.exp(-log_t / xi), -jnp.inf)
    numpyro.factor("y", jnp.where(present, gev, 0.0).sum())


def start(data):
    """Where the fits of the panel start, as ours."""
    zeros, mean = jnp.zeros(len(data["R"])), float(np.nanmean(data["Y"]))
    return {
        "mu0": mean, "beta0": 1.0, "ls": float(np.log(2.0)), "xi": 0.1, "mv": 2.0, "ml": 2.0,
        "bv": 0.2, "bl": 2.0, "u": zeros, "w": zeros,
    }


MODELS = {
    "eight-schools": eight_schools, "kidscore-interaction": regression(dist.HalfCauchy(2.5)),
    "nes1980": regression(flat(constraints.positive)), "arK": autoregression, "gp-regr": process,
    "gauss-mix": mixture, "panel": panel,
}


def sample(case, data, seed, chains, warmup, draws):
    rule = init_to_value(values=start(data)) if case == "panel" else init_to_uniform
    kernel = NUTS(MODELS[case], init_strategy=rule)
    # With fewer devices than chains NumPyro runs the chains one after another, each on both cores; four devices on two
    # cores took more than twice as long for the panel.
    mcmc = MCMC(
        kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, progress_bar=False,
        chain_method="parallel")

    def run(seed):
        begin = time.perf_counter()
        mcmc.run(jax.random.PRNGKey(seed), extra_fields=("num_steps", "diverging"), **data)
        jax.block_until_ready(mcmc.get_samples())
        return time.perf_counter() - begin

    run(seed)
    extra = mcmc.get_extra_fields()
    found = {
        "gradients": int(extra["num_steps"].sum()), "divergent": int(extra["diverging"].sum()),
        "version": numpyro.__version__,
    }
    arrays = {n: np.asarray(v) for n, v in mcmc.get_samples(group_by_chain=True).items()}
    return arrays, found, lambda: run(seed)
