#!/usr/bin/env python3
"""Manual page of a program on PPL, in man(7), from its own help: manual.py PROGRAM > ppl.1"""
import json
import pathlib
import subprocess
import sys


def text(words):
    """Text as roff, in which backslashes, hyphens and leading dots are markup."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in escaped.split("\n"))


def paragraphs(words):
    return "\n.PP\n".join(text(part.replace("\n", " ")) for part in words.split("\n\n"))


def term(head, words):
    return f".TP\n{head}\n{text(words)}"


def commands(of, path=""):
    """Every command that does something, with its names."""
    for command in of.get("subcommands", []):
        if command["commandName"] == "help":
            continue
        name = f"{path}{command['commandName']}"
        if command.get("subcommands"):
            yield from commands(command, name + " ")
        else:
            yield name, command


def arguments(command):
    """The arguments of a command, but for --version and --help, which all have."""
    for argument in command.get("arguments", []):
        if argument["valueName"] in ("version", "help"):
            continue
        if argument["kind"] == "positional":
            head = f"\\fI{text(argument['valueName'])}\\fP"
        else:
            dashes = "\\-\\-" if argument["preferredName"]["kind"] == "long" else "\\-"
            head = f"\\fB{dashes}{text(argument['preferredName']['name'])}\\fP"
            if argument["kind"] == "option":
                head += f" \\fI{text(argument['valueName'])}\\fP"
        yield term(head, argument.get("abstract", ""))


def page(program):
    def output(*arguments):
        return subprocess.run(
            [program, *arguments], check=True, capture_output=True, text=True).stdout

    name = pathlib.Path(program).name
    root = json.loads(output("--experimental-dump-help"))["command"]
    version = output("--version").strip()
    found = list(commands(root))
    statuses = {c["discussion"] for _, c in found if c.get("discussion")}
    yield f'.TH {name.upper()} 1 "" "{name} {version}" "User Commands"'
    yield f".SH NAME\n{name} \\- {text(root['abstract'].rstrip('.'))}"
    yield f".SH SYNOPSIS\n.B {name}\n.I command\n.RI [ arguments ]"
    yield ".SH COMMANDS"
    for path, command in found:
        usage = " ".join(
            f"\\fI{text(a['valueName'])}\\fP" for a in command.get("arguments", [])
            if a["kind"] == "positional")
        yield f".SS {name} {text(path)} {usage}\n{text(command.get('abstract', ''))}"
        yield from arguments(command)
    yield ".SH MODELS AND EXPERIMENTS\n.nf\n" + text(output("list").rstrip()) + "\n.fi"
    yield (f".PP\n\\fB{name} fit\\fP \\fIMODEL\\fP \\fB\\-\\-help\\fP lists the flags of a model, "
           f"\\fB{name} describe\\fP \\fIMODEL\\fP its sites, priors and data.")
    for status in sorted(statuses):
        yield ".SH EXIT STATUS\n" + paragraphs(status)
    yield (".SH FILES\nA run with \\fB\\-\\-output\\fP \\fIDIR\\fP writes \\fIrun.json\\fP, \\fIresults.json\\fP, tables and "
           "draws to this folder, and the checkpoint or the journal from which \\fB\\-\\-resume\\fP continues.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(page(sys.argv[1])))
