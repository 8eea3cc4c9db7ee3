//! The phrases: a struct of structs, one field per phrase. A missing translation fails a test, a misspelt key does not
//! compile.

use serde::{Deserialize, Serialize};

/// A phrase that depends on a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plural {
    /// For one.
    pub one: String,
    /// For none and for several.
    pub other: String,
}

impl Plural {
    /// The phrase for so many.
    pub fn of(&self, count: usize) -> &str {
        if count == 1 { &self.one } else { &self.other }
    }
}

/// A struct of phrases: a name alone is a text, `name: Type` something else.
macro_rules! phrases {
    (@kind) => { String };
    (@kind $kind:ty) => { $kind };
    ($($(#[$doc:meta])* $name:ident { $($field:ident $(: $kind:ty)?),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                #[doc = concat!("The phrase `", stringify!($field), "` of the files of words.")]
                pub $field: phrases!(@kind $($kind)?),
            )*
        }
    )*};
}

phrases! {
    /// Every text that a reader sees, but for those of the metric catalogue and the configuration.
    Words {
        counts: [String; 13],
        calendar: CalendarWords,
        missing: MissingWords,
        missing_short: MissingShortWords,
        status: StatusWords,
        format: FormatWords,
        report: ReportWords,
        notice: NoticeWords,
        section: SectionWords,
        headline: HeadlineWords,
        goal: GoalWords,
        change: ChangeWords,
        attention: AttentionWords,
        decision: DecisionWords,
        table: TableWords,
        channels: ChannelWords,
        posts: PostWords,
        website: WebsiteWords,
        inhabitants: InhabitantWords,
        planned: PlannedWords,
        peers: PeerWords,
        units: UnitWords,
        campaigns: CampaignWords,
        see: SeeWords,
        effect: super::EffectWords,
        forecast: super::ForecastWords,
        strange: super::StrangeWords,
        content: super::ContentWords,
        quality: QualityWords,
        method: MethodWords,
        identity: IdentityWords,
        furniture: FurnitureWords,
        alert: super::AlertWords,
        mail: super::MailWords,
    }

    /// Days, periods and lists.
    CalendarWords {
        months: [String; 12],
        months_short: [String; 12],
        weekdays: [String; 7],
        and,
        week,
        week_short,
        tertials: [String; 3],
        tertial_short,
        quarters: [String; 4],
        quarter_short,
        year,
        instant,
        second,
        minute,
        hour,
    }

    /// Why there is no number.
    MissingWords {
        not_fetched,
        absent,
        suppressed,
        refused,
        unreadable,
        not_additive,
        definitions_differ,
        coverage,
        channels_lacking,
        metric_break,
        no_baseline,
        no_population,
        sample_too_small,
        nothing_closed,
        zero_denominator,
        not_judged, too_short, too_few_events, no_variation, no_survey, posts_lacking, not_of_posts, not_by_campaign, no_labels, too_few_peers,
    }

    /// The words for how a goal stands.
    StatusWords { achieved, on_track, lagging, behind, cannot_be_judged }

    /// The words for what kind a post is.
    FormatWords { text, image, carousel, video, reel, story, link, document, poll, other }

    /// The same in a word or two, for cells.
    MissingShortWords {
        not_fetched,
        absent,
        suppressed,
        refused,
        unreadable,
        not_additive,
        definitions_differ,
        coverage,
        channels_lacking,
        metric_break,
        no_baseline,
        no_population,
        sample_too_small,
        nothing_closed,
        zero_denominator,
        not_judged,
        too_short,
        too_few_events,
        no_variation,
        no_survey,
        posts_lacking,
        not_of_posts,
        not_by_campaign,
        no_labels,
        too_few_peers,
    }

    /// The report as a whole.
    ReportWords { title }

    /// What must be said before anything else.
    NoticeWords { preliminary, preliminary_only, through, no_data, known_at, weeded }

    /// Headings of sections.
    SectionWords {
        goals,
        changes,
        channels,
        posts,
        posts_best,
        website,
        inhabitants,
        planned,
        peers,
        units,
        campaigns,
        quality,
        method,
        glossary,
        comment,
    }

    /// One sentence about all goals.
    HeadlineWords {
        none,
        alone_achieved,
        alone_on_track,
        all_achieved,
        all_on_track,
        all_good,
        none_good,
        good: Plural,
        behind: Plural,
        lagging: Plural,
        cannot: Plural,
        quoted,
    }

    /// Goals: their lines, sentences and charts.
    GoalWords {
        none,
        more: Plural,
        more_caption,
        target_by,
        target_growth,
        target_floor,
        target_ceiling,
        target_range,
        target_cadence,
        target_cadence_most,
        target_milestone,
        target_better,
        target_above,
        target_below,
        target_percentile,
        now_done,
        now_not_done,
        now_cadence,
        pace_reached,
        pace_needed,
        pace_needed_only,
        pace_budget,
        pace_share,
        pace_margin,
        pace_margin_points,
        pace_compared,
        pace_compared_points,
        why_cannot,
        why_done,
        why_overdue,
        why_open,
        why_achieved,
        why_achieved_over,
        why_ended,
        why_under,
        why_under_points,
        why_over,
        why_over_points,
        why_expected,
        why_steps,
        why_season,
        why_needed,
        why_needed_only,
        why_budget,
        why_target,
        why_level,
        why_level_mean,
        per_week,
        per_month,
        per_tertial,
        per_quarter,
        per_year,
        why_cadence,
        why_cadence_most,
        why_compared,
        why_compared_mean,
        why_compared_other,
        why_compared_other_mean,
        why_compared_baseline,
        purpose,
        origin,
        origin_nothing,
        part,
        parts,
        minimum,
        stretch,
        coverage,
        children: Plural,
        children_unjudged: Plural,
        child_share,
        rolled_up,
        contributes,
        rivals,
        record_owner,
        record_decided,
        record_decided_by,
        record_case,
        record_review, record_version, record_valid, record_changed, record_closing, about_labels, about_campaign, about_formula,
        unit_per_inhabitants,
        unit_per_follower,
        unit_per_post,
        line_measured,
        line_target,
        line_low,
        line_high,
        line_pace,
        line_compared,
        break_mark,
        alt,
        alt_way,
        table_caption,
        table_day,
        table_thinned,
    }

    /// What changed.
    ChangeWords { shift, shifts_heading, shifts_note, none, sentence, sentence_common_days, rule, against, before: PeriodWords, year_before: PeriodWords }

    /// A period by its kind.
    PeriodWords { week, month, tertial, quarter, year, other }

    /// What needs attention.
    AttentionWords {
        nothing,
        token_expired,
        token_expires,
        never_fetched,
        fetch_failed,
        fetch_needs_action,
        refused: Plural,
        double_pace,
        standing_still,
        due_soon,
        review,
        review_passed,
        metric_break,
    }

    /// Proposed decisions and the rules behind them.
    DecisionWords {
        label_written,
        label_rule,
        behind,
        behind_level,
        lagging,
        lagging_level,
        achieved,
        set_baseline,
        set_population,
        settle_break,
        narrow_channels,
        mend_fetching,
        change_metric,
        rule_behind,
        rule_lagging,
        rule_cannot,
        rule_achieved,
    }

    /// Heads and notes that tables share.
    TableWords { metric, channel, change, week, preliminary, relative }

    /// The channels.
    ChannelWords { main, compact, more, curves, curve_alt, break_mark, shift_mark, bars, bars_alt }

    /// The posts.
    PostWords {
        none,
        line,
        ranked: Plural,
        rate,
        too_young: Plural,
        without_value: Plural,
        best,
        worst,
        post,
        published,
        format,
        labels,
        label,
        count,
        median,
        by_label,
        by_format,
        few,
        groups_note,
        no_text,
    }

    /// The website.
    WebsiteWords { sentence, step, step_heading, count, journey, journey_note }

    /// Per inhabitant.
    InhabitantWords { none, population, number, per_thousand, caption, note, row, together }

    /// The units.
    UnitWords { unit, goals, judged, caption, note }

    /// The campaigns.
    CampaignWords {
        campaign,
        days,
        channels,
        caption,
        report_title,
        none_judged,
        several,
        one_of_several,
        journey,
        journey_note,
        step,
        count,
        left,
        lost,
        remark,
        impressions,
        clicks,
        visits,
        conversions,
        on_platform,
        not_every_click,
        counted_elsewhere,
        more_than_before,
        of_all_visits,
        some_lack,
        not_divided,
    }

    /// What only the pages of the web tell.
    SeeWords {
        nothing,
        metrics,
        course,
        daily,
        line_before,
        line_year,
        posts,
        young,
        result,
        value,
        read_on,
        rank,
        middle,
        growth,
        campaigns,
        campaign,
        ran,
        untouched,
        journey,
        step,
        share,
        step_impressions,
        step_clicks,
        step_visits,
        step_conversions,
        caveat_clicks,
        caveat_elsewhere,
        caveat_more,
        caveat_all,
        caveat_lack,
        effect,
        not_yet,
    }

    /// What was planned against what was published.
    PlannedWords {
        line: Plural,
        nothing_due,
        unplanned: Plural,
        ahead: Plural,
        label,
        planned,
        published,
        share,
        labels_caption,
        labels_note,
        due,
        what,
        state,
        late,
        never,
        more: Plural,
        missed_caption,
        suggested: Plural,
        refused,
    }

    /// Beside others.
    PeerWords { other_periods, who, own, median, least, most, place, count, caption, note }

    /// Data quality.
    QualityWords {
        no_channels,
        all_complete: Plural,
        some_complete: Plural,
        none_complete,
        one_open,
        least,
        full,
        cost,
        caption,
        data_through,
        complete_through,
        coverage,
        without,
        refused,
        coverage_note,
        gap,
        more_gaps: Plural,
        no_gaps,
        fetch_caption,
        fetched,
        succeeded,
        calls,
        kilobytes,
        token,
        never,
        no_end,
        token_unknown,
        restated: Plural,
        stood_back: Plural,
        problems,
        problem,
    }

    /// How the numbers were made.
    MethodWords {
        days_meta,
        compact,
        days_linkedin,
        days_other,
        days_matomo,
        unique,
        absent,
        rates,
        comparisons,
        changes,
        breaks_heading,
        breaks,
        break_names,
        statuses_heading,
        statuses,
        achieved,
        on_track,
        lagging,
        behind,
        cannot,
        rules_heading,
        rules,
    }

    /// What the public record wants to know.
    IdentityWords {
        organisation,
        unit,
        period,
        made,
        known_at,
        cut_off,
        data_through,
        through,
        all_through,
        no_data,
        program,
        program_version,
        configuration,
        retention,
        case_no,
        left_out,
    }

    /// The fixed words of the drawings.
    FurnitureWords {
        goals,
        changes,
        attention,
        decision,
        identity,
        goal,
        now,
        target,
        pace,
        status,
        why,
        notice,
        page,
        page_of,
        name,
        content,
        chart_data,
        skip,
        attached,
        goals_summary,
        term,
        meaning,
        figures,
        comment,
        report_id,
        hash,
    }
}
