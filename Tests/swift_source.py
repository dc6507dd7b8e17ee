"""What a Swift file declares and names, read from its text without comments and strings.

Names are keys: `Normal` is declared outside types, `.taken(from:` is a member with its first label, `.count` a property.
"""
import functools
import re

TOKEN = re.compile(
    r'(?P<line>//[^\n]*)|(?P<block>/\*)|(?P<raw>#+")|(?P<long>""")|(?P<string>")|(?P<other>.)', re.S)


@functools.cache
def code(text):
    """The text without comments and without strings, but with the code in their interpolations."""
    out, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        at = match.end()
        if match["line"]:
            continue
        if match["block"]:
            at = end_of_comment(text, at)
        elif match["other"]:
            out.append(match["other"])
        else:
            hashes = "#" * match[0].count("#")
            quote = '"""' if match["long"] or text.startswith('""', at) and hashes else '"'
            if quote == '"""' and not match["long"]:
                at += 2
            inner, at = string(text, at, quote + hashes, "\\" + hashes + "(")
            out.append('""' + inner)
    return "".join(out)


def end_of_comment(text, at):
    depth = 1
    while depth and at < len(text):
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
        else:
            at += 1
    return at


def string(text, at, end, opening):
    """The code in the interpolations of a string, and where the string ends."""
    inner = []
    while at < len(text) and not text.startswith(end, at):
        if text.startswith(opening, at):
            start, depth = at + len(opening), 1
            at = start
            while depth and at < len(text):
                if text[at] == '"':
                    _, at = string(text, at + 1, '"', "\\(")
                    continue
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                at += 1
            inner.append(" (" + code(text[start : at - 1]) + ") ")
        else:
            at += 2 if text[at] == "\\" and len(opening) == 2 else 1
    return "".join(inner), at + len(end)


DECLARATION = re.compile(
    r"^(?P<indent> *)(?P<words>(?:(?:@?\w+(?:\((?:[^()]|\([^()]*\))*\))?) )*?)"
    r"(?P<kind>struct|class|enum|protocol|actor|extension|func|var|let|typealias|init|subscript|(?:infix|prefix|postfix) operator)"
    r"\b\??!? ?(?P<rest>.*)$")


@functools.cache
def declarations(text):
    """Keys of what the file declares for others in its target: outside types, and members of extensions.

    The sources are formatted: what stands at the margin is outside types, what is two spaces in is a member.
    """
    keys, owner = set(), None
    lines = code(text).split("\n")
    for number, line in enumerate(lines):
        match = DECLARATION.match(line)
        if line.startswith("}"):
            owner = None
        if not match or len(match["indent"]) > 2:
            continue
        indent, words = len(match["indent"]), match["words"].split()
        is_hidden = "private" in words or "fileprivate" in words
        if indent == 0:
            owner = None
        if indent == 0 and match["kind"] == "extension":
            owner = "extension"
            if is_hidden:
                owner = None
        elif is_hidden or "override" in words or (indent == 2 and owner != "extension"):
            continue
        else:
            rest = match["rest"] + " " + " ".join(l.strip() for l in lines[number + 1 : number + 2])
            keys |= names(match["kind"], rest, indent == 2)
    return frozenset(keys)


def names(kind, rest, is_member):
    dot = "." if is_member else ""
    if kind in ("init", "subscript"):
        return set()
    if kind in ("func",):
        match = re.match(r"`?(\w+)`?(?:<[^(]*>)?\(\s*(?:(\w+)[ :])?", rest)
        if not match:
            return set()
        label = match[2]
        return {f"{dot}{match[1]}(" + ("" if label in (None, "_") else label + ":")}
    if kind.endswith("operator"):
        return set()
    if kind in ("var", "let"):
        listed = re.split(r"[=:{]", rest)[0]
        return {dot + name for name in re.findall(r"`?(\w+)`?", listed)}
    match = re.match(r"`?(\w+)`?", rest)
    return {dot + match[1]} if match else set()


ANY_NAME = re.compile(r"\b(?:func|var|let|case|typealias|struct|class|enum|protocol|actor|associatedtype) `?(\w+)")
MORE_NAMES = re.compile(r"(?:\b(?:let|var)\b|,) *(\w+)(?= *[,:=])")


@functools.cache
def declared_names(text):
    """The names of all that the file declares, at any depth; some too many."""
    return frozenset(ANY_NAME.findall(code(text)) + MORE_NAMES.findall(code(text)))


@functools.cache
def uses(text):
    """Keys of all that the file names; a call is also a use of its name alone."""
    keys = set()
    for match in re.finditer(r"(\.\s*)?\b([A-Za-z_]\w*)(?:<[\w., ]*>)?(\(\s*(?:(\w+):)?)?", code(text)):
        dot, name, call, label = match[1], match[2], match[3], match[4]
        # Inside a type its members have no dot.
        for prefix in ["."] if dot else ["", "."]:
            keys.add(prefix + name)
            if call:
                keys.add(prefix + name + "(" + (label + ":" if label else ""))
    return frozenset(keys)
