//! How figures were computed, and the values of the configuration behind them. The English stands here, since it is stored
//! with every figure; the other languages are in `reports/words/traces.*.toml`.

use super::{Part, Told};

/// A phrase of English, and its form where one is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The phrase.
    pub other: &'static str,
    /// The same for one.
    pub one: &'static str,
}

macro_rules! computed {
    (@one $other:literal) => { $other };
    (@one $other:literal $one:literal) => { $one };
    ($($kind:ident($($part:ident),*) = $other:literal $(, one $one:literal)?;)*) => {
        kinds! { $($kind($($part),*);)* }

        /// The English of a kind; none for kinds that this version does not know.
        pub fn template(kind: &str) -> Option<Template> {
            match kind {
                $(stringify!($kind) => Some(Template { other: $other, one: computed!(@one $other $($one)?) }),)*
                _ => None,
            }
        }
    };
}

/// The kind of a sum of one platform, the others left out.
pub const OTHERS_LEFT_OUT: &str = "others_left_out";
/// The kind of a mean of the goal's periods.
pub const MEAN_OF_PERIODS: &str = "mean_of_periods";
/// The kind of a mean of weeks.
pub const MEAN_OF_WEEKS: &str = "mean_of_weeks";

/// In English, with the names that programs use.
pub fn english(told: &Told) -> String {
    let Some(template) = template(&told.kind) else { return told.to_string() };
    let phrase = if told.is_one() { template.one } else { template.other };
    told.filled(phrase, &|_, part| match part {
        Part::Text(text) => text.clone(),
        Part::Told(inner) => english(inner),
    })
}

