#!/usr/bin/env python3
"""What the house does when something runs out, and that it goes on by itself when there is some again."""
import contextlib
import os
import pathlib
import resource
import signal
import socket
import sqlite3
import stat
import subprocess
import tempfile
import time

from kithtest import BINARY, Kith, main, wait_for


def process_of(kith, role):
    return next(pid for pid, title in kith.processes().items() if title == f"kith: {role}")


def open_files(pid, most):
    """Lets the running process open no more than that; what was allowed."""
    allowed = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, allowed[1]))
    return allowed


def answers(kith):
    try:
        with socket.create_connection(("127.0.0.1", kith.port), timeout=2) as s:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return s.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def out_of_files_and_back():
    """More connections than files: those that come later wait.  When some have left, they are answered."""
    with Kith("--http-processes", "1") as kith:
        http = process_of(kith, "http")
        for most in (48, 64, 100):
            allowed = open_files(http, most)
            idle = [socket.create_connection(("127.0.0.1", kith.port)) for _ in range(most + 50)]
            wait_for(lambda: not answers(kith), 30)
            for s in idle:
                s.close()
            wait_for(lambda: answers(kith), 20)
            resource.prlimit(http, resource.RLIMIT_NOFILE, allowed)


def stop_between_writes(kith, pid):
    """Not while it holds the one lock of the database, which others would wait for."""
    os.kill(pid, signal.SIGSTOP)
    with contextlib.closing(sqlite3.connect(kith.data / "kith.db", timeout=0, isolation_level=None)) as db:
        try:
            db.execute("begin immediate")
            db.execute("rollback")
            return True
        except sqlite3.OperationalError:
            os.kill(pid, signal.SIGCONT)
            return False


def a_late_agent_goes_on():
    """An agent that was held up beyond its lease takes its place again, in the same process, and does what waits."""
    with Kith("--agent-lease", "2") as kith:
        ann, agent = kith.sign_up("ann@example.com"), process_of(kith, "agent")
        wait_for(lambda: "agent.ready" in kith.log_text())
        wait_for(lambda: stop_between_writes(kith, agent))
        status, card, _ = ann.post("/api/v1/cards", {"card": {"name": {"full": "Zora Late"}}})
        assert status == 201, card
        time.sleep(3)
        os.kill(agent, signal.SIGCONT)
        wait_for(lambda: "agent.rejoined" in kith.log_text())
        wait_for(lambda: ann.get("/api/v1/search?q=zora")[1]["items"])
        assert process_of(kith, "agent") == agent
        assert b"kith_agent_rejoins_total 1\n" in ann.get("/metrics")[1]


