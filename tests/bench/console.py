"""What watching costs: CPU of the whole tree while idle, with one console open, and of a scrape of /metrics.  KITH_BENCH_S seconds each."""
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
from kithtest import Kith  # noqa: E402

SECONDS = float(os.environ.get("KITH_BENCH_S") or 10)


def cpu_s(kith):
    return sum(int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in kith.processes()) / 1e9


def measured(kith, what, seconds=SECONDS):
    began, before = time.monotonic(), cpu_s(kith)
    time.sleep(seconds)
    used = (cpu_s(kith) - before) / (time.monotonic() - began)
    print(f"{what}: {100 * used:.3f} % of a core")


def watch(client, path, until):
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
    connection.request("GET", path, headers={"Cookie": client.cookie})
    response = connection.getresponse()
    while not until.is_set() and response.readline():
        pass
    connection.close()


with Kith("--requests-per-minute", "10000000") as kith:
    ann = kith.sign_up("ann@example.com")
    time.sleep(6)
    measured(kith, "idle, with the row of a minute", 60 if SECONDS >= 10 else SECONDS)
    done = threading.Event()
    watching = threading.Thread(target=watch, args=(ann, "/api/v1/admin/events", done))
    watching.start()
    time.sleep(1)
    measured(kith, "one console open")
    done.set()
    watching.join()
    for path, times in (("/metrics", 200), ("/api/v1/admin/fleet", 500)):
        before = cpu_s(kith)
        for _ in range(times):
            assert ann.get(path)[0] == 200
        print(f"{path}: {1e3 * (cpu_s(kith) - before) / times:.2f} ms of CPU")
