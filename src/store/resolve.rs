//! The heart of reading: of all rows for a key the one that counts, of several windows the best, of several summands the
//! sum, of several namings one. Lazy expressions over one scan, whatever the number of questions.

use polars::prelude::*;

use super::plan::{Grain, Plan};
use super::rank::{FilesFirst, ranked};
use super::{StoreError, View, computed};
use crate::model::State;

/// Descending for each of the columns, ties in the order of the files.
pub(super) fn descending(columns: usize) -> SortMultipleOptions {
    SortMultipleOptions::default()
        .with_order_descending_multi(vec![true; columns])
        .with_nulls_last(true)
        .with_maintain_order(true)
}

/// The rows that count, one per key, with their `rank` and `made` beside them (see `rank`). Of each kind of source: an
/// answer before none, then the file that was made last, then the latest, then the later run. Of the kinds: a value before
/// none, then the one that is believed more. Needs the columns `channel`, `state`, `seen`, `source`, `run`.
pub(super) fn latest(
    frame: LazyFrame,
    keys: &[&'static str],
    files_first: &FilesFirst,
) -> Result<LazyFrame, StoreError> {
    let said = state_in(&[State::Refused, State::Unreadable]).not();
    let valued = state_in(&[State::Ok, State::Preliminary]);
    let within: Vec<&'static str> = keys.iter().copied().chain(["rank"]).collect();
    let of_kinds = first_of(ranked(frame, files_first), &within, &[said, col("made"), col("seen"), col("run")])?;
    first_of(of_kinds, keys, &[valued, col("rank")])
}

/// The first row per key in the descending order of the expressions; ties in the order of the files. Few keys have more than
/// one row, and only those are sorted: sorting texts is what costs. The rows come in no order.
pub(super) fn first_of(frame: LazyFrame, keys: &[&'static str], by: &[Expr]) -> Result<LazyFrame, StoreError> {
    let named: Vec<Expr> = keys.iter().copied().map(col).collect();
    let counted = computed(frame.with_column(len().over(named)?.alias("rivals")))?;
    let alone = col("rivals").eq(lit(1));
    let rivals = counted
        .clone()
        .lazy()
        .filter(alone.clone().not())
        .sort_by_exprs(by, descending(by.len()))
        .unique_stable(Some(cols(keys.iter().copied())), UniqueKeepStrategy::First);
    let first = concat([counted.lazy().filter(alone), rivals], UnionArgs::default())?;
    Ok(first.drop(cols(["rivals"])))
}

/// Whether the state is one of these.
pub(super) fn state_in(states: &[State]) -> Expr {
    let any = states.iter().map(|state| col("state").eq(lit(state.as_str()))).reduce(Expr::or);
    any.unwrap_or_else(|| lit(false))
}

/// The value as a decimal number, whichever column holds it.
pub(super) fn amount() -> Expr {
    when(col("value").is_not_null()).then(col("value").cast(DataType::Float64)).otherwise(col("decimal"))
}

/// How bad it is that there is no value; 0 where there is one. What is worst among summands is said of the sum.
pub(super) fn badness() -> Expr {
    let steps = [(State::Absent, 1), (State::Suppressed, 2), (State::Refused, 3), (State::Unreadable, 4)];
    let step = |(state, number): (State, i32)| state_in(&[state]).cast(DataType::Int32) * lit(number);
    steps.into_iter().map(step).reduce(|sum, step| sum + step).unwrap_or_else(|| lit(0))
}

/// The state of the number that [`badness`] gave.
pub(super) fn state_of(badness: i64, preliminary: bool) -> State {
    match badness {
        0 if preliminary => State::Preliminary,
        0 => State::Ok,
        1 => State::Absent,
        2 => State::Suppressed,
        3 => State::Refused,
        _ => State::Unreadable,
    }
}

impl View {
    /// Every row that may answer a question of the plan, with the question's columns beside it.
    pub(super) fn candidates(&self, plan: &Plan) -> Result<LazyFrame, StoreError> {
        let needed =
            ["channel", "metric", "window", "start", "end", "value", "decimal", "state", "seen", "source", "run"];
        let total = col("object").is_null().and(col("dimension").is_null());
        let rows = self.observations(plan.range())?.filter(total).select(needed.map(col));
        let on = [col("channel"), col("metric"), col("window")];
        let joined = rows.join(plan.frame()?.lazy(), on.clone(), on, JoinArgs::new(JoinType::Inner));
        let fits = match plan.grain {
            Grain::Days => {
                let one_day = (col("end").cast(DataType::Int32) - col("start").cast(DataType::Int32)).eq(lit(1));
                col("start").gt_eq(col("from")).and(col("start").lt(col("to"))).and(one_day)
            }
            Grain::Whole => col("start").eq(col("from")).and(col("end").eq(col("to"))),
        };
        Ok(joined.filter(fits))
    }

    /// One row per question and day (or stretch), ascending: `question`, `start`, `way`, `complete`, `amount`,
    /// `preliminary`, `badness`, `seen`, `seen_first`, `source`, `source_other`, `observations`.
    pub(super) fn resolved(&self, plan: &Plan) -> Result<LazyFrame, StoreError> {
        let mut rows =
            latest(self.candidates(plan)?, &["question", "way", "metric", "window", "start"], &self.files_first)?;
        let valued = state_in(&[State::Ok, State::Preliminary]);
        if plan.several_windows() {
            let best =
                SortMultipleOptions::default().with_order_descending_multi([true, false]).with_maintain_order(true);
            rows = rows
                .sort_by_exprs([valued.clone(), col("preference")], best)
                .unique_stable(Some(cols(["question", "way", "metric", "start"])), UniqueKeepStrategy::First);
        }
        let sums = rows.group_by([col("question"), col("way"), col("start")]).agg([
            len().cast(DataType::UInt32).alias("observations"),
            col("members").first(),
            valued.cast(DataType::UInt32).sum().alias("valued"),
            amount().sum().alias("amount"),
            state_in(&[State::Preliminary]).any(true).alias("preliminary"),
            badness().max().alias("badness"),
            col("rank").min(),
            col("seen").max(),
            col("seen").min().alias("seen_first"),
            col("source").max(),
            col("source").min().alias("source_other"),
        ]);
        let complete = col("valued").eq(col("members"));
        // A sum of which a summand was never fetched is not known, and neither is why: no point at all.
        let known = sums.with_column(complete.alias("complete")).filter(col("observations").eq(col("members")));
        let chosen = known
            .sort_by_exprs([col("complete"), col("rank"), col("way")], descending(3))
            .unique_stable(Some(cols(["question", "start"])), UniqueKeepStrategy::First);
        Ok(chosen.sort(["question", "start"], SortMultipleOptions::default()))
    }
}