@contextlib.contextmanager
def small_disk(mib):
    """A folder on a file system of its own, and grow(mib); None where we may not make one."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kith-disk-"))
    mounted = not os.getuid() and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=700", "kith-test", folder], capture_output=True, check=False).returncode
    try:
        yield (folder, lambda to: subprocess.run(["mount", "-o", f"remount,{to}", folder], check=True)) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=False)
        folder.rmdir()


def add(person, name, bytes=60000):
    return person.post("/api/v1/cards", {"card": {"name": {"full": name}, "notes": {"n": {"note": "x" * bytes}}}})


def refused_for_room(answer):
    status, body, headers = answer
    assert status == 507 and body["code"] == "STORAGE" and "disk of the server is full" in body["detail"], (status, body)
    assert int(headers["Retry-After"]) > 0


def looks_and_deletes(kith, ann, ids):
    status, body, _ = ann.get("/readyz")
    assert status == 503 and "disk is full" in body["detail"], body
    assert ann.get("/healthz")[0] == 200 and ann.get("/api/v1/cards?limit=5")[0] == 200
    status, body, _ = kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": "correct horse battery"})
    assert status == 200, body
    status, body, _ = ann.request("DELETE", f"/api/v1/cards/{ids.pop()}")
    assert status in (200, 204), (status, body)


def fill(folder, name, bytes):
    """As much as there is room for."""
    f = os.open(folder / name, os.O_CREAT | os.O_WRONLY)
    with contextlib.suppress(OSError):
        for _ in range(0, bytes, 4096):
            os.write(f, b"x" * 4096)
    os.close(f)


def a_full_disk():
    """Below the floor nothing new is taken; without any room at all people still delete; with room everything goes on by itself."""
    with small_disk(400) as disk:
        if not disk:
            print("        no file system of our own can be mounted here")
            return
        folder, remount = disk
        (folder / "v").mkdir()
        with Kith("--requests-per-minute", "1000000", data=folder / "v") as kith:
            ann, agent, ids = kith.sign_up("ann@example.com"), process_of(kith, "agent"), []
            wait_for((folder / "v" / "kith.reserve").exists)
            fill(folder, "others", 270 << 20)
            while (answer := add(ann, f"Card {len(ids)}"))[0] == 201:
                ids.append(answer[1]["id"])
            refused_for_room(answer)
            refused_for_room(ann.post("/api/v1/imports?filename=a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Carl\r\nEND:VCARD\r\n"))
            looks_and_deletes(kith, ann, ids)
            wait_for(lambda: "agent.disk_full " in kith.log_text())
            time.sleep(2)               # the log moves into the file
            fill(folder, "ballast", 1 << 40)
            looks_and_deletes(kith, ann, ids)
            refused_for_room(add(ann, "More"))
            assert process_of(kith, "agent") == agent
            remount("size=800m")
            wait_for(lambda: add(ann, "Again")[0] == 201)
            wait_for((folder / "v" / "kith.reserve").exists)
            assert ann.get("/readyz")[0] == 200
            assert all(ann.get(f"/api/v1/cards/{i}")[0] == 200 for i in ids)
            wait_for(lambda: "agent.disk_has_room" in kith.log_text())
            assert process_of(kith, "agent") == agent


def nobody_elses_files():
    """Whatever the folder allows: what Kith writes is for its own user, also what was there before."""
    with tempfile.TemporaryDirectory(prefix="kith-open-") as folder:
        os.chmod(folder, 0o755)
        mask = os.umask(0o022)
        try:
            for _ in range(2):
                with Kith(data=folder) as kith:
                    kith.sign_up(f"ann{_}@example.com")
                    for path in kith.data.iterdir():
                        if path.name.startswith("kith.db") or path.name == "kith.agent":
                            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
                for path in pathlib.Path(folder).glob("kith.db*"):
                    os.chmod(path, 0o644)
            said = subprocess.run([BINARY, "doctor", "--data", folder], capture_output=True, text=True, check=False).stdout
            assert "can be read by others (644)" in said and "chmod 600" in said, said
        finally:
            os.umask(mask)


def a_cut_database_is_said():
    """The start says that the file was cut and what to do, instead of failing at some card."""
    with tempfile.TemporaryDirectory(prefix="kith-cut-") as folder:
        with Kith(data=folder) as kith:
            ann = kith.sign_up("ann@example.com")
            for n in range(20):
                assert add(ann, f"Card {n}")[0] == 201
        db = pathlib.Path(folder) / "kith.db"
        os.truncate(db, db.stat().st_size // 2)
        up = subprocess.run([BINARY, "up", "--data", folder, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60,
                            check=False)
        assert up.returncode == 1 and "the file was cut" in up.stderr and "docs/backup.md" in up.stderr, up


def uploads_folder_is_made_again():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for path in sorted((kith.data / "blobs").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        (kith.data / "blobs").rmdir()
        status, body, _ = ann.post("/api/v1/imports?filename=a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Carl\r\nEND:VCARD\r\n")
        assert status == 202, (status, body)
        wait_for(lambda: ann.get(f"/api/v1/imports/{body['id']}")[1]["state"] == "ready")
        assert ((kith.data / "blobs").stat().st_mode & 0o777) == 0o700


if __name__ == "__main__":
    main([out_of_files_and_back, a_late_agent_goes_on, a_full_disk, nobody_elses_files, a_cut_database_is_said, uploads_folder_is_made_again])
