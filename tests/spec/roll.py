"""The processes of the house are replaced under load (SIGHUP): no request is refused, reset or answered with an error."""
import http.client
import signal
import threading
import time

from kithtest import SLOW, Kith, main, wait_for

ROLLS = 3


class Load:
    """Threads that ask without a pause: with a new connection each time, and on one that is kept."""

    def __init__(self, port):
        self.port, self.answered, self.failed, self.over = port, 0, [], False
        self.threads = [threading.Thread(target=self.ask, args=(kept,)) for kept in (True, True, False, False)]
        for t in self.threads:
            t.start()

    def ask(self, kept):
        connection = None
        while not self.over:
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10 * SLOW)
                connection.request("GET", "/healthz")
                response = connection.getresponse()
                response.read()
                assert response.status == 200, response.status
                self.answered += 1
                if not kept or response.will_close:
                    connection.close()
                    connection = None
            except Exception as e:
                self.failed.append(repr(e))
                connection = None

    def end(self):
        self.over = True
        for t in self.threads:
            t.join()


def nobody_notices_a_reload():
    with Kith("--http-processes", "2") as kith:
        load = Load(kith.port)
        try:
            for _ in range(ROLLS):
                before = {pid for pid, title in kith.processes().items() if title in ("kith: http", "kith: agent")}
                kith.process.send_signal(signal.SIGHUP)
                wait_for(lambda: not before & set(kith.processes()))
            time.sleep(0.2)
        finally:
            load.end()
        print(f"        {load.answered} answers over {ROLLS} reloads, {len(load.failed)} failed")
        assert not load.failed, load.failed[:5]
        assert load.answered > 100


def a_stop_is_announced():
    """A load balancer has time to look elsewhere: /readyz says no while requests are still taken."""
    with Kith("--drain-notice", "1") as kith:
        ann = kith.sign_up("ann@example.com")
        kith.process.send_signal(signal.SIGTERM)
        wait_for(lambda: kith.client().get("/readyz")[0] == 503, 1)
        assert kith.client().get("/healthz")[0] == 200 and ann.get("/api/v1/cards")[0] == 200
        assert kith.process.poll() is None
        assert kith.stop() == 0


if __name__ == "__main__":
    main([nobody_notices_a_reload, a_stop_is_announced])