computed! {
    // Days and channels as one value.
    sum_of_days(metric, have, count) = "sum of {metric} over {have} of {count} days",
        one "sum of {metric} over {have} of {count} day";
    ratio_of_days(numerator, above, denominator, below, have, count) =
        "sum of {numerator} ({above}) divided by sum of {denominator} ({below}), each over {have} of {count} days",
        one "sum of {numerator} ({above}) divided by sum of {denominator} ({below}), each over {have} of {count} day";
    over_channels(how, count) = "{how} over {count} channels";
    latest_of(metric, day) = "latest {metric} on or before {day}";
    latest_lacking(channel, metric, count, day) = "{channel} has no {metric} in the {count} days up to {day}";
    counted_by_platform(metric, period) = "{metric} as the platform counted it for {period}";
    not_counted_for(metric, channel, period) =
        "the platform was not asked for {metric} of {channel} for exactly {period}";
    gave_none(channel, metric) = "{channel} gave no {metric}";
    days_lacking(channel, metric, have, count) = "{channel} has {metric} on {have} of {count} days",
        one "{channel} has {metric} on {have} of {count} day";
    no_channel() = "no channel";
    no_channel_has(metric) = "no channel has {metric}";
    metric_unknown(metric) = "the catalogue has no `{metric}`";
    no_such_metric() = "the catalogue has no such metric";
    unique_not_added() = "a unique count is never added: the same person would be counted once per day and channel";
    stock_not_added() = "a stock is never added over days: its latest value stands";
    rates_not_added() = "rates are never added or averaged: their parts are summed first, then divided";
    means_different(metric) = "{metric} means different things on these platforms";
    others_left_out(how) = "{how}; channels of other platforms, which count otherwise, left out";

    // Posts.
    posts_ranked(platform) = "number of ranked posts on {platform}";
    median_of_posts(measure, count) = "median of {measure} over {count} posts",
        one "median of {measure} over {count} post";
    latest_of_post(name) = "latest {name} of the post, as the platform counts it since publication";
    reading_of_post(name) = "{name} of the post since publication, as read on the day";
    ratio_of_posts(numerator, above, denominator, below, count) =
        "sum of {numerator} ({above}) divided by sum of {denominator} ({below}) of {count} posts",
        one "sum of {numerator} ({above}) divided by sum of {denominator} ({below}) of {count} post";
    ratio_of_no_post() = "no post has both parts of the rate";
    post_rank() = "place among the ranked posts of the platform in the period";
    posts_of_period() = "ranked posts of the platform in the period";
    posts_settled() = "posts of the period with a settled value";
    posts_young() = "posts read less than two days after publication";
    posts_without_value() = "posts that the platform gave no value for";
    groups_together() = "groups that were looked at together";
    group_counted_out(count) =
        "{count} posts; everything else counted out by regression, drawn in to what the groups share",
        one "{count} post; everything else counted out by regression, drawn in to what the groups share";

    // One figure from another.
    per_inhabitants(how) = "{how}, per 1 000 inhabitants";
    figure_per_inhabitants(figure) = "{figure} per 1 000 inhabitants";
    divided_by(how, divisor) = "{how}, divided by: {divisor}";
    figure_divided(figure, before) = "{figure} divided by {before}";
    relative_change(now, before) = "({now} − {before}) / {before}";
    over_common_days(how, have, count) = "{how}, over the {have} of {count} days that both have";
    in_points(figure) = "{figure}, in percentage points";
    rest_of_share() = "one minus the share of the step before";
    as_configured() = "as configured";

    // How a goal stands.
    counted_from_nothing() = "counted from nothing at the start";
    growth_on_baseline() = "baseline × (1 + growth)";
    configured_share(share) = "as configured, times the share of the days left at the break ({share})";
    way_by_days(from, to) = "from {from} to {to}, in proportion to the days gone";
    way_by_steps(from, to) = "from {from} to {to}, from interim value to interim value";
    way_by_last_year(from, to) = "from {from} to {to}, in proportion to the same days last year";
    now_minus_expected() = "now minus expected";
    ahead_of_expected() = "now minus expected, so that positive is better";
    now_minus_target() = "now minus target";
    ahead_of_target() = "now minus target, so that positive is better";
    ahead_of_before() = "now minus before, so that positive is better";
    equal_to_target() = "equal to the target";
    inside_bound() = "how far inside the nearest bound";
    needed_per_week(count) = "target minus now, over the {count} days that are left, times 7",
        one "target minus now, over the {count} day that is left, times 7";
    over_four_weeks(how) = "{how}; over four weeks, divided by 4";
    over_eight_weeks(how) = "{how}; over eight weeks, divided by 8";
    moved_in_four_weeks() = "the latest value minus the one four weeks before";
    moved_in_eight_weeks() = "the latest value minus the one eight weeks before";
    mean_of_periods(how, count) = "{how}, divided by {count} periods", one "{how}, divided by {count} period";
    mean_of_weeks(how, count) = "{how}, divided by {count} weeks", one "{how}, divided by {count} week";
    latest_period_alone(how) =
        "{how}; the latest closed period, since unique counts have no sum and no mean";
    weeks_needed() = "the share of weeks needed";
    weeks_met(have, count) = "share of {have} closed weeks (of {count}) that met the number";
    done_or_not() = "1 when it is done, 0 when it is not";
    done_when_due() = "done by the day it is due";
    survey_share(agreed, answered, confidence, low, high, design) =
        "{agreed} of {answered} answers; {confidence} % interval {low} to {high} (Wilson), design effect {design}";
    place_among(count, how) = "the share of {count} peers that lie below, of a hundred; own value: {how}",
        one "the share of {count} peer that lies below, of a hundred; own value: {how}";
    goal_at_end_of_day() = "the goal's value at the end of the day, computed as its value now is";
    not_judged() = "why the goal cannot be judged";

    // How much is known.
    days_known(have, count) = "{have} of {count} days have a value", one "{have} of {count} day has a value";
    days_known_least(have, count, channel) = "{have} of {count} days have a value; {channel} has least",
        one "{have} of {count} day has a value; {channel} has least";
    weeks_known(have, count) = "{have} of {count} weeks have a value", one "{have} of {count} week has a value";
    posts_known(have, count) = "{have} of {count} posts have a value", one "{have} of {count} post has a value";
    survey_known() = "the survey is there";
    nothing_to_measure() = "no measurement is needed";

    // Where a goal goes.
    foreseen_stock(count, history) = "now, plus the net change of {count} weeks ahead; from {history} weeks",
        one "now, plus the net change of {count} week ahead; from {history} weeks";
    foreseen_sum(count, history) = "the sum so far, plus {count} weeks ahead; from {history} weeks",
        one "the sum so far, plus {count} week ahead; from {history} weeks";
    foreseen_week(span, history) = "the typical week of the last {span} before the last day; from {history} weeks";
    foreseen_rate(span, history) =
        "the typical rate of the last {span} weeks before the last day; from {history} weeks";
    foreseen_period(history) = "the last period before the last day; from {history} periods";
    foreseen_weeks_met(have, history, count) =
        "{have} of {history} weeks met the number; {count} weeks ahead, each as likely",
        one "{have} of {history} weeks met the number; {count} week ahead, as likely";

    // Goals and units together.
    nothing_below() = "nothing below is counted";
    below_count_different() = "the goals below count different things";
    below_share_posts() = "a post may belong to several of the goals below";
    share_of_weight() = "share of the weight of the goals that contribute";
    goals_contributing() = "goals that contribute";
    goals_of_unit() = "goals of the unit and of those below it";
    goals_of_status() = "goals with this status word";
    weight_judged() = "share of the goals' weight that could be judged";
    goals_of_report() = "goals of the report";
    goals_good() = "goals that are on track or achieved";
    goals_left_over() = "goals that page one has no room for";

    // Peers.
    peers_known() = "peers with a value of the period";
    peers_middle() = "the middle of the peers";
    peers_lowest() = "the lowest of the peers";
    peers_highest() = "the highest of the peers";
    place_among_peers() = "the share of the peers that lie below, ties counting half, of a hundred";

    // Campaigns.
    beside_history(past, have, count, factor) = "observed beside what {past} steps before lead to expect, over {have} \
        of {count} steps; widened {factor} times by make-believe dates";
    beside_controls(past, have, count, factor) = "observed beside what {past} steps before and the controls lead to \
        expect, over {have} of {count} steps; widened {factor} times by make-believe dates";
    courses_drawn(how) = "{how}; 4 000 courses drawn with a seed that follows from the campaign";
    visible_size() = "2.8 standard deviations of what was expected";
    sum_of_campaign() = "sum over the campaign's days that have a value";
    observed_divided() = "observed, divided by 1 + change";
    in_another_way() = "calculated in another way";
    at_earlier_date() = "the same question at an earlier date";
    level_of_claim() = "the lower of design and result";
    without_sign() = "the change without its sign";
    decided_before() = "decided before the start, in the configuration";
    widened_by_dates() = "by what make-believe dates showed";
    channels_untouched() = "channels that were not touched";
    beside_mixture() = "observed beside a mixture of the channels that went like it before (synthetic control)";
    counted_for_gates() = "counted for the gates of the claim";
    dates_tried() = "make-believe dates that could be tried";
    smaller_tail() = "twice the smaller tail of the widened distribution";
    weeks_for_dates() = "what lets make-believe dates be tried";
    point_of_chart() = "a point of the campaign's chart";
    campaigns_judged() = "campaigns that were judged";

    // Days unlike others.
    typical_day(metric, channel) =
        "a typical day of {metric} of {channel}, its weekday taken out; the day of the change by least squares (PELT)";
    strange_day(metric, channel) =
        "{metric} of {channel} on the day, and what a robust season and trend lead to expect";

    // What was planned.
    plan_due() = "planned posts due in the period, or published in it";
    plan_on_time() = "published within a day of the planned time";
    plan_late() = "published more than a day after the planned time";
    plan_never() = "the time has passed and no post was found";
    plan_unplanned() = "posts of the period that no plan knows";
    plan_ahead() = "planned posts whose time has not come";
    plan_due_of_label() = "planned posts with the label that were due";
    plan_published_of_label() = "of them those that were published";
    plan_share() = "published / due";
    plan_more_missed() = "further posts late or not published";
    plan_suggested() = "matched by time and words, not by address";

    // How the data are.
    channels_of_report() = "channels of the report";
    channels_complete() = "channels with every day complete";
    questions_of_all() = "questions of the last fetch of every channel";
    questions_of_channel() = "questions of the last fetch";
    kilobytes_rounded() = "thousands of bytes of the answers, rounded up";
    answers_refused() = "refused answers within the period";
    answers_without() = "answers within the period without a value or with a hidden one";
    stretches_more() = "further stretches without values";
    days_restated() = "days whose value changed after it was first told";
    days_stood_back() = "days on which another source says another value than the one that stands";

    // How forecasts turned out.
    forecasts_known() = "forecasts whose day has come";
    forecasts_goals() = "goals that those forecasts were about";
    forecasts_unjudged() = "forecasts whose goal could not be judged on its day";
    forecasts_said() = "forecasts that said so and have had their day";
    forecasts_met() = "those whose goal was met";
    forecasts_share() = "came true, divided by said";
    forecasts_inside() = "outcomes within the range of eight cases of ten";
    forecasts_ranged() = "outcomes with a value";
    brier() = "mean of the squared distance between the chance and what came, 1 or 0";

    // Values of the configuration.
    formula(text) = "formula {text}";
    goal_value(goal, key, value) = "goal {goal}: {key} {value}";
    goal_range(goal, low, high) = "goal {goal}: from {low} to {high}";
    goal_done(goal, day) = "goal {goal}: done on {day}";
    survey_of(day, source) = "survey of {day}: {source}";
    population(inhabitants, day, source) = "population {inhabitants} on {day} ({source})";
    peer(name, value, source) = "peer {name}: {value} ({source})";
    peer_on(name, value, day, source) = "peer {name}: {value} on {day} ({source})";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::placeholders;
    use super::*;

    #[test]
    fn the_english_of_every_kind_has_just_its_places() {
        for (kind, places) in KINDS {
            let template = template(kind).expect("a kind");
            let places: BTreeSet<&str> = places.iter().copied().collect();
            for text in [template.other, template.one] {
                assert_eq!(placeholders(text), places, "{kind}: {text}");
                assert!(!text.is_empty() && text.trim() == text && !text.contains("  "), "{kind}: `{text}`");
            }
            assert!(template.one == template.other || places.contains("count"), "{kind}: nothing is counted");
        }
        assert_eq!(KINDS.iter().map(|(kind, _)| kind).collect::<BTreeSet<_>>().len(), KINDS.len(), "listed twice");
    }

    #[test]
    fn kinds_that_are_asked_for_are_those_that_are_told() {
        assert_eq!(others_left_out("").kind, OTHERS_LEFT_OUT);
        assert_eq!(mean_of_periods("", 1_u32).kind, MEAN_OF_PERIODS);
        assert_eq!(mean_of_weeks("", 1_u32).kind, MEAN_OF_WEEKS);
    }

    #[test]
    fn what_is_said_within_another_stands_in_it() {
        let told = mean_of_weeks(over_channels(sum_of_days("views", 6_u32, 7_u32), 2_usize), 1_usize);
        assert_eq!(english(&told), "sum of views over 6 of 7 days over 2 channels, divided by 1 week");
        assert_eq!(english(&sum_of_days("views", 1_u32, 1_u32)), "sum of views over 1 of 1 day");
    }
}
