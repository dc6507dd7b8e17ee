"""The posteriors in Stan, by pystan."""

import time

import numpy as np
import stan

MODELS = {
    "eight-schools": """
data { vector[8] y; vector[8] sigma; }
parameters { real mu; real<lower=0> tau; vector[8] theta_trans; }
model { mu ~ normal(0, 5); tau ~ cauchy(0, 5); theta_trans ~ std_normal(); y ~ normal(mu + tau * theta_trans, sigma); }
""",
    "arK": """
data { int N; matrix[N, 5] X; vector[N] y; }
parameters { real alpha; vector[5] beta; real<lower=0> sigma; }
model { alpha ~ normal(0, 10); beta ~ normal(0, 10); sigma ~ cauchy(0, 2.5); y ~ normal_id_glm(X, alpha, beta, sigma); }
""",
    "gp-regr": """
data { int N; matrix[N, N] R2; vector[N] y; }
parameters { real<lower=0> rho; real<lower=0> alpha; real<lower=0> sigma; }
model {
  rho ~ gamma(25, 4); alpha ~ normal(0, 2); sigma ~ normal(0, 1);
  y ~ multi_normal_cholesky(rep_vector(0, N),
    cholesky_decompose(add_diag(square(alpha) * exp(-0.5 * R2 / square(rho)), sigma)));
}
""",
    "gauss-mix": """
data { int N; vector[N] y; }
parameters { ordered[2] mu; array[2] real<lower=0> sigma; real<lower=0, upper=1> theta; }
model {
  mu ~ normal(0, 2); sigma ~ normal(0, 2); theta ~ beta(5, 5);
  for (n in 1:N)
    target += log_mix(theta, normal_lpdf(y[n] | mu[1], sigma[1]), normal_lpdf(y[n] | mu[2], sigma[2]));
}
""",
    "panel": """
functions {
  vector field(matrix R, real v, real l, vector u) {
    matrix[rows(R), rows(R)] a = sqrt(3) / l * R;
    vector[rows(R)] f = cholesky_decompose(add_diag(v * (1 + a) .* exp(-a), 1e-6)) * u;
    return f - mean(f);
  }
}
data {
  int S; int T; int N; matrix[S, S] R; vector[T] D; real centre;
  array[N] int station; array[N] int year; vector[N] y;
}
parameters {
  real<lower=0> mv; real<lower=0> ml; real<lower=0> bv; real<lower=0> bl;
  vector[S] u; vector[S] w; real mu0; real beta0; real ls; real xi;
}
model {
  vector[S] f = field(R, mv, ml, u);
  vector[S] b = beta0 + field(R, bv, bl, w);
  mv ~ lognormal(log(2), 0.5); ml ~ lognormal(log(2), 0.5);
  bv ~ lognormal(log(0.2), 0.5); bl ~ lognormal(log(2), 0.5);
  u ~ std_normal(); w ~ std_normal();
  mu0 ~ normal(centre, 5); beta0 ~ normal(1, 0.5); ls ~ normal(log(2), 0.4); xi ~ normal(0.1, 0.1);
  vector[N] t = 1 + xi * (y - mu0 - f[station] - b[station] .* D[year]) / exp(ls);
  if (min(t) <= 0) reject("outside the support");
  target += -N * ls - (1 + 1 / xi) * sum(log(t)) - sum(exp(-log(t) / xi));
}
""",
}
REGRESSION = """
data { int N; int K; matrix[N, K] X; vector[N] y; }
parameters { vector[K] beta; real<lower=0> sigma; }
model { %s y ~ normal_id_glm(X, 0, beta, sigma); }
"""
MODELS["kidscore-interaction"] = REGRESSION % "sigma ~ cauchy(0, 2.5);"
MODELS["nes1980"] = REGRESSION % ""


def stan_data(case, data):
    """The data with the sizes that Stan wants declared."""
    if case == "panel":
        station, year = np.where(~np.isnan(data["Y"]))
        y = data["Y"][station, year]
        return {
            "S": len(data["R"]), "T": len(data["D"]), "N": len(y), "R": data["R"], "D": data["D"],
            "centre": float(y.mean()), "station": station + 1, "year": year + 1, "y": y,
        }
    sizes = {"N": len(data["y"])}
    if case in ("kidscore-interaction", "nes1980"):
        sizes["K"] = data["X"].shape[1]
    return {**data, **({} if case == "eight-schools" else sizes)}


def start(data):
    """Where the chains of the panel start, as ours."""
    zeros = np.zeros(len(data["R"])).tolist()
    return {
        "mu0": float(np.nanmean(data["Y"])), "beta0": 1.0, "ls": float(np.log(2.0)), "xi": 0.1,
        "mv": 2.0, "ml": 2.0, "bv": 0.2, "bl": 2.0, "u": zeros, "w": zeros,
    }


def sample(case, data, seed, chains, warmup, draws):
    values = {
        n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in stan_data(case, data).items()}
    options = {"init": [start(data)] * chains} if case == "panel" else {}

    def run(seed):
        program = stan.build(MODELS[case], data=values, random_seed=seed)
        begin = time.perf_counter()
        fit = program.sample(num_chains=chains, num_warmup=warmup, num_samples=draws, **options)
        return time.perf_counter() - begin, fit

    fit = run(seed)[1]

    def by_chain(name):
        # The last axis of pystan's arrays has the draws of all chains, those of one draw together.
        values = np.moveaxis(fit[name], -1, 0).reshape(draws, chains, *fit[name].shape[:-1])
        values = np.swapaxes(values, 0, 1)
        return values[..., 0] if values.ndim == 3 and values.shape[-1] == 1 else values

    arrays = {name: by_chain(name) for name in fit.param_names}
    found = {
        "gradients": int(fit["n_leapfrog__"].sum()), "divergent": int(fit["divergent__"].sum()),
        "version": stan.__version__,
    }
    # pystan keeps the draws of a seed and returns them when they are asked for again.
    return arrays, found, lambda: run(seed + 1_000_000)[0]
