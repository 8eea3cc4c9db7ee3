"""The same campaign by tfp-causalimpact, Google's port of R's CausalImpact: `pip install tfp-causalimpact`.

Called by `benches/effect.rs` with a CSV (y, x1 … x6, a row per day, logarithms) and the number of days before the
campaign. Prints one line: median time of three fits after the first, the first, mean effect per day and its 95 % interval.
"""

import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd
import causalimpact


def main() -> None:
    path, before = sys.argv[1], int(sys.argv[2])
    data = pd.read_csv(path)
    data.index = pd.date_range("2025-01-01", periods=len(data))
    seasons = [causalimpact.Seasons(num_seasons=7)]
    times = []
    for run in range(4):
        started = time.perf_counter()
        impact = causalimpact.fit_causalimpact(
            data=data,
            pre_period=(data.index[0], data.index[before - 1]),
            post_period=(data.index[before], data.index[-1]),
            seed=(0, run),
            model_options=causalimpact.ModelOptions(seasons=seasons),
        )
        times.append(time.perf_counter() - started)
    summary = impact.summary.loc["average"]
    first, rest = times[0], sorted(times[1:])
    print(
        f"{rest[1]:.3f} {first:.3f} {summary['abs_effect']:.4f} "
        f"{summary['abs_effect_lower']:.4f} {summary['abs_effect_upper']:.4f}"
    )


main()
