"""How good is `kith dedupe`?  Precision and recall of certain pairs (what is merged without asking) and of all that is shown.

    python3 tests/spec/measure_dedupe.py KITH generated DIR              files and truth.csv of `kith generate`
    python3 tests/spec/measure_dedupe.py KITH labelled FILE.csv COUNTRY  columns given_name surname email phone company city cluster_id
"""
import collections, csv, itertools, json, os, subprocess, sys, tempfile


def run(kith, country, files):
    cmd = [kith, "dedupe", "--json"] + (["--country", country] if country else []) + files
    return json.loads(subprocess.run(cmd, stdout=subprocess.PIPE, check=True).stdout)


def pairs_of(clusters):
    groups = collections.defaultdict(list)
    for card, person in clusters.items():
        groups[person].append(card)
    return {tuple(sorted(p)) for g in groups.values() for p in itertools.combinations(g, 2)}


def closure(pairs):
    root = {}

    def find(x):
        while root.setdefault(x, x) != x:
            x = root[x]
        return x

    for a, b in pairs:
        root[find(a)] = find(b)
    return pairs_of({x: find(x) for x in list(root)})


def report(name, found, true):
    good = len(found & true)
    p, r = good / max(1, len(found)), good / max(1, len(true))
    print(f"{name:28} pairs {len(found):6}  precision {p:.4f}  recall {r:.4f}  F1 {2 * p * r / max(1e-9, p + r):.4f}")


def judge(answer, clusters):
    true = pairs_of(clusters)
    key = lambda c: (os.path.basename(c["file"]), c["card"])
    shown = [(p, tuple(sorted((key(p["a"]), key(p["b"]))))) for p in answer["pairs"]]
    print(f"{answer['cards']} cards, {len(true)} true pairs")
    report("certain (merged unasked)", closure({k for p, k in shown if p["certainty"] == "certain"}), true)
    report("certain + likely", {k for p, k in shown if p["certainty"] != "possible"}, true)
    report("all shown", {k for _, k in shown}, true)
    for p, k in shown:
        if p["certainty"] == "certain" and k not in true and "-v" in sys.argv:
            print("  wrong:", p["a"]["name"], "=", p["b"]["name"], [(e["points"], e["text"], e["a"], e["b"]) for e in p["evidence"]])


def generated(kith, folder):
    clusters = {(r["file"], int(r["card"])): r["person"] for r in csv.DictReader(open(os.path.join(folder, "truth.csv")))}
    files = sorted({os.path.join(folder, f) for f, _ in clusters})
    judge(run(kith, "", files), clusters)


def labelled(kith, path, country):
    clusters = {}
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "all.vcf"), "w") as out:
            for no, r in enumerate(csv.DictReader(open(path)), 1):
                clusters[("all.vcf", no)] = r["cluster_id"]
                lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{r['surname']};{r['given_name']};;;", f"FN:{r['given_name']} {r['surname']}"]
                lines += [f"EMAIL:{r['email']}"] if r["email"] else []
                lines += [f"TEL:{r['phone']}"] if r["phone"] else []
                lines += [f"ORG:{r['company']}"] if r["company"] else []
                lines += [f"ADR:;;;{r['city']};;;"] if r["city"] else []
                out.write("\r\n".join(lines + ["END:VCARD", ""]))
        judge(run(kith, country, [os.path.join(folder, "all.vcf")]), clusters)


if __name__ == "__main__":
    args = [a for a in sys.argv[1:] if a != "-v"]
    generated(args[0], args[2]) if args[1] == "generated" else labelled(args[0], args[2], args[3])
