"""How fast export files are read, beside Polars' Python package on the same files in the same run.

usage: imports.py GENOMSLAG [FOLDER]     needs the packages polars and (for peak memory) a Unix

Writes a Meta content file of 100 000 rows and 180 columns, a Google Analytics file of 50 MB and 1 000 small files of every
kind into FOLDER, runs `GENOMSLAG import … --dry-run --json` on each and reads the first two with Polars. Each run is a
process of its own; the best of three is told, with the most memory of any. What the two do is not the same: Polars reads
cells into typed columns and sums them; `import` also reads days and moments, checks every row, tells what it left out, and
makes an observation of each value.
"""

import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import time

META = """Post ID,Page ID,Page name,Title,Description,Duration (secs),Publish time,Caption type,Permalink,Is crosspost,Is share,
Post type,Languages,Custom labels,Funded content status,Data comment,Date,Views,Reach,"Reactions, comments and shares",Reactions,
Comments,Shares,Total clicks,Reach from Organic posts,Reach from Boosted posts,3-second video views,1-minute video views,
3-second viewers,1-minute viewers,3-second video views from Boosted posts,3-second video views from Organic posts,Engaged users,
Negative feedback from users,Unique negative feedback from users,Seconds viewed,Average Seconds viewed,Other clicks"""


def write_meta(path, rows=100_000, columns=180):
    head = next(csv.reader([META.replace("\n", "")]))
    head += [f"Audience retention {number}" for number in range(columns - len(head))]
    text = {"Page ID": "61569323067856", "Page name": "Granvik", "Publish time": "03/15/2025 03:06", "Date": "Lifetime"}
    text |= {"Post type": "Photos", "Is crosspost": "0", "Is share": "0", "Languages": "", "Custom labels": ""}
    text |= {"Caption type": "", "Funded content status": "", "Data comment": "", "Description": "Snöröjning i dag"}
    total = 0
    with open(path, "w", newline="", encoding="utf-8-sig") as out:
        table = csv.writer(out)
        table.writerow(head)
        for number in range(rows):
            cells = [text.get(label, str((number * 7 + at) % 5000)) for at, label in enumerate(head)]
            cells[0] = str(122_121_474_620_644_102 + 37 * number)
            cells[8] = f"https://www.facebook.com/61569323067856/posts/{cells[0]}"
            total += int(cells[head.index("Views")])
            table.writerow(cells)
    return rows, total


def write_ga4(path, size=50_000_000):
    lines = ["# ----------------------------------------", "# Traffic acquisition", "# Start date: 20230101",
             "# End date: 20251231", "# ----------------------------------------", "",
             "Date,Session source / medium,Session campaign,Sessions,Total users,Engaged sessions,Event count"]
    total, rows, written = 0, 0, sum(map(len, lines))
    with open(path, "w") as out:
        out.write("\n".join(lines) + "\n")
        while written < size:
            day = time.strftime("%Y%m%d", time.gmtime(1_672_531_200 + 86_400 * (rows // 560)))
            sessions = rows * 31 % 977
            line = f"{day},source-{rows % 560}.example / referral,campaign-{rows % 40},{sessions},{sessions},{sessions // 2},{sessions * 5}\n"
            out.write(line)
            written, rows, total = written + len(line), rows + 1, total + sessions
    return rows, total


def write_many(folder, samples, count=1000):
    folder.mkdir(parents=True, exist_ok=True)
    files = [path for path in sorted(samples.rglob("*")) if path.suffix in (".csv", ".xls", ".xlsx")]
    for number in range(count):
        source = files[number % len(files)]
        (folder / f"{number:04}{source.suffix}").write_bytes(source.read_bytes())


def run(command):
    """The seconds and the megabytes of the best of three runs, and what it printed."""
    seconds, most = [], 0
    for _ in range(3):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        printed = child.stdout.read()
        _, _, used = os.wait4(child.pid, 0)
        seconds.append(time.monotonic() - start)
        most = max(most, used.ru_maxrss / 1000)
    return min(seconds), most, printed


POLARS = """import polars, sys
frame = polars.read_csv(sys.argv[1], skip_rows=int(sys.argv[2]), infer_schema_length=1000)
print(frame.height, frame[sys.argv[3]].sum())"""


def tell(what, seconds, megabytes, rows=None):
    rate = f", {rows / seconds:,.0f} rows/s".replace(",", " ") if rows else ""
    print(f"{what}: {seconds:.2f} s{rate}, peak {megabytes:.0f} MB", flush=True)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "bench-imports")
    folder.mkdir(parents=True, exist_ok=True)
    random.seed(1)
    for name, writer, metric, skip, column in [
        ("meta.csv", write_meta, "posts", 0, "Views"),
        ("ga4.csv", write_ga4, "visits", 6, "Sessions"),
    ]:
        path = folder / name
        rows, total = writer(path)
        print(f"\n{name}: {rows} rows, {path.stat().st_size / 1e6:.0f} MB")
        seconds, megabytes, printed = run([program, "import", str(path), "--dry-run", "--json"])
        seen = json.loads(printed)["files"]
        assert sum(file["rows"] for file in seen) == rows, [(file["rows"], file["error"]) for file in seen]
        tell("genomslag", seconds, megabytes, rows)
        seconds, megabytes, printed = run([sys.executable, "-c", POLARS, str(path), str(skip), column])
        assert printed.split() == [str(rows).encode(), str(total).encode()], printed
        tell("polars", seconds, megabytes, rows)
    samples = pathlib.Path(__file__).parent.parent / "tests/imports/data"
    write_many(folder / "many", samples)
    seconds, megabytes, printed = run([program, "import", str(folder / "many"), "--dry-run", "--json"])
    files = {file["file"] for file in json.loads(printed)["files"]}
    assert len(files) == 1000, len(files)
    tell("\n1 000 files of every kind, read whole", seconds, megabytes)


main()
