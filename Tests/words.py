#!/usr/bin/env python3
"""The words of doc comments and pages, a part of `make lint`: the rules of Documentation/Words.md that need no compiler.

Every doc comment under Sources has a first paragraph of three words or more, internal declarations included; what the
compiler lists as public is held to more by DocCommentTests. "Law" stands in terms of art alone.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Power laws, Lotka's law and the like.
TERMS_OF_ART = re.compile(r"power[ -]?laws?", re.I)
LAW = re.compile(r"\b[Ll]aws?\b|[a-z]Laws?\b|\w_laws?\b")


def paragraphs(text):
    """(line, first paragraph) of each doc comment, on lines of its own."""
    block = None
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"\s*///( ?.*)$", line)
        if match:
            block = block or (number, [])
            block[1].append(match[1].removeprefix(" "))
        elif block:
            first = []
            for said in block[1]:
                if not said.strip() or said.startswith(("- ", "    ")):
                    break
                first.append(said)
            yield block[0], " ".join(first)
            block = None


def words(paragraph):
    """A code span is one word."""
    return [word for word in re.sub(r"`[^`]*`", "code", paragraph).split() if re.search(r"[^\W\d_]", word)]


def short_comments():
    for file in sorted((ROOT / "Sources").glob("**/*.swift")):
        path = file.relative_to(ROOT)
        for line, paragraph in paragraphs(file.read_text()):
            if len(words(paragraph)) < 3:
                yield f"{path}:{line} has fewer than three words: {paragraph}"


def laws():
    files = [ROOT / "README.md", *(ROOT / "Documentation").glob("**/*.md"), *(ROOT / "Sources").glob("**/*")]
    for file in sorted(file for file in files if file.suffix in (".md", ".swift", ".h", ".c")):
        for number, line in enumerate(file.read_text().split("\n"), 1):
            # A page on names that were says what they were.
            said = re.sub(r"`[^`]*`", "", line) if file.name.startswith("Migration-") else line
            if match := LAW.search(TERMS_OF_ART.sub("", said)):
                yield f"{file.relative_to(ROOT)}:{number} says \"{match[0]}\": {line.strip()[:80]}"


def main():
    found = [*short_comments(), *laws()]
    print("\n".join(found) or "words: no short doc comment, no law but terms of art")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
