#!/usr/bin/env python3
"""A PostgreSQL of the tests' own: made with initdb as an unprivileged user, on a unix socket and a free loopback port, stopped by its pid.

    with Postgres() as server:
        url = server.database()          # a fresh, empty database

    postgres.py run COMMAND ...          # COMMAND with KITH_TEST_DB=postgres and KITH_TEST_SERVER in its environment
    postgres.py bench COMMAND ...        # the same on a server that waits for its disk, and KITH_DB names a fresh database

A server found in KITH_TEST_SERVER is used and left running.  Exit code 77 when PostgreSQL is not installed."""
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SETTINGS = {
    "max_connections": 200, "shared_buffers": "128MB", "autovacuum_naptime": "5s", "max_wal_size": "2GB",
    "logging_collector": "off", "unix_socket_permissions": "0777",
}
BENCH = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs():
    """The folder of initdb and postgres, the newest; None when they are not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    plain = shutil.which("initdb")
    return pathlib.Path(plain).parent if plain else None


def unprivileged():
    """The user that may run a server: ourselves, or when we are root somebody who is not."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("root, and nobody to run PostgreSQL as")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def die_with_us():
    """The server stops when the test is killed (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Postgres:
    def __init__(self, durable=False, settings=None, folder=None):
        self.bin, self.user = programs(), unprivileged()
        self.settings = {**SETTINGS, **({} if durable else QUICK), **(settings or {})}
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="kith-pg-"))
        self.data, self.port, self.process, self.count = self.folder / "data", free_port(), None, 0

    def run(self, *command, **more):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **who, **more)

    def start(self):
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        os.chmod(self.folder, 0o755)
        if not self.data.exists():
            self.run(self.bin / "initdb", "-D", self.data, "-U", "kith", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.launch()
        return self

    def launch(self, **settings):
        """Starts it on its folder: the first time, and again after stop()."""
        words = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port)]
        for name, value in {**self.settings, **settings}.items():
            words += ["-c", f"{name}={value}"]
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        with open(self.folder / "log.txt", "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                            preexec_fn=die_with_us, **who)
        end = time.monotonic() + 30
        while subprocess.run([str(self.bin / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]).returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("PostgreSQL did not start:\n" + (self.folder / "log.txt").read_text()[-4000:])
            time.sleep(0.02)

    def stop(self, how=signal.SIGINT):
        """SIGINT: fast; SIGQUIT: as after a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def url(self, database="postgres"):
        return f"postgresql://kith@/{database}?host={self.folder}&port={self.port}"

    def psql(self, statement, database="postgres"):
        """The statement's rows, fields with | between."""
        done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def database(self):
        self.count += 1
        name = f"kith_{os.getpid()}_{self.count}_{time.monotonic_ns() % 1000000}"
        self.psql(f"create database {name}")
        return self.url(name)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *why):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Borrowed(Postgres):
    """A server somebody else started, named by KITH_TEST_SERVER=folder:port."""

    def __init__(self, name):
        folder, _, port = name.rpartition(":")
        super().__init__(folder=folder)
        self.port = int(port)

    def start(self):
        return self

    def __exit__(self, *why):
        pass


def server(**how):
    name = os.environ.get("KITH_TEST_SERVER")
    return Borrowed(name) if name and not how else Postgres(**how)


def main():
    if not programs():
        print("PostgreSQL is not installed")
        return 77
    how, words = sys.argv[1], sys.argv[2:]
    with (server(durable=True, settings=BENCH) if how == "bench" else server()) as running:
        env = {**os.environ, "KITH_TEST_DB": "postgres", "KITH_TEST_SERVER": f"{running.folder}:{running.port}",
               "KITH_TEST_URL": running.url(), **({"KITH_DB": running.database()} if how == "bench" else {})}
        return subprocess.run([sys.executable] * words[0].endswith(".py") + words, env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
