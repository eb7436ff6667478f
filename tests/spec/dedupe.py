"""How good is `kith dedupe`?  Precision and recall of certain pairs (what is merged without asking) and of all that is shown,
on a book of `kith generate`, and on the labelled contacts of ../shared where that folder is.

    python3 tests/spec/dedupe.py                        holds both against their bars
    python3 tests/spec/dedupe.py generated DIR          measures files and truth.csv of `kith generate`
    python3 tests/spec/dedupe.py labelled FILE.csv CC   columns given_name surname email phone company city cluster_id
-v shows wrong merges."""
import collections, csv, itertools, json, os, subprocess, sys, tempfile

from kithtest import BINARY, SHARED


def run(country, files):
    cmd = [BINARY, "dedupe", "--json"] + (["--country", country] if country else []) + files
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
    return p, r


def judge(answer, clusters):
    true = pairs_of(clusters)
    key = lambda c: (os.path.basename(c["file"]), c["card"])
    shown = [(p, tuple(sorted((key(p["a"]), key(p["b"]))))) for p in answer["pairs"]]
    print(f"{answer['cards']} cards, {len(true)} true pairs")
    certain = report("certain (merged unasked)", closure({k for p, k in shown if p["certainty"] == "certain"}), true)
    report("certain + likely", {k for p, k in shown if p["certainty"] != "possible"}, true)
    everything = report("all shown", {k for _, k in shown}, true)
    for p, k in shown:
        if p["certainty"] == "certain" and k not in true and "-v" in sys.argv:
            print("  wrong:", p["a"]["name"], "=", p["b"]["name"], [(e["points"], e["text"], e["a"], e["b"]) for e in p["evidence"]])
    return certain, everything


def generated(folder):
    clusters = {(r["file"], int(r["card"])): r["person"] for r in csv.DictReader(open(os.path.join(folder, "truth.csv")))}
    files = sorted({os.path.join(folder, f) for f, _ in clusters})
    return judge(run("", files), clusters)


def labelled(path, country):
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
        return judge(run(country, [os.path.join(folder, "all.vcf")]), clusters)


def hold(what, measured, least):
    (precision, recall), (shown_precision, shown_recall) = measured
    assert precision >= least[0] and recall >= least[1], f"{what}: certain pairs {precision:.4f} {recall:.4f}"
    assert shown_precision >= least[2] and shown_recall >= least[3], f"{what}: all shown {shown_precision:.4f} {shown_recall:.4f}"


def bars():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BINARY, "generate", "--cards", "6000", "--seed", "3", "--out", folder], check=True, stdout=subprocess.DEVNULL)
        hold("generated", generated(folder), (0.999, 0.70, 0.90, 0.95))
    contacts = SHARED / "data/matching/synth_contacts_20k.csv"
    if contacts.exists():
        hold("labelled", labelled(contacts, "AU"), (0.999, 0.25, 0.70, 0.80))


if __name__ == "__main__":
    args = [a for a in sys.argv[1:] if a != "-v"]
    if not args:
        bars()
    else:
        generated(args[1]) if args[0] == "generated" else labelled(args[1], args[2])
