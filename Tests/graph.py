#!/usr/bin/env python3
"""The graph of the targets of this package and of the folders of each, made from the sources themselves.

    Tests/graph.py            checks it, as `make lint` does
    Tests/graph.py text       one line for each folder: what it uses, and by which names
    Tests/graph.py dot        the targets and their folders for Graphviz: `| dot -Tsvg >graph.svg`
    Tests/graph.py why A B    the places in folder A that use folder B, such as `why Inference/SVI Inference/Target`

A target uses another where it imports it. A folder uses another of its target where a file in it names what the other
declares: a type, function, value or operator outside types, or a member of an extension. Names that several folders
declare are left out, because their text does not tell which is meant; comments and strings are no uses.

Checked: no circle between targets; every import is a dependency that the manifest states; no circle between the folders
of a target except by the rows of the table in Documentation/Architecture.md, each of which must still be needed; plugins compiled
against public API only; no name of a family of distributions in Autodiff.
"""
import collections
import pathlib
import re
import sys

from swift_source import code, declarations, declared_names, uses

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = "Documentation/Architecture.md"


class Target:
    """A target of the manifest that is no test, with its Swift files by folder ("" is the top)."""

    def __init__(self, text, root=ROOT):
        self.name = re.search(r'name:\s*"(\w+)"', text)[1]
        path = re.search(r'path:\s*"([^"]+)"', text)
        self.path = path[1] if path else f"Sources/{self.name}"
        self.has_package_access = "packageAccess: false" not in text
        needs = re.search(r"dependencies:\s*\[(.*?)\]", text, re.S)
        self.needs = set(re.findall(r'"(\w+)"', needs[1])) if needs else set()
        only = re.search(r'sources:\s*\["([^"]+)"\]', text)
        files = sorted((root / self.path).glob(only[1] if only else "**/*.swift"))
        self.files = {str(file.relative_to(root)): file.read_text() for file in files}

    def folder(self, file):
        path = pathlib.PurePath(file).relative_to(self.path)
        return path.name if len(path.parts) == 1 else str(path.parent)

    def imports(self):
        lines = "\n".join(self.files.values())
        return set(re.findall(r"^(?:@\w+ )?(?:\w+ )?import (?:\w+ )?(\w+)", lines, re.M))


