"""What every spec shares: a real `kith up` on a free port with a data folder of its own, and a client that speaks to it.

    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        status, body, headers = ann.get("/api/v1/cards")

Standard library only.  Processes are stopped by their ids; the folder is removed unless KITH_KEEP is set."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import postgres

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("KITH_BINARY") or str(ROOT / "build" / "kith")
SHARED = pathlib.Path(os.environ.get("KITH_SHARED") or ROOT.parent / "shared")
SLOW = 4 if os.environ.get("KITH_SANITIZED") else 1


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=20, every=0.02):
    """Calls what() until it answers something true; the answer.  Fails loudly after seconds (longer under a sanitizer)."""
    end = time.monotonic() + seconds * SLOW
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"waited {seconds * SLOW} s in vain for {getattr(what, '__name__', what)}")


def cpu_s(pid):
    """CPU time the process has used, user and system, in seconds; what tests judge by instead of the clock on the wall."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def totp(secret, ahead=0):
    """RFC 6238, written anew: what an authenticator shows, or will show `ahead` steps from now."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + ahead), hashlib.sha1)
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def database_env():
    """KITH_TEST_DB=postgres: every Kith has a database of its own on the server that KITH_TEST_SERVER names (postgres.py run ...)."""
    if os.environ.get("KITH_TEST_DB") != "postgres":
        return {}
    return {"KITH_DB": postgres.server().database()}


class Kith:
    def __init__(self, *flags, env=None, data=None):
        self.data = pathlib.Path(data) if data else pathlib.Path(tempfile.mkdtemp(prefix="kith-spec-"))
        self.own_data = data is None
        self.port = free_port()
        self.flags = list(flags)
        self.env = {**os.environ, **database_env(), **(env or {})}
        self.process = None

    def start(self):
        self.log = open(self.data / "log.txt", "ab")
        self.process = subprocess.Popen(
            [BINARY, "up", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data), *self.flags],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=self.env)
        wait_for(self.ready, 30)
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"kith up ended with {self.process.returncode}:\n{self.log_text()[-4000:]}")
        try:
            return Client(self.port).get("/readyz")[0] == 200
        except OSError:
            return False

    def log_text(self):
        return (self.data / "log.txt").read_text(errors="replace")

    def stop(self, how=signal.SIGTERM, seconds=30):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(seconds * SLOW)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("kith up did not stop:\n" + self.log_text()[-4000:]) from None
        if self.process:
            self.log.close()
        return self.process.returncode if self.process else None

    def processes(self):
        """{pid: title} of the whole tree, the master first."""
        parents = {}
        for p in pathlib.Path("/proc").iterdir():
            if p.name.isdigit():
                try:
                    stat = (p / "stat").read_text()
                    parents[int(p.name)] = (int(stat.rpartition(")")[2].split()[1]), (p / "cmdline").read_bytes())
                except OSError:
                    continue
        tree = {self.process.pid}
        while True:
            more = {pid for pid, (parent, _) in parents.items() if parent in tree} - tree
            if not more:
                break
            tree |= more
        return {pid: parents[pid][1].split(b"\0")[0].decode(errors="replace") for pid in sorted(tree) if pid in parents}

    def pids(self, role):
        """Process ids of "http", "agent", "worker password" ..."""
        return [pid for pid, title in self.processes().items() if title.startswith("kith: " + role)]

    def memory(self):
        """(RSS, PSS) of the whole tree in MiB."""
        rss = pss = 0
        for pid in self.processes():
            try:
                for line in open(f"/proc/{pid}/smaps_rollup"):
                    if line.startswith("Rss:"):
                        rss += int(line.split()[1])
                    elif line.startswith("Pss:"):
                        pss += int(line.split()[1])
            except OSError:
                continue
        return rss / 1024, pss / 1024

    def client(self):
        return Client(self.port)

    def sign_up(self, email, password="correct horse battery"):
        client = self.client()
        status, body, _ = client.post("/api/v1/signup", {"email": email, "password": password})
        assert status == 201, (status, body)
        client.csrf = body["csrf"]
        client.account = body["account"]
        return client

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, kind, value, trace):
        try:
            if kind and self.process:
                sys.stderr.write("---- end of the server's log ----\n" + self.log_text()[-6000:] + "\n")
            self.stop()
        finally:
            if self.own_data and not os.environ.get("KITH_KEEP"):
                shutil.rmtree(self.data, ignore_errors=True)


class Client:
    """One browser: a keep-alive connection, its cookie, its CSRF token."""

    def __init__(self, port):
        self.port, self.cookie, self.csrf, self.token, self.connection = port, None, None, None, None

    def request(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookie:
            headers.setdefault("Cookie", self.cookie)
        if self.csrf and method not in ("GET", "HEAD"):
            headers.setdefault("X-CSRF-Token", self.csrf)
        if self.token:
            headers.setdefault("Authorization", "Bearer " + self.token)
        if body is not None and not isinstance(body, (bytes, str)) and not hasattr(body, "read"):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60 * SLOW)
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                data = response.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # an idle connection that the server closed meanwhile; reads may be repeated
                self.close()
                if attempt == 2 or method not in ("GET", "HEAD"):
                    raise
        if response.getheader("Set-Cookie"):
            self.cookie = response.getheader("Set-Cookie").split(";")[0]
        if "json" in (response.getheader("Content-Type") or "") and data:
            data = json.loads(data)
        return response.status, data, response.headers

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", path, body, **kw)

    def patch(self, path, body=None, **kw):
        return self.request("PATCH", path, body, **kw)

    def delete(self, path, body=None, **kw):
        return self.request("DELETE", path, body, **kw)

    # ---- what most specs do ----

    def import_file(self, path, commit=True, seconds=60, **options):
        """Uploads, waits for the dry run, commits and waits for the end; the import as the API shows it."""
        path = pathlib.Path(path)
        with open(path, "rb") as f:
            status, it, _ = self.post(f"/api/v1/imports?filename={path.name}", f.read())
        assert status == 202, (status, it)
        it = self.wait_import(it["id"], ("ready", "failed"), seconds)
        if not commit or it["state"] == "failed":
            return it
        status, it, _ = self.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both", **options})
        assert status == 202, (status, it)
        return self.wait_import(it["id"], ("done", "failed"), seconds)

    def wait_import(self, import_id, states, seconds=60):
        def import_reached_its_state():
            status, it, _ = self.get(f"/api/v1/imports/{import_id}")
            assert status == 200, (status, it)
            return it if it["state"] in states else None
        return wait_for(import_reached_its_state, seconds)

    def wait_idle(self, seconds=60):
        """The stats when all is done; asks for the work alone until then, which costs the server next to nothing."""
        def all_work_is_done():
            status, it, _ = self.get("/api/v1/stats?only=work")
            assert status == 200, (status, it)
            return it["work"]["waiting"] == 0 and it["work"]["running"] == 0
        wait_for(all_work_is_done, seconds, 0.05)
        return self.get("/api/v1/stats")[1]


def main(tests):
    """Runs the test functions given, each with a Kith of its own; closing line 'N passed, N failed'."""
    import traceback
    failed = 0
    wanted = sys.argv[1:]
    tests = [t for t in tests if not wanted or t.__name__ in wanted]
    for test in tests:
        began = time.monotonic()
        try:
            test()
            print(f"ok      {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"not ok  {test.__name__}", flush=True)
            traceback.print_exc()
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(bool(failed))
