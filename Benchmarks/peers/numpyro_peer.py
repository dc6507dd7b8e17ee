"""One case in NumPyro.

numpyro_peer.py step CASE DATA SECONDS   microseconds a step, as one line of JSON
numpyro_peer.py fit CASE DATA STEPS      a fit and 600 draws; the caller times the process
"""

import json
import resource
import sys
import time

import jax
import jax.numpy as jnp
import jax.random as random
import numpy as np
import numpyro
import optax
from numpyro.infer import SVI, Predictive, Trace_ELBO, autoguide
from numpyro.infer.initialization import init_to_uniform, init_to_value

from numpyro_models import problem

jax.config.update("jax_enable_x64", True)


def load(path):
    with open(path) as file:
        arrays = json.load(file)
    return {n: jnp.asarray(np.reshape(a["values"], a["shape"])) for n, a in arrays.items()}


def inference(case, path):
    model, start = problem(case, load(path))
    init = init_to_value(values=start) if start else init_to_uniform
    guide = autoguide.AutoNormal(model, init_loc_fn=init)
    chain = optax.chain(optax.zero_nans(), optax.clip_by_global_norm(10.0), optax.adam(3e-3))
    return model, guide, SVI(model, guide, numpyro.optim.optax_to_numpyro(chain), Trace_ELBO())


def step(case, path, seconds):
    _, _, svi = inference(case, path)
    begin = time.perf_counter()
    state, loss = jax.jit(svi.update)(svi.init(random.PRNGKey(0)))
    jax.block_until_ready(loss)
    first = time.perf_counter() - begin

    def timed(program, state):
        wall, cpu = time.perf_counter(), time.process_time()
        state = jax.block_until_ready(program(state))
        return state, time.perf_counter() - wall, time.process_time() - cpu

    def steps(count):
        return jax.jit(lambda state: lax_steps(state, count))

    def lax_steps(state, count):
        return jax.lax.fori_loop(0, count, lambda _, s: svi.update(s)[0], state)

    # Whole windows are compiled, so that the call from Python is no part of a step.
    one = steps(1)
    state, _, _ = timed(one, state)
    state, wall, _ = timed(one, state)
    count = max(1, int(5e-3 / wall))
    window = steps(count)
    state, _, _ = timed(window, state)
    walls, cpus = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(walls) < 3:
        state, wall, cpu = timed(window, state)
        walls.append(1e6 * wall / count)
        cpus.append(1e6 * cpu / count)
    result = {
        "minimum": min(cpus), "median": float(np.median(cpus)),
        "wallMinimum": min(walls), "wallMedian": float(np.median(walls)),
        "firstStep": 1e3 * first, "windows": len(walls),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {"numpyro": numpyro.__version__, "jax": jax.__version__},
    }
    print(json.dumps(result))


def fit(case, path, steps):
    model, guide, svi = inference(case, path)
    result = svi.run(random.PRNGKey(0), steps, progress_bar=False)
    draws = guide.sample_posterior(random.PRNGKey(1), result.params, sample_shape=(600,))
    sites = Predictive(model, draws)(random.PRNGKey(2))
    jax.block_until_ready(sites)
    tail = np.asarray(result.losses)[-max(1, steps // 10):]
    print(f"{case}: mean loss {tail.mean()} over the last tenth, 600 draws")


if __name__ == "__main__":
    if sys.argv[1] == "step":
        step(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    else:
        fit(sys.argv[2], sys.argv[3], int(sys.argv[4]))
