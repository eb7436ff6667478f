"""Who operates the installation, and what they see."""
import subprocess

from kithtest import BINARY, Kith, main, wait_for

PASSWORD = "correct horse battery"


def account(kith, *words):
    return subprocess.run([BINARY, "account", *words, "--data", str(kith.data)], capture_output=True, text=True, timeout=60, env=kith.env)


def is_admin(client, **headers):
    status, session, _ = client.get("/api/v1/session", headers=headers)
    assert status == 200, session
    return session["user"]["admin"]


def the_first_to_come_operates():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        assert is_admin(ann) and not is_admin(bob)
        assert account(kith, "list").stdout.split("\n")[:2] == ["admin      ann@example.com", "           bob@example.com"]
        made = account(kith, "admin", "Bob@Example.com")
        assert made.returncode == 0 and is_admin(bob), made
        gone = account(kith, "admin", "ann@example.com", "--remove")
        assert gone.returncode == 0 and not is_admin(ann), gone
        nobody = account(kith, "admin", "nobody@example.com")
        assert nobody.returncode == 1 and "nobody signed up" in nobody.stderr, nobody
        for wrong in (["admin"], ["list", "--remove"], ["add", "x@example.com", "--remove"], ["demote", "bob@example.com"]):
            assert account(kith, *wrong).returncode == 2, wrong


def the_demo_operates_only_at_this_machine():
    with Kith("--demo") as kith:
        demo = kith.client()
        wait_for(lambda: demo.post("/api/v1/demo")[0] == 200, 30)
        assert is_admin(demo)
        assert not is_admin(demo, **{"X-Forwarded-For": "192.0.2.7"})
        assert not is_admin(demo, Forwarded="for=192.0.2.7")
        ann = kith.sign_up("ann@example.com")
        assert is_admin(ann) and is_admin(ann, **{"X-Forwarded-For": "192.0.2.7"}), "the demo is not the first to come"


if __name__ == "__main__":
    main([the_first_to_come_operates, the_demo_operates_only_at_this_machine])
