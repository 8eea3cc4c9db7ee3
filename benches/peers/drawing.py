"""WeasyPrint and headless Chromium: the same report, given as a page, to PDF.

Usage: drawing.py REPORT.html. Prints JSON: for each its name, seconds cold and warm, number of runs, or why it was not run.
WeasyPrint 70.0 stops on a grid that a page break meets (`assert not page_is_empty`), so its grids are blocks.
Chromium is looked for as `chromium`, or where GENOMSLAG_CHROMIUM says."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

page = pathlib.Path(sys.argv[1]).resolve()


def timed(name, runs, work):
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return {"name": name, "cold": times[0], "warm": statistics.median(times[1:]), "runs": runs}


def weasyprint():
    try:
        started = time.perf_counter()
        import weasyprint
    except ImportError as error:
        return {"name": "WeasyPrint", "why": str(error)}
    loading = time.perf_counter() - started

    def work():
        blocks = weasyprint.CSS(string=".multiples, dl { display: block !important }")
        pdf = weasyprint.HTML(filename=str(page)).write_pdf(pdf_variant="pdf/ua-1", stylesheets=[blocks])
        assert pdf.startswith(b"%PDF")

    told = timed(f"WeasyPrint {weasyprint.__version__}", 5, work)
    told["cold"] += loading
    return told


def chromium():
    program = os.environ.get("GENOMSLAG_CHROMIUM") or shutil.which("chromium")
    if not program:
        return {"name": "Chromium", "why": "there is no `chromium`"}
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "report.pdf"

        def work():
            out.unlink(missing_ok=True)
            quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
            quiet += " --disable-component-update --disable-sync"
            command = [program, "--headless", *quiet.split(), f"--user-data-dir={folder}/profile"]
            command += ["--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            assert out.read_bytes().startswith(b"%PDF")

        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return timed(version, 5, work)


print(json.dumps([weasyprint(), chromium()]))
