"""The running binary is replaced under load (kith upgrade): no request fails, no connection is reset, no upload is cut, no job
waits for a lease, an import in flight ends with every card once.  KITH_UPGRADES makes it longer."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter

from kithtest import BINARY, SLOW, Client, Kith, main, wait_for

UPGRADES = int(os.environ.get("KITH_UPGRADES", 4 if SLOW == 1 else 2))
CARDS = int(os.environ.get("KITH_CARDS", 4000 if SLOW == 1 else 1000))


def run(binary, *words):
    return subprocess.run([str(binary), *words], capture_output=True, text=True, timeout=120 * SLOW)


def version_of(binary):
    return run(binary, "version").stdout.split()[1]


def relabel(version, to):
    """The same program with another version written in it: proof that another file is executed."""
    old, new = version_of(BINARY).encode() + b"\0", version.encode() + b"\0"
    assert len(old) == len(new), (old, new)
    bytes_ = pathlib.Path(BINARY).read_bytes()
    assert b"\0" + old in bytes_
    fresh = pathlib.Path(str(to) + ".new")
    fresh.write_bytes(bytes_.replace(b"\0" + old, b"\0" + new))
    fresh.chmod(0o755)
    fresh.rename(to)                            # as installers do: the old file lives on while somebody runs it


def bare(version, digit):
    return version[:-1] + str(digit)


class Load:
    """Clients that never repeat anything: each failure counts."""

    def __init__(self, kith, ann):
        self.kith, self.ann, self.over = kith, ann, False
        self.done, self.failed, self.longest, self.lock = Counter(), [], 0.0, threading.Lock()
        jobs = [(self.reads, True), (self.reads, False), (self.writes, True), (self.uploads, False), (self.listens, False),
                (self.signs_up, False)]
        self.made = []
        self.threads = [threading.Thread(target=self.loop, args=job) for job in jobs]
        for t in self.threads:
            t.start()

    def loop(self, step, kept):
        connection = None
        while not self.over:
            began = time.monotonic()
            try:
                connection = connection or self.connect()
                closes = step(connection)
                if closes or not kept:
                    connection.close()
                    connection = None
                with self.lock:
                    self.done[step.__name__] += 1
                    if step.__name__ in ("reads", "writes"):
                        self.longest = max(self.longest, time.monotonic() - began)
            except Exception as e:
                with self.lock:
                    self.failed.append(f"{step.__name__} {'kept' if kept else 'fresh'}: {e!r}")
                connection = None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.kith.port, timeout=30 * SLOW)

    def ask(self, connection, method, path, body=None, want=200):
        headers = {"Cookie": self.ann.cookie, "X-CSRF-Token": self.ann.csrf}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        data = response.read()
        assert response.status == want, (response.status, data[:300])
        return response.will_close, data

    def reads(self, connection):
        return self.ask(connection, "GET", "/api/v1/cards?limit=5")[0]

    def writes(self, connection):
        name = f"Written {len(self.made)}"
        closes, data = self.ask(connection, "POST", "/api/v1/cards",
                                {"card": {"@type": "Card", "version": "1.0", "name": {"full": name}}}, 201)
        self.made.append(json.loads(data)["id"])
        time.sleep(0.01)
        return closes

    def uploads(self, connection):
        """A file that takes a second to arrive."""
        vcf = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Up Load\r\nNOTE:" + b"x" * 2000 + b"\r\nEND:VCARD\r\n"
        connection.putrequest("POST", "/api/v1/imports?filename=up.vcf")
        for name, value in (("Cookie", self.ann.cookie), ("X-CSRF-Token", self.ann.csrf),
                            ("Content-Length", str(len(vcf) * 100))):
            connection.putheader(name, value)
        connection.endheaders()
        for _ in range(20):
            connection.send(vcf * 5)
            time.sleep(0.05)
        response = connection.getresponse()
        data = response.read()
        assert response.status == 202, (response.status, data[:300])
        return response.will_close

    def listens(self, connection):
        """An event stream until the server ends it properly: a cut one raises."""
        connection.request("GET", "/api/v1/events", headers={"Cookie": self.ann.cookie})
        response = connection.getresponse()
        assert response.status == 200, response.status
        response.fp.raw._sock.settimeout(0.5)
        while not self.over:
            try:
                if not response.readline():
                    return True
            except (TimeoutError, socket.timeout):
                return True                      # quiet: listen anew
        return True

    def signs_up(self, connection):
        with self.lock:
            self.done["number"] += 1
            number = self.done["number"]
        connection.request("POST", "/api/v1/signup", json.dumps({"email": f"new{number}@example.com", "password": "long enough"}),
                           {"Content-Type": "application/json", "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"})
        response = connection.getresponse()
        data = response.read()
        assert response.status == 201, (response.status, data[:300])
        time.sleep(0.05)
        return response.will_close

    def end(self):
        self.over = True
        for t in self.threads:
            t.join()


def import_under_way(kith, ann):
    folder = kith.data / "generated"
    folder.mkdir()
    made = run(BINARY, "generate", "--cards", str(CARDS), "--duplicates", "0", "--seed", "42", "--sources", "1", "--out", str(folder))
    assert made.returncode == 0, made.stderr
    file = next(p for p in folder.iterdir() if p.suffix in (".vcf", ".csv") and p.name != "truth.csv")
    it = ann.import_file(file, commit=False)
    status, it, _ = ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
    assert status == 202, it
    return it["id"]


def serve_from(data, version):
    """A house whose binary is a file of its own."""
    binary = data / "kith-installed"
    relabel(version, binary)
    kith = Kith("--http-processes", "2", "--requests-per-minute", "1000000", "--login-per-minute", "100000", data=data)
    return kith, binary


def started(kith, binary):
    kith.log = open(kith.data / "log.txt", "ab")
    kith.process = subprocess.Popen([str(binary), "up", "--listen", f"127.0.0.1:{kith.port}", "--data", str(kith.data), *kith.flags],
                                    stdin=subprocess.DEVNULL, stdout=kith.log, stderr=kith.log, env=kith.env)
    wait_for(kith.ready, 30)


def version_served(kith):
    return Client(kith.port).get("/healthz")[1]["version"]


def only_one_generation(kith):
    titles = Counter(kith.processes().values())
    return titles["kith: http"] == 2 and titles["kith: agent"] == 1 and titles["kith: nursery"] == 1


def cleanly(test):
    """With a folder of its own, removed at the end, and nobody left running."""
    import tempfile

    def with_folder():
        data = pathlib.Path(tempfile.mkdtemp(prefix="kith-upgrade-"))
        kith, binary = serve_from(data, bare(version_of(BINARY), 1))
        try:
            started(kith, binary)
            test(kith, binary)
        except BaseException:
            print("\n".join(line for line in kith.log_text().splitlines() if " info http " not in line)[-6000:])
            raise
        finally:
            kith.stop()
            shutil.rmtree(data, ignore_errors=True)
    with_folder.__name__ = test.__name__
    return with_folder


@cleanly
def nobody_notices_an_upgrade(kith, binary):
    version = version_of(BINARY)
    ann = kith.sign_up("ann@example.com")
    import_id = import_under_way(kith, ann)
    pid, load = kith.process.pid, Load(kith, ann)
    try:
        for i in range(UPGRADES):
            relabel(bare(version, (i + 2) % 10), binary)
            done = run(binary, "upgrade", "--data", str(kith.data))
            assert done.returncode == 0, (done.stdout, done.stderr)
            wait_for(lambda: version_served(kith) == bare(version, (i + 2) % 10), 5)
            time.sleep(0.3)
    finally:
        load.end()
    wait_for(lambda: only_one_generation(kith), 30)
    assert kith.process.poll() is None and kith.process.pid == pid
    print(f"        {UPGRADES} upgrades: {sum(load.done[k] for k in ('reads', 'writes', 'uploads', 'listens', 'signs_up'))} requests "
          f"({dict(load.done)}), {len(load.failed)} failed, longest read or write {load.longest * 1000:.0f} ms")
    assert not load.failed, load.failed[:5]
    assert all(load.done[k] for k in ("reads", "writes", "uploads", "listens", "signs_up")), load.done

    done = ann.wait_import(import_id, ("done", "failed"), 120)
    assert done["state"] == "done" and done["created"] == CARDS, done
    stats = ann.wait_idle(60)
    assert len(set(load.made)) == len(load.made) and stats["cards"] == CARDS + len(load.made), (stats, CARDS, len(load.made))
    log = kith.log_text()
    assert "agent.took_back" not in log, "a job waited for its lease"
    assert "master.child_ended" not in log, [line for line in log.splitlines() if "master.child_ended" in line]


@cleanly
def a_program_that_does_not_fit_is_refused(kith, binary):
    version = version_served(kith)
    broken = kith.data / "broken"
    for text in ("#!/bin/sh\necho no such luck >&2\nexit 3\n", "#!/bin/sh\nkill -SEGV $$\n", "this is no program\n"):
        broken.write_text(text)
        broken.chmod(0o755)
        done = run(BINARY, "upgrade", "--data", str(kith.data), "--binary", str(broken))
        assert done.returncode == 1 and "refused, the old one serves on" in done.stderr, (done.returncode, done.stderr)
        assert version_served(kith) == version and only_one_generation(kith)
    (kith.data / "kith.conf").write_text("listen-to = me\n")
    done = run(binary, "upgrade", "--data", str(kith.data))
    assert done.returncode == 1 and "unknown setting" in done.stderr, done.stderr


@cleanly
def a_program_that_does_not_come_up_gives_way_to_the_old_one(kith, binary):
    """Fit when asked, dead when it matters: the old program takes over again, from its open file."""
    version, pid = version_served(kith), kith.process.pid
    # one that fails in its master, one whose agent does not start: the same program with a word bent
    traps = [(b"insert into agents (id", b"insert into agentz (id")]
    if not os.environ.get("KITH_TEST_DB"):
        traps.insert(0, (b"create virtual table", b"create virtuel table"))
    for word, bent in traps:
        trap, program = kith.data / "trap", pathlib.Path(BINARY).read_bytes()
        assert word in program, word
        trap.write_bytes(program.replace(word, bent))
        trap.chmod(0o755)
        done = run(BINARY, "upgrade", "--data", str(kith.data), "--binary", str(trap))
        trap.unlink()
        assert done.returncode == 1 and "refused" in done.stderr, (done.returncode, done.stdout, done.stderr)
        assert kith.process.poll() is None and kith.process.pid == pid
        assert version_served(kith) == version
        wait_for(lambda: only_one_generation(kith), 30)
    ann = kith.sign_up("ann@example.com")
    assert ann.get("/api/v1/cards")[0] == 200


@cleanly
def a_signal_is_enough(kith, binary):
    """What a service manager does: SIGUSR2 runs the file at the same path; and it hears of it."""
    version = version_of(BINARY)
    relabel(bare(version, 7), binary)
    kith.process.send_signal(signal.SIGUSR2)
    wait_for(lambda: version_served(kith) == bare(version, 7), 30)
    again = run(binary, "up", "--replace", "--data", str(kith.data))
    assert again.returncode == 0 and "runs now" in again.stdout, (again.stdout, again.stderr)


def nobody_to_upgrade():
    done = run(BINARY, "upgrade", "--data", "/nonexistent")
    assert done.returncode == 1 and "no Kith runs" in done.stderr, done.stderr


def the_service_manager_is_told():
    import tempfile
    with tempfile.TemporaryDirectory(prefix="kith-notify-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(folder + "/notify")
        heard.settimeout(20 * SLOW)
        with Kith(env={"NOTIFY_SOCKET": folder + "/notify"}) as kith:
            assert heard.recv(200) == b"READY=1"
            done = run(BINARY, "upgrade", "--data", str(kith.data))
            assert done.returncode == 0, done.stderr
            reloading = heard.recv(200).split(b"\n")
            assert reloading[0] == b"RELOADING=1" and reloading[1].startswith(b"MONOTONIC_USEC="), reloading
            assert heard.recv(200) == b"READY=1"
            kith.stop()
            assert heard.recv(200) == b"STOPPING=1"


if __name__ == "__main__":
    main([nobody_notices_an_upgrade, a_program_that_does_not_fit_is_refused, a_signal_is_enough,
          a_program_that_does_not_come_up_gives_way_to_the_old_one, nobody_to_upgrade, the_service_manager_is_told])
