#!/usr/bin/env python3
"""Writes Documentation/Migration-0.2.md: what became of each public name of version 0.1.

    Documentation/migration.py            writes the page, and says which names it found no successor of
    Documentation/migration.py --check    fails if the page is not what it would write

The public names of both versions are read from their sources: those of 0.1 from its commit, those of today from the files.
`Migration-0.2.txt` beside this file has what no script can know, one line each: `old -> new`, or `old: what to use instead`.
A line about a type holds for its members, as far as these have the same names. A name in neither is matched where its type
has, for it alone, a new member of the same base name, or of the same kind and signature.
"""
import collections
import io
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests"))
import graph  # noqa: E402
from swift_source import code  # noqa: E402

BASE = "415c324"
PAGE = ROOT / "Documentation/Migration-0.2.md"
HAND = ROOT / "Documentation/Migration-0.2.txt"

DECLARATION = re.compile(
    r"^(?P<indent> *)(?P<words>(?:@?\w+(?:\((?:[^()]|\([^()]*\))*\))? )*?)"
    r"(?P<kind>struct|class|enum|protocol|actor|extension|func|var|let|case|typealias|init|subscript)\b(?P<rest>.*)$")
TYPES = {"struct", "class", "enum", "protocol", "actor"}


class Name:
    """A public name: its module, its owner, itself with labels, and the types of its signature."""

    def __init__(self, module, owner, name, kind, signature):
        self.module, self.owner, self.name, self.kind, self.signature = module, owner, name, kind, signature

    @property
    def full(self):
        return f"{self.owner}.{self.name}" if self.owner else self.name

    @property
    def base(self):
        return self.name.split("(")[0]


def whole(lines, at):
    """The declaration that starts on a line, to the end of its parameters and its result."""
    text = lines[at]
    while text.count("(") > text.count(")") and at + 1 < len(lines):
        at += 1
        text += " " + lines[at].strip()
    return text


def parameters(text):
    """The labels and types in the first parentheses that are at the level of the declaration."""
    start = text.index("(")
    depth, parts, last = 0, [], start + 1
    for at in range(start, len(text)):
        if text[at] in "([{<":
            depth += 1
        elif text[at] in ")]}" or text[at] == ">" and text[at - 1] != "-":
            depth -= 1
            if depth == 0:
                parts.append(text[last:at])
                rest = text[at + 1 :]
                break
        elif text[at] == "," and depth == 1:
            parts.append(text[last:at])
            last = at + 1
    else:
        rest = ""
    found = []
    for part in parts:
        match = re.match(r"\s*(?:@\w+ )*`?(\w+)`?(?: `?\w+`?)?\s*:\s*(.*?)(?:\s*=.*)?$", part, re.S)
        if match:
            found.append((match[1], re.sub(r"\s+", " ", match[2])))
    return found, rest


def names(targets):
    """All public names: {(module, full name): Name}."""
    found = {}
    for target in targets:
        for text in target.files.values():
            for name in names_of(text, target.name):
                found.setdefault((name.module, name.full), name)
    return found


def names_of(text, module):
    owners = []  # (indent, path, whether members are public without saying so)
    lines = code(text).split("\n")
    for at, line in enumerate(lines):
        match = DECLARATION.match(line)
        if not match:
            continue
        indent, words, kind = len(match["indent"]), match["words"].split(), match["kind"]
        owners = [owner for owner in owners if owner[0] < indent]
        if indent != 2 * len(owners):
            continue
        path = ".".join(owner[1] for owner in owners)
        says = "public" in words or "open" in words
        is_public = says or bool(owners) and owners[-1][2] and not {"private", "fileprivate"} & set(words)
        if owners and not owners[-1][3]:
            is_public = False
        declared = whole(lines, at)
        rest = declared[declared.index(match["rest"][:1], match.end("kind")) :] if match["rest"] else ""
        if kind in TYPES or kind == "extension":
            name = re.match(r"\s*`?([\w.]+)`?", rest)
            if not name:
                continue
            opens = kind == "protocol" or kind == "extension" and says
            # An extension has what its members say, whatever the type is.
            owners.append((indent, name[1], opens, is_public or kind == "extension", kind))
            if is_public and kind != "extension":
                yield Name(module, path, name[1], kind, "")
        elif kind == "case":
            if owners and owners[-1][4] == "enum" and owners[-1][3]:
                listed = re.sub(r"\([^)]*\)", "", rest).split("=")[0]
                for name in re.findall(r"`?(\w+)`?", listed):
                    yield Name(module, path, name, kind, rest.strip())
        elif is_public and kind in ("var", "let"):
            for name in re.findall(r"`?(\w+)`?", re.split(r"[:={]", rest)[0]):
                declared_type = re.search(r":\s*([^={]+)", rest)
                yield Name(module, path, name, "value", declared_type[1].strip() if declared_type else "")
        elif is_public and kind == "typealias":
            yield Name(module, path, re.match(r"\s*(\w+)", rest)[1], kind, rest)
        elif is_public and "(" in declared:
            title = kind
            if kind == "func":
                title = re.match(r"\s*`?([^\s(<]+|<[^\s(]*)", rest)[1]
                if not re.match(r"\w", title):
                    continue  # an operator
            labelled, result = parameters(declared[match.end("kind") :])
            if kind == "subscript" and all(label == kind for label, _ in labelled):
                labelled = []
            labels = "".join(f"{label}:" for label, _ in labelled)
            result = re.sub(r"\s+", " ", result.split("{")[0].split(" where ")[0]).strip()
            yield Name(module, path, f"{title}({labels})", kind, f"{[t for _, t in labelled]} {result}")


