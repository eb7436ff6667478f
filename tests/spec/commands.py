#!/usr/bin/env python3
"""The command line: every command says what it takes and refuses the rest; account, import, search, export, top, doctor, with and without
a running `kith up`."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import zipfile

from kithtest import BINARY, ROOT, Kith, database_env, main

CARDS = [
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Änne Müller\r\nN:Müller;Änne;;;\r\nTEL;TYPE=CELL:+49 171 5551234\r\n"
    "X-ODD;P=1:kept\r\nUID:cli-1\r\nEND:VCARD\r\n",
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Иван Иванов\r\nN:Иванов;Иван;;;\r\nEMAIL:ivan@example.ru\r\nUID:cli-2\r\nEND:VCARD\r\n",
]


def run(*words, data, env=None, status=0, text=None):
    done = subprocess.run([BINARY, *words, "--data", str(data)], input=text, capture_output=True, timeout=120, check=False, env=env)
    assert done.returncode == status, (words, done.returncode, done.stdout[-500:], done.stderr[-2000:])
    return done.stdout


def story(data, env):
    """From an empty folder to everything taken away again."""
    file = pathlib.Path(data) / "phone.vcf"
    file.write_bytes("".join(CARDS).encode())
    run("account", "add", "ann@example.com", data=data, env=env, text=b"correct horse battery\n")
    dry = json.loads(run("import", str(file), "--account", "ann@example.com", "--dry-run", "--json", data=data, env=env))
    assert dry["summary"]["cards"] == 2 and dry["created"] == 0, dry
    done = json.loads(run("import", str(file), "--account", "ann@example.com", "--json", data=data, env=env))
    assert (done["created"], done["failed"]) == (2, 0), done
    again = json.loads(run("import", str(file), "--account", "ann@example.com", "--json", data=data, env=env))
    assert (again["created"], again["skipped"]) == (0, 2), again
    for words in ("mueller", "änne müll", "5551234", "+491715551234"):
        found = json.loads(run("search", words, "--account", "ann@example.com", "--json", data=data, env=env))
        assert [f["name"] for f in found] == ["Änne Müller"], (words, found)
    assert [f["name"] for f in json.loads(run("search", "ivanov", "--account", "ann@example.com", "--json", data=data, env=env))] == \
        ["Иван Иванов"]
    run("search", "nobody", "--account", "ann@example.com", data=data, env=env, status=1)
    originals = run("export", "--account", "ann@example.com", "--format", "vcard3", "--original", data=data, env=env)
    assert sorted(originals.split(b"BEGIN:VCARD")[1:]) == sorted(c.encode().split(b"BEGIN:VCARD")[1] for c in CARDS), originals
    everything = pathlib.Path(data) / "all.zip"
    everything.write_bytes(run("export", "--account", "ann@example.com", "--format", "zip", data=data, env=env))
    names = zipfile.ZipFile(everything).namelist()
    assert "manifest.json" in names and "contacts-4.0.vcf" in names and any(n.startswith("originals/") for n in names), names


def commands_work_without_a_server():
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as data:
        story(data, {**os.environ, **database_env()})


def commands_work_beside_a_server():
    with Kith() as kith:
        story(kith.data, kith.env)
        listen = f"127.0.0.1:{kith.port}"
        kinds = json.loads(run("top", "--json", "--listen", listen, data=kith.data, env=kith.env))
        assert {"import", "enrich", "dedupe", "index"} <= set(kinds), kinds
        screen = run("top", "--once", "--listen", listen, data=kith.data, env=kith.env).decode()
        assert screen.split("\n")[0] and "99 of 100" in screen and "enrich " in screen, screen
        postgres = os.environ.get("KITH_TEST_DB") == "postgres"   # the tests' server does not wait for its disk, and doctor says so
        health = {f["what"]: f for f in json.loads(run("doctor", "--json", "--listen", listen, data=kith.data, env=kith.env,
                                                       status=int(postgres)))}
        assert health["durability" if postgres else "integrity"]["health"] == ("broken" if postgres else "fine"), health
        assert health["server"]["health"] == "fine", health


def what_is_wrong_is_said():
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as data:
        def fails(words, why, status=1, text=None):
            done = subprocess.run([BINARY, *words, "--data", data], input=text, capture_output=True, timeout=60, check=False)
            said = done.stderr.decode()
            assert done.returncode == status and why in said, (words, done.returncode, said)
        fails(["search", "x", "--account", "a@example.com"], "no database")
        fails(["account", "add", "a@example.com"], "at least 10 characters", text=b"short\n")
        fails(["import", "x.vcf"], "usage:", 2)
        fails(["frobnicate"], "no command 'frobnicate'", 2)
        run("account", "add", "a@example.com", data=data, text=b"correct horse battery\n")
        fails(["account", "add", "A@Example.com"], "", text=b"correct horse battery\n")
        fails(["import", f"{data}/missing.vcf", "--account", "a@example.com"], "cannot be read")
        fails(["search", "x", "--account", "b@example.com"], "nobody signed up")
        fails(["up", "--listen", "127.0.0.1:99999"], "is not HOST:PORT")
        fails(["up", "--listen", "127.0.0.1:0", "--db", "oracle:x"], "must begin with sqlite: or postgresql:")
        fails(["up", "--listen", "127.0.0.1:0", "--db", "postgresql://127.0.0.1:1/x"], "connection to server at")
        fails(["top", "--listen", "127.0.0.1:1"], "is `kith up` running?")


def said(*words):
    done = subprocess.run([BINARY, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


def all_commands():
    """Every command of `kith help`, and every verb of those that have some."""
    names = re.findall(r"^  kith (\w+) ", said("help")[1], re.M)
    verbs = [v for name in names for v in re.findall(rf"^  kith ({name} \w+) ", said("help", name)[1], re.M)]
    assert {"up", "backup", "restore", "surge", "generate", "help"} <= set(names) and "scale set" in verbs, (names, verbs)
    return [n.split() for n in names + verbs]


def options_of(*command):
    code, out, err = said(*command, "--help")
    assert code == 0 and not err and out.startswith("usage: kith " + " ".join(command)), (command, code, out, err)
    assert out == said("help", *command)[1], command
    listed = re.findall(r"^  --([\w-]+)", out, re.M)
    usage = re.findall(r"--([\w-]+)", out.split("\n")[0])
    assert listed == usage and len(set(listed)) == len(listed), (command, listed, usage)
    return listed


def every_command_says_what_it_takes():
    settings = json.loads(said("doctor", "--conf", "--json")[1])
    listed, takes_settings = set(), 0
    for command in all_commands():
        options = options_of(*command)
        listed |= set(options)
        takes_settings += "every setting" in said(*command, "--help")[1]
        for name in [*options, "help"]:
            if len(name) < 4:
                continue
            wrong = name[:-2] + name[-1] + name[-2] if name[-1] != name[-2] else name[:-1]      # two letters exchanged, or one too few
            if wrong in options or wrong in settings:
                continue
            code, out, err = said(*command, "--" + wrong, "x")
            assert code == 2 and not out and f"there is no option --{wrong}; did you mean --" in err and "usage: kith" in err, (command, wrong, code, err)
        code, _, err = said(*command, "--no-such-thing-at-all")
        assert code == 2 and "there is no option --no-such-thing-at-all\n" in err, (command, code, err)
    assert takes_settings > 15
    # what the code takes by name is what the tables list, and nothing else
    taken = set()
    for path in (ROOT / "src").rglob("*.c"):
        if path.name != "options.c":
            taken |= set(re.findall(r'(?:option_text|option_given|number)\([^;{}"]*"--([\w-]+)"', path.read_text()))
            taken |= set(re.findall(r'\{ "--([\w-]+)", \d', path.read_text()))                      # scale_plan.c: numbers
    assert taken == listed, (taken ^ listed)


def what_is_missing_or_too_much_is_said():
    for words, why in [
            (["export"], "--account EMAIL is missing"), (["import", "--account", "a@example.com"], "FILE... is missing"),
            (["import", "--account"], "--account wants a value: EMAIL"), (["convert", "--to", "--keep"], "--to wants a value"), (["convert"], "usage: kith convert"),
            (["convert", "--to", "csv", "--to", "csv"], "--to is given twice"), (["doctor", "--json=yes"], "--json takes no value"),
            (["backup"], "FILE|- is missing"), (["restore", "a", "b"], "'b' is one word too many"),
            (["up", "now"], "'now' is one word too many"), (["doctor", "-json"], "two dashes: --json"),
            (["exprot"], "no command 'exprot'; did you mean 'export'?"), (["scale", "shwo"], "no command 'shwo'; did you mean 'show'?"),
            (["zzzzzz"], "no command 'zzzzzz'\n"), (["help", "zzzzzz"], "no command 'zzzzzz'"), (["surge"], "http://127.0.0.1:8080 is missing"),
            (["surge", "--minutes", "0", "http://127.0.0.1:1"], "--minutes: want 0.02 to 1440"),
            (["up", "--lisen", "x"], "did you mean --listen?")]:
        code, out, err = said(*words)
        assert code == 2 and not out and why in err, (words, code, out, err)
    for words in ([], ["--help"], ["help"], ["-h"]):
        code, out, err = said(*words)
        assert code == 0 and "kith backup" in out and not err, (words, code)
    assert said("--version") == said("version") and said("version")[0] == 0


def settings_are_listed():
    out = subprocess.run([BINARY, "doctor", "--conf"], capture_output=True, check=True, cwd=ROOT).stdout.decode()
    assert "listen" in out and "127.0.0.1:8080" in out and "default" in out


def what_strangers_wrote_is_escaped():
    """An error quotes a file that may come from anywhere: no colour, no second line, nothing said twice over."""
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as data:
        (pathlib.Path(data) / "kith.conf").write_bytes(b"url = \x1b[31m\\\xff\n")
        for words in (["doctor"], ["search", "x", "--account", "a@example.com"], ["up"]):
            done = subprocess.run([BINARY, *words, "--data", data], capture_output=True, timeout=60, check=False)
            assert done.returncode == 1 and b"got '\\x1b[31m\\\\\\xff'" in done.stderr, (words, done.stderr)
            assert b"\x1b" not in done.stderr and done.stderr.count(b"\n") == 1, (words, done.stderr)


if __name__ == "__main__":
    main([commands_work_without_a_server, commands_work_beside_a_server, what_is_wrong_is_said, every_command_says_what_it_takes,
          what_is_missing_or_too_much_is_said, settings_are_listed, what_strangers_wrote_is_escaped])
