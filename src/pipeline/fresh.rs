//! Whether the data of a report are complete: every channel's platform has settled the period's last day, and we have read
//! it since. If not: wait, send marked preliminary, or hold, as the report is configured.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{App, PipelineError, computing};
use crate::analysis::complete_through;
use crate::config::Freshness;
use crate::model::{Channel, ChannelId, Period, ReportSpec, UnitId};
use crate::store::LastDays;

/// How long to wait before looking again.
const AGAIN: TimeDelta = TimeDelta::minutes(30);

/// A channel whose data are not complete, and whether asking it would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// The channel.
    pub channel: ChannelId,
    /// Whether the platform has settled the period by now, so that a fetch would complete it.
    pub settled: bool,
}

/// What is done with a report now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Its data are complete.
    Open,
    /// It goes, marked preliminary: data of these channels are missing.
    Preliminary(Vec<Stale>),
    /// It waits until then.
    Wait(DateTime<Utc>, Vec<Stale>),
    /// It is held until they are complete, and somebody is told; looked at again then.
    Hold(DateTime<Utc>, Vec<Stale>),
}

/// The channels of a report whose data do not reach the end of the period.
///
/// # Errors
/// When store or state cannot be read.
pub async fn stale(
    app: &App,
    spec: &ReportSpec,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Vec<Stale>, PipelineError> {
    let view = app.store.view(None).await?;
    let last = computing(move || view.last_days()).await??;
    stale_of(app, channels_of(app, spec), &last, period, now).await
}

/// Those of the channels whose data do not reach the end of the period, as was known at the time. The gate before a report
/// and the notice in it are this one judgement.
///
/// # Errors
/// When the state cannot be read.
pub async fn stale_of(
    app: &App,
    channels: Vec<&Channel>,
    last: &LastDays,
    period: Period,
    at: DateTime<Utc>,
) -> Result<Vec<Stale>, PipelineError> {
    let mut stale = Vec::new();
    for channel in channels {
        // What was fetched before the channel was fed by files says nothing of the files.
        let read = if app.config.asks(channel) { app.state.last_success_until(&channel.id, at).await? } else { None };
        let settled = |then: DateTime<Utc>| complete_through(channel.platform, channel.zone, then) >= period.last();
        let days: Vec<_> = last.days.iter().filter(|((id, _), _)| *id == channel.id).map(|(_, day)| *day).collect();
        // Files of posts alone tell no days of the channel: that they were seen is all that there is to go by.
        let told = days.is_empty() || days.iter().any(|day| *day >= period.last());
        // A channel that is only imported has no run of its own: what counts is how far its values reach, and that they
        // were seen when the day was settled.
        let imported = read.is_none() && told && last.seen.get(&channel.id).is_some_and(|seen| settled(*seen));
        if !(read.is_some_and(settled) || imported) {
            stale.push(Stale { channel: channel.id.clone(), settled: settled(at) });
        }
    }
    Ok(stale)
}

/// What the configuration says of a report with these gaps, that should have gone at the instant.
pub fn gate(
    freshness: Freshness,
    wait_hours: u32,
    instant: DateTime<Utc>,
    stale: Vec<Stale>,
    now: DateTime<Utc>,
) -> Gate {
    if stale.is_empty() {
        return Gate::Open;
    }
    let deadline = instant + TimeDelta::hours(i64::from(wait_hours));
    match freshness {
        Freshness::Send => Gate::Preliminary(stale),
        Freshness::Wait if now >= deadline => Gate::Preliminary(stale),
        Freshness::Wait => Gate::Wait((now + AGAIN).min(deadline), stale),
        Freshness::Hold => Gate::Hold(now + AGAIN, stale),
    }
}

/// The channels that a report shows: those of its units, and of the units of its recipients.
fn channels_of<'a>(app: &'a App, spec: &ReportSpec) -> Vec<&'a Channel> {
    let mut units: BTreeSet<Option<&UnitId>> = BTreeSet::from([spec.unit.as_ref()]);
    units.extend(spec.recipients.iter().map(|recipient| recipient.unit.as_ref().or(spec.unit.as_ref())));
    let shown = |channel: &&Channel| {
        units.iter().any(|unit| unit.is_none_or(|unit| app.config.units.within(&channel.unit, unit)))
    };
    app.config.channels.iter().filter(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn gap() -> Vec<Stale> {
        vec![Stale { channel: "ig".into(), settled: false }]
    }

    #[test]
    fn a_report_waits_until_its_deadline_and_not_longer() {
        let instant = at("2026-11-17T06:00:00Z");
        let gate_at = |now: &str| gate(Freshness::Wait, 6, instant, gap(), at(now));
        assert_eq!(gate_at("2026-11-17T06:00:00Z"), Gate::Wait(at("2026-11-17T06:30:00Z"), gap()));
        assert_eq!(gate_at("2026-11-17T11:45:00Z"), Gate::Wait(at("2026-11-17T12:00:00Z"), gap()));
        assert_eq!(gate_at("2026-11-17T12:00:00Z"), Gate::Preliminary(gap()));
        assert_eq!(gate(Freshness::Wait, 6, instant, Vec::new(), instant), Gate::Open);
    }

    #[test]
    fn the_other_two_ways_do_not_wait() {
        let instant = at("2026-11-17T06:00:00Z");
        assert_eq!(gate(Freshness::Send, 6, instant, gap(), instant), Gate::Preliminary(gap()));
        let week_later = at("2026-11-24T06:00:00Z");
        assert_eq!(gate(Freshness::Hold, 6, instant, gap(), week_later), Gate::Hold(at("2026-11-24T06:30:00Z"), gap()));
    }
}
