#!/usr/bin/env python3
"""What the house does when something runs out, and that it goes on by itself when there is some again."""
import resource
import socket

from kithtest import Kith, main, wait_for


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


if __name__ == "__main__":
    main([out_of_files_and_back])
