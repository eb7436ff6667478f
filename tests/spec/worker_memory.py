"""Workers hold no secret of the house: the password of the database and the environment are not in the memory of the nursery, nor of a worker,
whichever way the setting came, also after a reload and in a nursery that was started again.  Run on PostgreSQL."""
import os
import pathlib
import re
import signal
import tempfile

from kithtest import Kith, database_env, main, wait_for

PASSWORD, TOKEN = "S3kr1t-never-in-a-worker", "a-token-of-the-environment"


def memory_holds(pid, needles):
    """Which of them stand in the memory of a process, or in what /proc tells of it."""
    found = set()
    texts = [pathlib.Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline")]
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in open(f"/proc/{pid}/maps"):
            span, rights = line.split()[:2]
            if "r" not in rights or "[v" in line:
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                memory.seek(start)
                texts.append(memory.read(end - start))
            except OSError:
                continue
            found |= {n for n in needles if any(n.encode() in text for text in texts)}
            texts.clear()
    return found


def with_password(url):
    """The tests' server lets its user in without one; what is sent all the same does no harm."""
    return re.sub(r"//([^/@:]+)@", rf"//\1:{PASSWORD}@", url)


def pids(kith, word):
    return [pid for pid, title in kith.processes().items() if title.startswith(f"kith: {word}")]


def look(kith):
    wait_for(lambda: pids(kith, "worker") and pids(kith, "nursery") and pids(kith, "agent"))
    needles = {PASSWORD, TOKEN}
    assert PASSWORD in memory_holds(pids(kith, "agent")[0], needles)      # who needs it has it: the search itself works
    caged = pids(kith, "nursery") + pids(kith, "worker")
    for pid in caged:
        held = memory_holds(pid, needles)
        assert not held, (kith.processes()[pid], held)
    return len(caged)


def run(url, way, tell):
    env = {"A_TOKEN": TOKEN, "PGPASSWORD": PASSWORD, "KITH_DB": url if way == "environment" else ""}
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as folder:
        if way == "kith.conf":
            pathlib.Path(folder, "kith.conf").write_text(f"; {'x' * 150}\ndb = {url}\n")
        flags = {"--db VALUE": ["--db", url], "--db=VALUE": [f"--db={url}"]}.get(way, [])
        kith = Kith(*flags, env=env, data=folder)
        if way != "environment":
            del kith.env["KITH_DB"]
        with kith:
            tell(kith)


def no_worker_knows_the_password():
    url = with_password(database_env()["KITH_DB"])
    assert PASSWORD in url, url
    for way in ("environment", "--db VALUE", "--db=VALUE", "kith.conf"):
        run(url, way, lambda kith: print(f"        {way}: {look(kith)} processes"))


def nor_after_a_reload_or_the_death_of_the_nursery():
    url = with_password(database_env()["KITH_DB"])

    def both(kith):
        look(kith)
        before = pids(kith, "agent") + pids(kith, "nursery")
        kith.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not set(before) & set(kith.processes()))
        look(kith)
        nursery = pids(kith, "nursery")[0]
        os.kill(nursery, signal.SIGKILL)
        wait_for(lambda: nursery not in kith.processes())
        look(kith)

    run(url, "kith.conf", both)


if __name__ == "__main__":
    main([no_worker_knows_the_password, nor_after_a_reload_or_the_death_of_the_nursery])