def conformances(targets):
    """The protocols that each type and protocol names, in its declaration or an extension."""
    found = collections.defaultdict(set)
    for target in targets:
        for text in target.files.values():
            for name, listed in re.findall(
                    r"(?m)^(?:[@\w()]+ )*(?:struct|class|enum|protocol|extension) ([\w.]+)(?:<[^{>]*>)?\s*:([^{]+)", code(text)):
                found[name] |= set(re.findall(r"\w+", listed.split(" where ")[0]))
    return found


def sources_of(commit):
    """The targets of a commit."""
    archive = subprocess.run(
        ["git", "archive", commit, "Package.swift", "Sources"], cwd=ROOT, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        tarfile.open(fileobj=io.BytesIO(archive)).extractall(folder)
        return graph.manifest(pathlib.Path(folder))


def hand_list():
    """What a person wrote: {old: (new or None, advice)}."""
    told = {}
    for line in HAND.read_text().splitlines():
        if match := re.match(r"^([^#\s].*?) -> (\S+?)(?:; (.*))?$", line):
            told[match[1]] = (match[2], match[3] or "")
        elif match := re.match(r"^([^#\s]\S*(?:\([^)]*\))?): (.+)$", line):
            told[match[1]] = (None, match[2])
    return told


class Migration:
    """The successors of the names that are gone."""

    def __init__(self, old, new, conformances, told):
        self.old, self.new, self.conformances, self.told = old, new, conformances, told
        self.by_full = collections.defaultdict(list)
        for name in new.values():
            self.by_full[name.full].append(name)
        self.used, self.unknown = set(), []
        old_full = {name.full for name in old.values()}
        self.fresh = [name for name in new.values() if name.full not in old_full]

    def inherits(self, path, member):
        """Whether a type has a member from a protocol, whose extension or requirement it is."""
        seen, open_ = set(), {path}
        while open_:
            one = open_.pop()
            seen.add(one)
            if f"{one}.{member}" in self.by_full:
                return True
            open_ |= self.conformances[one] - seen
        return False

    def owner(self, path):
        """The path of a type today."""
        if not path:
            return path
        if path in self.told and self.told[path][0]:
            return self.told[path][0]
        above, _, last = path.rpartition(".")
        return f"{self.owner(above)}.{last}" if above else last

    def successor(self, name):
        """(new name or None, advice), or nothing if the name is as it was."""
        if (name.module, name.full) in self.new:
            return None
        if name.full in self.told:
            new, advice = self.told[name.full]
            if new and new not in self.by_full:
                print(f"Migration-0.2.txt: {name.full} -> {new}, which is not there", file=sys.stderr)
            return new, advice
        path = self.owner(name.owner)
        full = f"{path}.{name.name}" if path else name.name
        if full in self.by_full:
            return full, ""
        if name.owner and self.inherits(path, name.name):
            return None if path == name.owner else (full, "")
        siblings = [other for other in self.fresh if other.owner == path]
        alike = [other for other in siblings if other.base == name.base]
        if not alike and name.kind not in ("init", "subscript"):
            alike = [o for o in siblings if o.kind == name.kind and o.signature == name.signature != ""]
            rivals = [
                o for o in self.old.values()
                if o.owner == name.owner and o.kind == name.kind and o.signature == name.signature
                and (o.module, o.full) not in self.new]
            alike = alike if len(rivals) == 1 else []
        if len(alike) == 1:
            return alike[0].full, ""
        return None, ""

    def rows(self):
        """(module, old, new, remark), members of a type that goes as a whole under one row with it."""
        gone = {}
        for (module, full), name in sorted(self.old.items(), key=lambda item: item[0]):
            found = self.successor(name)
            if found is None:
                continue
            new, advice = found
            above = gone.get((module, name.owner))
            if above is not None:
                # A member that follows its type needs no row.
                follows = above[0] is None or new == f"{above[0]}.{name.name}"
                if follows and name.full not in self.told:
                    gone[module, full] = (new, advice)
                    continue
            gone[module, full] = (new, advice)
            if new is None and not advice:
                self.unknown.append(f"{module}: {full}")
            homes = {other.module for other in self.by_full.get(new, [])} if new else set()
            home = "" if module in homes or not homes else sorted(homes)[0]
            yield module, full, new, home, advice


def page(rows):
    text = [
        "# Migration from 0.1 to 0.2", "",
        "Each public name of version 0.1 that has another name today, lies in another module or is gone. Members of a type in "
        "this table follow it unless they have a row of their own. `Documentation/migration.py` makes this page "
        f"from the sources of both versions (0.1 is commit `{BASE}`); do not edit it.", ""]
    by_module = collections.defaultdict(list)
    for module, old, new, home, advice in rows:
        now = f"`{new}`" if new else "removed"
        if new == old:
            now = "the same name"
        if home:
            now += f" in `{home}`"
        if advice:
            now += f"; {advice}" if new else f": {advice}"
        by_module[module].append(f"| `{old}` | {now} |")
    for module, lines in by_module.items():
        text += [f"## {module}", "", "| 0.1 | now |", "|---|---|", *lines, ""]
    return "\n".join(text)


def main(arguments):
    targets = graph.manifest()
    migration = Migration(names(sources_of(BASE)), names(targets), conformances(targets), hand_list())
    strange = migration.told.keys() - {name.full for name in migration.old.values()}
    for name in sorted(strange):
        print(f"Migration-0.2.txt: 0.1 has no {name}", file=sys.stderr)
    if strange:
        return 1
    rows = list(migration.rows())
    text = page(rows)
    for line in migration.unknown:
        print(f"no successor known of {line}", file=sys.stderr)
    if "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text() != text:
            print("Documentation/Migration-0.2.md is not what Documentation/migration.py writes", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text)
    print(f"{len(rows)} rows, {len(migration.unknown)} of them without a successor")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
