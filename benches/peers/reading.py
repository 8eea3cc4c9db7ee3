"""DuckDB: the latest reading of everything that the goals need, from the store's own Parquet files.

Usage: reading.py QUESTION.json. Prints JSON: version, seconds cold and warm, peak memory, the sum of each series."""

import glob
import json
import statistics
import sys
import time
import urllib.parse

import duckdb

question = json.load(open(sys.argv[1], encoding="utf-8"))


def live(table):
    """The files of the table's last version, by its log: what was compacted away lies there until a vacuum."""
    files = set()
    for version in sorted(glob.glob(f"{table}/_delta_log/*.json")):
        for line in open(version, encoding="utf-8"):
            action = json.loads(line)
            if "add" in action:
                files.add(urllib.parse.unquote(action["add"]["path"]))
            if "remove" in action:
                files.discard(urllib.parse.unquote(action["remove"]["path"]))
    return [f"{table}/{file}" for file in sorted(files)]


question["files"] = live(question["table"])
series = [(one["channel"], one["metric"], name) for one in question["series"] for name in one["names"]]

DAYS = """
WITH wanted AS (SELECT unnest($wanted) AS w),
rows AS (
  SELECT channel, metric, start, coalesce(value::DOUBLE, "decimal") AS amount, seen, "window"
  FROM read_parquet($files)
  WHERE object IS NULL AND dimension IS NULL AND "end" - start = 1
    AND start >= $first::DATE AND start < $end::DATE
    AND channel IN (SELECT w.channel FROM wanted) AND metric IN (SELECT w.name FROM wanted)
    AND (value IS NOT NULL OR "decimal" IS NOT NULL)
),
latest AS (
  SELECT channel, metric, start, arg_max(amount, seen) AS amount FROM rows GROUP BY channel, metric, start
),
days AS (
  SELECT w.channel AS channel, w.metric AS metric, start, max(amount) AS amount
  FROM latest JOIN wanted ON latest.channel = w.channel AND latest.metric = w.name GROUP BY ALL
)
SELECT channel, metric, sum(amount) FROM days GROUP BY ALL ORDER BY ALL
"""

POSTS = """
SELECT count(*), sum(amount) FROM (
  SELECT channel, object, metric, arg_max(value, seen) AS amount
  FROM read_parquet($files)
  WHERE object IS NOT NULL AND dimension IS NULL AND list_contains($channels, channel) AND list_contains($posts, metric)
  GROUP BY channel, object, metric)
"""


def once():
    with duckdb.connect() as connection:
        wanted = [{"channel": channel, "metric": metric, "name": name} for channel, metric, name in series]
        common = {"files": question["files"]}
        sums = connection.execute(
            DAYS, {**common, "wanted": wanted, "first": question["first"], "end": question["end"]}
        ).fetchall()
        posts = connection.execute(
            POSTS, {**common, "channels": question["channels"], "posts": question["posts"]}
        ).fetchall()
    return sums, posts


times = []
for _ in range(6):
    started = time.perf_counter()
    sums, posts = once()
    times.append(time.perf_counter() - started)
# Not `ru_maxrss`: that remembers the process that started this one.
peak = next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(
    json.dumps(
        {
            "version": duckdb.__version__,
            "cold": times[0],
            "warm": statistics.median(times[1:]),
            "peak": peak,
            "posts": posts[0][0],
            "sums": sums,
        }
    )
)
