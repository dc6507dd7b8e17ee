"""Effective samples a second and a gradient: our NUTS against NumPyro's, nutpie's and Stan's, in one run."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from samplers.data import CASES, FILES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGE = ROOT.parent
VENV = ROOT / ".build-samplers"
PYTHON = VENV / "bin/python"
OURS = ROOT / ".build/release/benchmarks"
SHARED = PACKAGE.parent / "shared/data"
PEERS = ["numpyro", "nutpie", "nutpie-low-rank", "stan"]
CHAINS, WARMUP, DRAWS = 4, 1000, 1000


def set_up():
    """The virtual environment with the peers."""
    wanted, installed = HERE / "requirements.txt", VENV / "requirements.txt"
    if not installed.exists() or installed.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "-q", "-r", wanted], check=True)
        installed.write_text(wanted.read_text())


def timed(*command, cache):
    """The last line of a program's output as JSON, and the seconds from launch to exit.

    The programs find their caches empty, so that a cold run compiles.
    """
    begin = time.perf_counter()
    run = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(cache)})
    seconds = time.perf_counter() - begin
    if run.returncode:
        raise RuntimeError((run.stderr.strip().splitlines() or ["no message"])[-1])
    lines = run.stdout.strip().splitlines()
    return (json.loads(lines[-1]) if lines else None), seconds


def measured(program, case, data, seed, folder):
    cache = folder / f"cache-{program}-{case}-{seed}"
    if program == "ours":
        file = folder / "draws"
        _, cold = timed(
            OURS, "sample", "--case", case, "--data", data, "--seed", seed, "--chains", CHAINS,
            "--warmup", WARMUP, "--draws", DRAWS, file, cache=cache)
        return timed(PYTHON, HERE / "sampler_peer.py", "ours", file, cache=cache)[0] | {"cold": cold}
    found, wall = timed(
        PYTHON, HERE / "sampler_peer.py", program, case, data, seed, CHAINS, WARMUP, DRAWS,
        cache=cache)
    return found | {"cold": wall - found["seconds"]}


def compare_samplers(case, rounds, folder):
    """Prints the medians over the rounds for each program, and our ratios to the best peer."""
    set_up()
    if not SHARED.is_dir():
        print(f"nuts-{case}: skipped, since {SHARED} is not there")
        return []
    data = SHARED / f"posteriordb/data/{FILES.get(case)}.json"
    if case == "panel":
        data = folder / "panel"
        subprocess.run([PACKAGE / "Models/SpainExtremes/make-data.sh", SHARED, data], check=True)
    runs, failed = {}, {}
    for seed in range(1, rounds + 1):
        for program in ["ours", *PEERS]:
            try:
                runs.setdefault(program, []).append(measured(program, case, data, seed, folder))
            except RuntimeError as error:
                failed[program] = str(error)
    print(
        f"nuts-{case}: {CHAINS} chains of {WARMUP} + {DRAWS}, medians of {rounds} seeds; cold from launch to exit\n"
        "  program            cold s   warm s  gradients  worst size (of)               a second: cold     warm"
        "  a 1000 gradients  R-hat  divergent")
    results = []
    for program, found in runs.items():
        result = summary(found)
        results.append({"case": f"nuts-{case}", "program": program, "runs": found, **result})
        size = f"{result['size']:.0f} ({found[0]['worst']})"
        print(
            f"  {program:16} {result['cold']:8.2f} {result['seconds']:8.2f} {result['gradients']:10.0f}"
            f"  {size:36} {result['perSecondCold']:8.1f} {result['perSecond']:8.1f}"
            f" {result['perGradient']:17.1f}  {result['rhat']:5.3f} {result['divergent']:10.0f}", flush=True)
    for program, message in failed.items():
        print(f"  {program:16} failed: {message}", flush=True)
    if "ours" in runs:
        ratios(results)
    return results


def summary(runs):
    def median(value):
        values = sorted(map(value, runs))
        middle = len(values) // 2
        return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2

    result = {key: median(lambda run: run[key]) for key in (
        "cold", "seconds", "gradients", "size", "rhat", "divergent")}
    result["perSecond"] = median(lambda run: run["size"] / run["seconds"])
    result["perSecondCold"] = median(lambda run: run["size"] / run["cold"])
    result["perGradient"] = median(lambda run: 1000 * run["size"] / run["gradients"])
    return result


def ratios(results):
    own = next(result for result in results if result["program"] == "ours")
    peers = [result for result in results if result["program"] != "ours"]
    if not peers:
        return
    parts = []
    for key, what in (
            ("perSecondCold", "a second, cold"), ("perSecond", "a second, warm"), ("perGradient", "a gradient")):
        best = max(peers, key=lambda result: result[key])
        parts.append(f"{what} {own[key] / best[key]:.2f} ({best['program']})")
    print("  ours / best peer: " + ", ".join(parts), flush=True)
