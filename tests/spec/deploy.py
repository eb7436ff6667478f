"""`kith scale export`: units that systemd accepts, manifests whose parts fit together, and both say what the settings say."""
import pathlib
import re
import shutil
import subprocess
import tempfile

from kithtest import BINARY, ROOT, Kith, main

NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")                 # DNS-1123 label


def export(folder, *words, data="/nonexistent"):
    done = subprocess.run([BINARY, "scale", "export", *words, *([str(folder)] if folder else []), "--data", str(data)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    return done.stdout


def units_of(folder):
    """{file: {section: {key: [values]}}}"""
    units = {}
    for path in sorted(pathlib.Path(folder).iterdir()):
        sections = units[path.name] = {}
        for line in path.read_text().splitlines():
            if line.startswith("["):
                section = sections.setdefault(line.strip("[]"), {})
            elif "=" in line and not line.startswith("#") and sections:
                key, _, value = line.partition("=")
                section.setdefault(key, []).append(value)
    return units


def the_units_here_are_what_is_exported():
    with tempfile.TemporaryDirectory() as folder:
        export(folder, "--systemd")
        for path in sorted(pathlib.Path(folder).iterdir()):
            assert path.read_text() == (ROOT / "deploy" / path.name).read_text(), \
                f"deploy/{path.name} is not what `kith scale export --systemd deploy` writes"
        assert "${" not in "".join(p.read_text() for p in pathlib.Path(folder).iterdir())


def systemd_accepts_the_units():
    if not shutil.which("systemd-analyze"):
        print("  (systemd is not installed: not verified)")
        return
    with tempfile.TemporaryDirectory() as folder:
        export(folder, "--systemd", "--program", BINARY)
        files = [str(p) for p in pathlib.Path(folder).iterdir() if p.suffix in (".service", ".socket", ".slice")]
        shutil.copy(f"{folder}/kith-http@.service", f"{folder}/kith-http@1.service")
        files = [f.replace("kith-http@.service", "kith-http@1.service") for f in files]
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files], capture_output=True, text=True,
                              timeout=60, env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"})
        ours = [line for line in (done.stdout + done.stderr).splitlines() if "kith" in line]
        assert not ours, ours
        exposed = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=35", f"{folder}/kith-agent.service"],
                                 capture_output=True, text=True, timeout=60)
        assert exposed.returncode == 0, exposed.stdout[-2000:] + exposed.stderr


def units_say_what_they_must():
    with tempfile.TemporaryDirectory() as folder:
        export(folder, "--systemd")
        units = units_of(folder)
        for name in ("kith.service", "kith-http@.service", "kith-agent.service"):
            service = units[name]["Service"]
            assert service["Type"] == ["notify"] and service["KillMode"] == ["mixed"], service
            assert int(service["TimeoutStopSec"][0]) > 20, "longer than the drain"
            assert service["NoNewPrivileges"] == ["yes"] and service["MemoryDenyWriteExecute"] == ["yes"]
        assert units["kith-http.socket"]["Socket"]["Service"] == ["kith-http@1.service"]
        assert units["kith-http@.service"]["Service"]["Sockets"] == ["kith-http.socket"]
        assert units["kith-agent.service"]["Service"]["Slice"] == ["kith-work.slice"]
        work = units["kith-work.slice"]["Slice"]
        assert 1 <= int(work["CPUWeight"][0]) <= 100 and work["MemoryMax"][0].endswith("M"), work
        assert "PASSWORD" in (pathlib.Path(folder) / "kith.env").read_text()