def manifest(root=ROOT):
    """The targets under Sources, from the text of Package.swift."""
    text = re.sub(r"(?m)^\s*//.*$", "", (root / "Package.swift").read_text())
    found = []
    for match in re.finditer(r"\.(target|executableTarget|systemLibrary)\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        found.append(Target(text[match.end() : end], root))
    return [target for target in found if target.path.startswith("Sources/")]


def folders(target, targets):
    """Which folder uses which: {(user, used): [(file, name)]}."""
    owners, named = collections.defaultdict(set), collections.defaultdict(set)
    for other in targets:
        for file, text in other.files.items():
            for name in declared_names(text):
                named[name].add(place(other, other.folder(file)))
    for file, text in target.files.items():
        for key in declarations(text):
            owners[key].add(target.folder(file))

    def is_unique(key):
        """A member's name may stand for one of any type, so that it must be the only one of the package."""
        return len(owners[key]) == 1 and (key[0] != "." or len(named[key[1:].split("(")[0]]) == 1)

    unique = {key: next(iter(places)) for key, places in owners.items() if is_unique(key)}
    edges = collections.defaultdict(list)
    for file, text in target.files.items():
        for key in sorted(uses(text) & unique.keys()):
            if unique[key] != target.folder(file):
                edges[target.folder(file), unique[key]].append((file, key))
    return dict(edges)


def circles(edges):
    """The sets of nodes that reach each other, a folder or a target among them: files of one folder may."""
    follow = collections.defaultdict(set)
    for a, b in edges:
        follow[a].add(b)

    def reached(start):
        seen, open_ = set(), [start]
        while open_:
            for node in follow[open_.pop()] - seen:
                seen.add(node)
                open_.append(node)
        return seen

    reach = {node: reached(node) for edge in edges for node in edge}
    found = {frozenset(b for b in reach[a] if a in reach[b]) for a in reach if a in reach[a]}
    return {circle for circle in found if any(not node.endswith(".swift") for node in circle)}


def allowed():
    """The rows of the table of circles: {(user, used)}; each has a reason."""
    text = (ROOT / PAGE).read_text()
    rows = re.findall(r"^\| `([\w/.+]+)` uses ((?:`[\w/.+]+`,? ?)+)\| \w.+ \|$", text, re.M)
    return {(user, used) for user, several in rows for used in re.findall(r"`([^`]+)`", several)}


def place(target, folder):
    return f"{target.name}/{folder}" if folder else target.name


def check_targets(targets):
    names = {target.name for target in targets}
    edges = {(target.name, other) for target in targets for other in target.imports() & names}
    for circle in circles(edges):
        yield f"circle between targets: {', '.join(sorted(circle))}"
    for target in targets:
        for other in sorted(target.imports() & names - target.needs - {target.name}):
            yield f"{target.name} imports {other}, which its dependencies in Package.swift do not name"


def check_folders(targets):
    allowances = allowed()
    for target in targets:
        edges = {(place(target, a), place(target, b)): names for (a, b), names in folders(target, targets).items()}
        own = {pair for pair in allowances if pair[0].split("/")[0] == target.name}
        for circle in circles(edges.keys() - own):
            yield f"circle between folders: {', '.join(sorted(circle))}"
            for (a, b), names in sorted(edges.items()):
                is_within_one_folder = a.endswith(".swift") and b.endswith(".swift")
                if a in circle and b in circle and (a, b) not in own and not is_within_one_folder:
                    yield f"  {a} uses {b}: " + ", ".join(sorted({name for _, name in names})[:8])
        for pair in sorted(own):
            found = circles(edges.keys() & ((edges.keys() - own) | {pair}))
            if not any(circle.issuperset(pair) for circle in found):
                yield f"{PAGE} allows that {pair[0]} uses {pair[1]}, which makes no circle any more"
    known = {target.name for target in targets}
    for user, _ in sorted(allowances):
        if user.split("/")[0] not in known:
            yield f"{PAGE} allows a circle in {user}, which is no folder of a target"


def check_plugins(targets):
    """Without access to `package` symbols the compiler holds a target to public API."""
    for target in targets:
        is_plugin = target.path.startswith("Sources/Plugins/") and target.name != "Plugins"
        if is_plugin and target.has_package_access:
            yield f"{target.name} is a plugin, but is not compiled with packageAccess: false"


def families():
    """The names of families of distributions, but for those that mean something else too, such as log normal."""
    names = set()
    for folder in ["Continuous", "Discrete", "Directional", "Multivariate"]:
        for file in (ROOT / "Sources/Distributions" / folder).glob("*.swift"):
            names |= set(re.findall(r"^public struct (\w+)", code(file.read_text()), re.M))
    return {name.lower() for name in names - {"Beta", "Gamma", "Normal", "Uniform", "LogNormal", "LogUniform"}}


def check_autodiff(targets):
    """Words with the name of a family in them, such as `gevLogDensity`."""
    names = families()
    for target in targets:
        for file, text in target.files.items() if target.name == "Autodiff" else []:
            words = set(re.findall(r"\w+", code(text))) | {pathlib.PurePath(file).stem}
            for word in sorted(words):
                parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", word)
                said = {"".join(parts[i:j]).lower() for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
                if names & said:
                    yield f"{file}: {word} has the name of a distribution"


def problems(targets):
    yield from check_targets(targets)
    yield from check_folders(targets)
    yield from check_plugins(targets)
    yield from check_autodiff(targets)


def print_text(targets):
    for target in targets:
        print(target.name, "imports", ", ".join(sorted(target.imports())) or "nothing")
        for (a, b), names in sorted(folders(target, targets).items()):
            said = ", ".join(sorted({name for _, name in names}))
            print(f"  {place(target, a)} uses {place(target, b)}: {said}")


def print_dot(targets):
    print("digraph PPL {\n  node [shape=box];")
    targets = [target for target in targets if target.files]
    names = {target.name for target in targets}
    for target in targets:
        edges = folders(target, targets)
        own = {""} | {target.folder(file) for file in target.files}
        print(f'  subgraph "cluster_{target.name}" {{\n    label="{target.name}";')
        for folder in sorted(own):
            print(f'    "{place(target, folder)}" [label="{folder or target.name}"];')
        for a, b in sorted(edges):
            print(f'    "{place(target, a)}" -> "{place(target, b)}";')
        print("  }")
        for other in sorted(target.imports() & names):
            print(f'  "{target.name}" -> "{other}" [style=bold];')
    print("}")


def print_why(targets, user, used):
    for target in targets:
        for (a, b), names in sorted(folders(target, targets).items()):
            if (place(target, a), place(target, b)) == (user, used):
                for file, name in names:
                    print(f"{file}: {name}")


def main(arguments):
    targets = manifest()
    if arguments[:1] == ["text"]:
        print_text(targets)
    elif arguments[:1] == ["dot"]:
        print_dot(targets)
    elif arguments[:1] == ["why"]:
        print_why(targets, *arguments[1:3])
    else:
        found = list(problems(targets))
        print("\n".join(found) or f"graph: {len(targets)} targets, no circles")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
