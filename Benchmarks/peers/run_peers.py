#!/usr/bin/env python3
"""Our steps against NumPyro's, the C floor's and PyTorch's, pair by pair: ours, peer, ours, peer; our NUTS against its peers.

run_peers.py [--case NAME]... [--rounds N] [--seconds S] [--quick] [--json FILE] [--ours FILE]
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from samplers import compare as samplers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OURS = ROOT / ".build/release/benchmarks"
FLOOR = ROOT / ".build/floor/gev_svi"
VENV = ROOT / ".build-peers"
PYTHON = VENV / "bin/python"

# Stations and years of the cases that the floor has.
GEV = {
    "gev-40": (40, 40), "gev-200": (200, 40), "gev-500": (500, 40), "gev-1000": (1000, 40),
    "gev-40x400": (40, 400), "gev-40x4000": (40, 4000),
}
SPECTRUM = {"spectrum-sphere": "sphere", "spectrum-circle": "circle"}
CASES = [*GEV, "eight-schools", "logistic", "gp-regression", "network", *SPECTRUM, "lsef-cycle"]
SAMPLERS = {f"nuts-{case}": case for case in samplers.CASES}
# Relative, for the mean loss of an epoch: sums in another order, which Adam's division by small moments lets grow.
SAME_TRAINING = 1e-8
ONE_THREAD = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}


def set_up():
    """Builds what is missing: the virtual environment and the floor."""
    wanted = HERE / "requirements.txt"
    installed = VENV / "requirements.txt"
    if not installed.exists() or installed.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "-q", "-r", wanted], check=True)
        installed.write_text(wanted.read_text())
    subprocess.run(["make", "-s", "-C", HERE / "floor"], check=True)


def output(*command, threads=None):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(threads or {})}
    run = subprocess.run(
        [str(part) for part in command], check=True, env=environment, capture_output=True, text=True)
    return run.stdout


def ours(case, seconds, folder):
    file = folder / "ours.json"
    output(OURS, "--case", case, "--seconds", seconds, "--json", file)
    cost = json.loads(file.read_text())[0]
    return {**cost["threadTime"], "firstStep": cost["firstStep"], "peak": cost.get("peak")}


def peer_step(name, case, seconds, data):
    if name == "floor":
        return json.loads(output(FLOOR, "step", *GEV[case], seconds))
    return json.loads(
        output(PYTHON, HERE / "numpyro_peer.py", "step", case, data, seconds, threads=ONE_THREAD))


def compare(case, rounds, seconds, folder, data):
    """Prints each pair and returns them."""
    pairs = []
    for name in (["floor"] if case in GEV else []) + ["numpyro"]:
        for _ in range(rounds):
            a, b = ours(case, seconds, folder), peer_step(name, case, seconds, data)
            top, bottom = (a, b) if name == "floor" else (b, a)
            ratios = {key: top[key] / bottom[key] for key in ("median", "minimum")}
            pairs.append({"case": case, "peer": name, "ours": a, "theirs": b, "ratio": ratios})
            what = "ours / floor" if name == "floor" else "numpyro / ours"
            print(
                f"{case:14} {name:8} ours {a['minimum']:10.1f} [{a['median']:10.1f}]"
                f"  peer {b['minimum']:10.1f} [{b['median']:10.1f}]"
                f"  {what:14} {ratios['minimum']:7.2f} [{ratios['median']:7.2f}]", flush=True)
    return pairs


def compare_epochs(rounds, epochs):
    """Seconds of CPU an epoch of the network, the best of some, against PyTorch on one thread."""
    pairs = []
    for _ in range(rounds):
        a = json.loads(output(OURS, "network", "--epochs", epochs))
        b = json.loads(output(
            PYTHON, HERE / "torch_network.py", 120, 160000, 2500, epochs, threads=ONE_THREAD))
        ratio = b["thread"] / a["thread"]
        pairs.append({"case": "network", "peer": "torch", "ours": a, "theirs": b,
                      "ratio": {"median": ratio, "minimum": ratio}})
        print(
            f"{'network':14} {'torch':8} an epoch: ours {a['thread']:.3f} s, peer {b['thread']:.3f} s"
            f"  {'torch / ours':14} {ratio:7.2f}", flush=True)
    return pairs


def compare_trainings(case, rounds, epochs, folder):
    """Seconds of CPU an epoch of the spectrum network's training, the best of some, against PyTorch on one thread.

    Both have the same pairs, start and minibatches, so losses that differ mean that they are not the same training.
    """
    name = SPECTRUM[case]
    output(OURS, "spectrum-data", "--case", name, "--epochs", epochs, folder)
    pairs = []
    for _ in range(rounds):
        a = json.loads(output(OURS, "spectrum", "--case", name, "--epochs", epochs, folder))
        b = json.loads(output(
            PYTHON, HERE / "torch_spectrum.py", name, epochs, folder, threads=ONE_THREAD))
        difference = max(abs(p / q - 1) for p, q in zip(a["losses"], b["losses"]))
        if not difference <= SAME_TRAINING:
            sys.exit(f"{case}: our losses are {a['losses']}, PyTorch's {b['losses']}: not the same training.")
        ratio = b["thread"] / a["thread"]
        pairs.append({"case": case, "peer": "torch", "ours": a, "theirs": b, "difference": difference,
                      "ratio": {"median": ratio, "minimum": ratio}})
        print(
            f"{case:14} {'torch':8} an epoch: ours {a['thread']:.3f} s, peer {b['thread']:.3f} s"
            f"  {'torch / ours':14} {ratio:7.2f}; loss {a['losses'][-1]:.6g} after {epochs} epochs,"
            f" within {difference:.0e}", flush=True)
    return pairs


def own_cycles(folder, quick):
    """Our seconds a cycle, of CPU."""
    file = folder / "cycles.json"
    output(OURS, "cycle", "--json", file, *(["--cycles", 50] if quick else []))
    return json.loads(file.read_text())


def compare_cycles(rounds, file, quick, folder):
    """Seconds a cycle of each filter in NumPy: of CPU on one thread, of wall on as many as it takes by itself.

    Ours are measured in turn with it, or come from a file, as README.md describes it.
    """
    size = ["--cycles", 50, "--climate", 50] if quick else []
    runs = []
    for threads in (ONE_THREAD, {}):
        for _ in range(rounds):
            own = json.loads(Path(file).read_text()) if file else own_cycles(folder, quick)
            peer = json.loads(output(PYTHON, HERE / "lsef_cycle.py", *size, threads=threads))
            runs.append({"case": "lsef-cycle", "peer": "numpy", "theirs": peer, "ours": own})
            print(
                f"{'lsef-cycle':14} numpy, threads: {peer['threads']}: microseconds of"
                f" {'CPU' if threads else 'wall'} a cycle, minimum [median]")
            for name, costs in peer["secondsPerCycle"].items():
                for members, cost in costs.items():
                    mine = own["secondsPerCycle"].get(name, {}).get(members)
                    print_cycle(f"{name} {members}", cost, mine)
            whole = peer["figure5"]
            print_cycle("all of Figure 5", whole["secondsPerCycle"], own["figure5"]["secondsPerCycle"])
            print(
                f"  Figure 5, {whole['worlds']} worlds of {whole['cycles']} cycles: {whole['seconds']:.0f} s,"
                f" extrapolated from {whole['measuredCycles']} cycles", flush=True)
    return runs


def print_cycle(what, theirs, ours):
    line = f"  {what:18} {1e6 * theirs['minimum']:10.1f} [{1e6 * theirs['median']:10.1f}]"
    if ours:
        ratios = [theirs[key] / ours[key] for key in ("minimum", "median")]
        line += f"  ours {1e6 * ours['minimum']:9.1f} [{1e6 * ours['median']:9.1f}]"
        line += f"  numpy / ours {ratios[0]:7.2f} [{ratios[1]:7.2f}]"
    print(line)


def whole_process(case, rounds, data):
    """Seconds from launch to exit: 6000 steps, 600 draws; both as a user would start them.

    One seed gives both the same draws, so a loss that differs means that they did not fit the same model.
    """

    def timed(*command):
        wall, cpu = time.perf_counter(), child_cpu()
        loss = float(re.search(r"mean loss (\S+)", output(*command))[1])
        return time.perf_counter() - wall, child_cpu() - cpu, loss

    pairs = []
    for _ in range(rounds):
        a, a_cpu, loss = timed(OURS, "fit", "--case", case, "--steps", 6000)
        b, b_cpu, other = timed(PYTHON, HERE / "numpyro_peer.py", "fit", case, data, 6000)
        if not abs(loss - other) <= 1e-6 * abs(other):
            sys.exit(f"{case}: our loss is {loss}, NumPyro's {other}: not the same fit.")
        pairs.append(
            {"case": case, "wall": [a, b], "cpu": [a_cpu, b_cpu], "ratio": b / a, "loss": loss})
        print(
            f"{case:14} 6000 steps and 600 draws, launch to exit: ours {a:.2f} s (cpu {a_cpu:.2f}),"
            f" numpyro {b:.2f} s (cpu {b_cpu:.2f}), numpyro / ours {b / a:.1f} (cpu {b_cpu / a_cpu:.1f})",
            flush=True)
    return pairs


def child_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", action="append", choices=[*CASES, *SAMPLERS])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement")
    parser.add_argument("--quick", action="store_true", help="one short round of two small cases")
    parser.add_argument("--json", help="where to write all pairs")
    parser.add_argument("--ours", help="our seconds a cycle for the case lsef-cycle; measured if not given")
    options = parser.parse_args()
    if options.quick:
        options.case = options.case or ["gev-40", "eight-schools"]
        options.rounds, options.seconds = 1, 0.3
    set_up()

    print("microseconds of CPU a step, one thread: minimum [median] of short windows")
    steps, fits, cycles, samples = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for case in options.case or [*CASES, *SAMPLERS]:
            if case in SAMPLERS:
                samples += samplers.compare_samplers(SAMPLERS[case], options.rounds, folder)
                continue
            if case == "network":
                steps += compare_epochs(options.rounds, 2 if options.quick else 4)
                continue
            if case in SPECTRUM:
                steps += compare_trainings(case, options.rounds, 3 if options.quick else 6, folder)
                continue
            if case == "lsef-cycle":
                cycles += compare_cycles(options.rounds, options.ours, options.quick, folder)
                continue
            data = folder / f"{case}.json"
            output(OURS, "data", "--case", case, data)
            steps += compare(case, options.rounds, options.seconds, folder, data)
            if case == "gev-40":
                fits += whole_process(case, options.rounds, data)

    if steps:
        print("\nmedians over the pairs: of the ratio of minima [of medians]")
    for case in dict.fromkeys(pair["case"] for pair in steps):
        for name, what in (
                ("floor", "ours / floor"), ("numpyro", "numpyro / ours"), ("torch", "torch / ours")):
            found = [p["ratio"] for p in steps if (p["case"], p["peer"]) == (case, name)]
            if found:
                minima, medians = ([p[key] for p in found] for key in ("minimum", "median"))
                print(
                    f"{case:14} {what:15} {statistics.median(minima):8.2f}"
                    f" [{statistics.median(medians):8.2f}]")
    if options.json:
        report = {"load": os.getloadavg(), "steps": steps, "fits": fits, "cycles": cycles, "samples": samples}
        Path(options.json).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