def documents(text):
    import yaml
    return {(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all(text) if d}


def pods_match(docs, name):
    """Selector, service, budget and scaler of a deployment all mean its pods; probes are routes; resources are set."""
    deployment = docs["Deployment", name]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    for selector in (deployment["selector"]["matchLabels"], docs["PodDisruptionBudget", name]["spec"]["selector"]["matchLabels"]):
        assert selector.items() <= labels.items(), (selector, labels)
    pod = deployment["template"]["spec"]
    container, = pod["containers"]
    ports = {p["name"]: p["containerPort"] for p in container["ports"]}
    assert all(NAME.fullmatch(p) for p in ports)
    routes = set(re.findall(r'"GET",\s+"([^"]+)"', (ROOT / "src/api/http/routes.c").read_text()))
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        get = container[probe]["httpGet"]
        assert get["path"] in routes and get["port"] in ports, (probe, get)
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys() and "memory" in container["resources"]["limits"]
    config = docs["ConfigMap", "kith"]["data"]
    assert config["KITH_LISTEN"].endswith(f":{ports['http']}"), config
    assert pod["terminationGracePeriodSeconds"] > int(config["KITH_DRAIN"]) + int(config["KITH_DRAIN_NOTICE"]) + 5
    assert {list(e)[0]: e[list(e)[0]]["name"] for e in container["envFrom"]} == {"configMapRef": "kith", "secretRef": "kith"}
    mounted, volumes = {m["name"] for m in container["volumeMounts"]}, {v["name"] for v in pod["volumes"]}
    assert mounted == volumes and any(m["mountPath"] == config["KITH_DATA"] for m in container["volumeMounts"])
    assert container["securityContext"]["readOnlyRootFilesystem"] and pod["securityContext"]["runAsNonRoot"]
    return labels, ports, container


def the_manifests_fit_together():
    try:
        docs = documents(export(None, "--k8s", "--slots", "10", "--image", "registry.example/kith:1"))
    except ImportError:
        print("  (python3-yaml is not installed: not read)")
        return
    assert all(NAME.fullmatch(name) for _, name in docs), docs.keys()
    labels, ports, http = pods_match(docs, "kith-http")
    service = docs["Service", "kith-http"]["spec"]
    assert service["selector"].items() <= labels.items() and service["ports"][0]["targetPort"] in ports
    hpa = docs["HorizontalPodAutoscaler", "kith-http"]["spec"]
    assert hpa["scaleTargetRef"]["name"] == "kith-http" and 1 <= hpa["minReplicas"] <= hpa["maxReplicas"]
    labels, ports, agent = pods_match(docs, "kith-agent")
    assert http["image"] == agent["image"] == "registry.example/kith:1"
    scaled = docs["ScaledObject", "kith-agent"]["spec"]
    trigger = scaled["triggers"][0]["metadata"]
    assert scaled["scaleTargetRef"]["name"] == "kith-agent" and 1 <= scaled["minReplicaCount"] <= scaled["maxReplicaCount"]
    assert trigger["targetValue"] == "10" and agent["args"][-2:] == ["--workers-max", "10"]
    assert trigger["url"] == f"http://kith-http:{service['ports'][0]['port']}/metrics".replace(":80/", "/")
    assert agent["args"][:3] == ["up", "--role", "agent"] and http["args"][:3] == ["up", "--role", "http"]
    assert "replicas" not in docs["Deployment", "kith-agent"]["spec"], "KEDA's to say"


def settings_reach_the_manifests():
    with Kith() as kith, tempfile.TemporaryDirectory() as folder:
        metrics = kith.client().get("/metrics")[1].decode()
        assert re.search(r"^kith_workers_wanted \d+$", metrics, re.M), "what KEDA asks for"
        done = subprocess.run([BINARY, "scale", "set", "enrich", "max=400", "weight=60", "--data", str(kith.data)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done
        export(folder, "--systemd", data=kith.data)
        units = units_of(folder)
        assert units["kith-work.slice"]["Slice"]["CPUWeight"] == ["60"]
        assert int(re.search(r"--workers-max (\d+)", units["kith-agent.service"]["Service"]["ExecStart"][0])[1]) >= 400
        manifests = export(None, "--k8s", "--slots", "10", data=kith.data)
        assert int(re.search(r"maxReplicaCount: (\d+)", manifests)[1]) >= 40


def wrong_words_are_answered():
    for words in ([], ["--systemd", "--k8s"], ["--k8s", "a", "b"]):
        done = subprocess.run([BINARY, "scale", "export", *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and "usage" in done.stderr, (words, done)
    done = subprocess.run([BINARY, "scale", "export", "--k8s", "--slots", "0"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "--slots" in done.stderr, done


if __name__ == "__main__":
    main([the_units_here_are_what_is_exported, systemd_accepts_the_units, units_say_what_they_must, the_manifests_fit_together,
          settings_reach_the_manifests, wrong_words_are_answered])
