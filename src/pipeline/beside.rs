//! What reports hold beside the organisation's own figures: what was planned, and what its peers have handed over.

use std::borrow::Cow;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::{App, PipelineError, computing};
use crate::analysis::{self, Facts, plan_summary};
use crate::config::HistoryFile;
use crate::imports::{PeerFile, read_peers, read_plan};
use crate::model::told::{self, Told};
use crate::model::{MetricName, PeerTotal, PeerTotals, Period, PlannedPost, Problem};
use crate::report::{PeerMaterial, PlannedMaterial};
use crate::store::View;
use crate::words::problems::action;

/// The metrics that are held beside peers': those that mean something per inhabitant.
const COMPARED: [&str; 5] = ["followers", "views", "engagements", "clicks", "visits"];

/// What became of the plans of the configuration; none where there are none.
pub(super) async fn planned(
    app: &App,
    view: &View,
    period: Period,
    at: DateTime<Utc>,
) -> Result<Option<PlannedMaterial>, PipelineError> {
    if app.config.plans.is_empty() {
        return Ok(None);
    }
    let (plans, refused) = plans(app);
    let refused = refused.into_iter().map(|(file, _)| file).collect();
    let (view, zone) = (view.clone(), app.config.organisation.zone);
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    // What was due in the period may have come late.
    let (from, to) = (midnight(period.start() - Days::new(7)), midnight(period.end() + Days::new(31)));
    let posts = computing(move || view.posts(&[], Some(from), Some(to))).await??;
    Ok(Some(PlannedMaterial { summary: plan_summary(&plans, &posts, period, zone, at), refused }))
}

/// The planned posts of every plan, and the plans that cannot be read with the reason.
fn plans(app: &App) -> (Vec<PlannedPost>, Vec<(String, Told)>) {
    let (mut plans, mut refused) = (Vec::new(), Vec::new());
    for file in &app.config.plans {
        let read = bytes(file).and_then(|bytes| {
            read_plan(&file.name, &bytes, app.config.organisation.zone).map_err(|error| error.told())
        });
        match read {
            Ok(plan) => plans.extend(plan.posts),
            Err(why) => refused.push((file.name.clone(), why)),
        }
    }
    (plans, refused)
}

/// The organisation beside its peers; none where there are none.
pub(super) fn peers(app: &App, facts: &Facts, period: Period) -> Option<PeerMaterial> {
    let (all, _) = peer_totals(app);
    if all.is_empty() {
        return None;
    }
    let metrics = COMPARED.map(MetricName::from);
    let beside = analysis::beside_peers(facts, app.catalog, &metrics, &all, period);
    let names = all.iter().filter(|peer| peer.period == period).map(|peer| peer.organisation.clone()).collect();
    Some(PeerMaterial { names, beside })
}

/// What the peers' files hold, of two files of one organisation and period the later by name, and the files that cannot be
/// read with the reason. A file of one's own is no peer's.
fn peer_totals(app: &App) -> (Vec<PeerTotals>, Vec<(String, Told)>) {
    let (mut all, mut refused): (Vec<PeerTotals>, Vec<_>) = (Vec::new(), Vec::new());
    for file in &app.config.peer_files {
        let read = bytes(file).and_then(|bytes| {
            let peer = read_peers(&bytes).map_err(|error| error.told())?;
            let calendar = app.config.organisation.calendar;
            let period =
                Period::parse(&peer.period, calendar).map_err(|error| told::files::unreadable(error.told()))?;
            Ok(totals(peer, period, &file.name))
        });
        match read {
            Ok(peer) if peer.organisation == app.config.organisation.name => {}
            Ok(peer) => {
                all.retain(|other| other.organisation != peer.organisation || other.period != peer.period);
                all.push(peer);
            }
            Err(why) => refused.push((file.name.clone(), why)),
        }
    }
    (all, refused)
}

fn totals(peer: PeerFile, period: Period, source: &str) -> PeerTotals {
    let total = |it: crate::imports::PeerFigure| PeerTotal {
        platform: it.platform,
        metric: it.metric,
        value: it.value,
        per_1000: it.per_1000,
    };
    let totals = peer.values.into_iter().map(total).collect();
    PeerTotals { organisation: peer.organisation, period, source: source.to_owned(), totals }
}

fn bytes(file: &HistoryFile) -> Result<Cow<'static, [u8]>, Told> {
    file.bytes().map_err(|error| told::file_unreadable(told::faults::io(&error)))
}

/// Plans and peers' files of the configuration that cannot be read, told at every fetch.
pub(super) fn problems(app: &App) -> Vec<Problem> {
    let plans = plans(app).1.into_iter();
    let plans = plans.map(|(file, why)| action(format!("plans/{file}"), told::plan_unreadable(why), told::mend_plan()));
    let peers = peer_totals(app).1.into_iter();
    let peers =
        peers.map(|(file, why)| action(format!("peers/{file}"), told::peers_unreadable(why), told::mend_peers()));
    plans.chain(peers).collect()
}
