//! From a report of the configuration to its readers: which parts, who gets which, made once, archived as it is sent, and
//! entered in the ledger of deliveries before anything leaves.

mod archived;
mod by_hand;
mod changed;
mod draft;
mod letter;
mod outbox;
mod parts;
mod send;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::judge::last_closed;
use super::{App, Order, PipelineError, make};
use crate::config::DeliveryWay;
use crate::delivery::archive::Approved;
use crate::model::{Period, ReportSpec};
use crate::state::{Delivery, DeliveryFilter, DeliveryOrder, DeliveryStatus, Way};

pub(super) use archived::place_of;
pub use by_hand::{enter_by_hand, make_and_keep, send_entered};
pub use changed::changed_figures;
pub use draft::{approved_parts, ask_again, send_draft};
pub(super) use letter::opened_pass;
pub use letter::unsubscribe_pass;
pub use outbox::{resend, send_due};
pub use send::{mail_server, test_mail};

use archived::{Occasion, archived_report};
use parts::Part;

/// What is to be delivered.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The report of the configuration.
    pub spec: ReportSpec,
    /// The instant that it answers: of its schedule, or of the wish.
    pub instant: DateTime<Utc>,
    /// What it covers; none: the last closed period at the instant.
    pub period: Option<Period>,
    /// Only with what was known then.
    pub as_known_at: Option<DateTime<Utc>>,
    /// These addresses instead of the recipients, and no other way.
    pub to: Option<Vec<String>>,
    /// The drafts that its owner approved, by part, and who that was: they go as they are, and nothing else is made.
    pub approved: Option<(BTreeMap<String, String>, Approved)>,
}

impl Wish {
    /// The report as its schedule wants it.
    pub fn scheduled(spec: &ReportSpec, instant: DateTime<Utc>) -> Self {
        Self { spec: spec.clone(), instant, period: None, as_known_at: None, to: None, approved: None }
    }

    /// What it covers: decided by the instant that it answers, however late it is made.
    pub fn covers(&self, app: &App) -> Period {
        self.period.unwrap_or_else(|| last_closed(app, self.spec.kind.granularity(), self.instant))
    }

    /// The parts that somebody gets. One wish for other days or for less knowledge than its instant has by itself is not
    /// the same as another: their parts have other names.
    fn parts(&self, app: &App, ways: &[Way]) -> Vec<Part> {
        let usual = last_closed(app, self.spec.kind.granularity(), self.instant);
        let other = parts::other(app, self.period.filter(|period| *period != usual), self.as_known_at);
        let mut parts = parts::parts(self, ways);
        for part in &mut parts {
            part.name = parts::joined(&part.name, &other);
        }
        parts
    }

    /// The order of one part.
    fn order(&self, app: &App, part: &Part) -> Order {
        Order {
            unit: part.unit.clone(),
            language: part.language,
            period: Some(self.covers(app)),
            as_known_at: self.as_known_at,
            ..Order::of(&self.spec)
        }
    }
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Delivered {
    /// The reports that were made or found, by id.
    pub reports: Vec<String>,
    /// The rows of the ledger, as they stand now.
    pub deliveries: Vec<Delivery>,
}

impl Delivered {
    /// How many stand so.
    pub fn count(&self, status: DeliveryStatus) -> usize {
        self.deliveries.iter().filter(|delivery| delivery.status == status).count()
    }
}

/// Makes the report's parts where they are not made yet, enters every recipient and way, and sends what can be sent. May
/// be repeated at will: what the ledger has is neither made nor sent again.
///
/// # Errors
/// When a part cannot be made or archived, or the state cannot be used. A recipient that refuses is no error.
pub async fn deliver(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<Delivered, PipelineError> {
    let ways = wanted_ways(app, wish);
    let mut delivered = Delivered { reports: Vec::new(), deliveries: Vec::new() };
    let mut entered = Vec::new();
    for part in wish.parts(app, &ways) {
        let report = part_report(app, wish, &part, now).await?;
        for (way, recipient) in &part.receivers {
            let order = DeliveryOrder {
                report: report.clone(),
                spec: wish.spec.id.clone(),
                part: part.name.clone(),
                instant: wish.instant,
                recipient: recipient.clone(),
                way: *way,
                message_id: String::new(),
            };
            entered.push(enter(app, order, now).await?);
        }
        delivered.reports.push(report);
    }
    for delivery in &entered {
        letter::write_where_needed(app, delivery, now).await?;
    }
    for delivery in entered {
        send::attempt(app, &delivery, now).await?;
        delivered.deliveries.extend(app.state.delivery(&delivery.id).await?);
    }
    Ok(delivered)
}

/// The ways that are wanted and set up.
fn wanted_ways(app: &App, wish: &Wish) -> Vec<Way> {
    if wish.to.is_some() {
        return vec![Way::Mail];
    }
    let ways = app.config.sending(&wish.spec.id).ways;
    let set_up = ways.into_iter().filter_map(|way| match way {
        DeliveryWay::Mail => app.config.mail.is_some().then_some(Way::Mail),
        DeliveryWay::Folder => Some(Way::Folder),
        DeliveryWay::Teams => Some(Way::Teams),
        DeliveryWay::Slack => Some(Way::Slack),
    });
    set_up.collect()
}

/// The report of a part: the one that the ledger names already, else the draft that was approved, else a new one, archived.
async fn part_report(app: &App, wish: &Wish, part: &Part, now: DateTime<Utc>) -> Result<String, PipelineError> {
    let filter = DeliveryFilter { spec: Some(wish.spec.id.clone()), ..DeliveryFilter::default() };
    let rows = app.state.deliveries(&filter).await?;
    let known = rows.into_iter().find(|row| row.instant == wish.instant && row.part == part.name);
    if let Some(row) = known
        && archived_report(app, &row.report).await.is_ok()
    {
        return Ok(row.report);
    }
    if let Some((drafts, by)) = &wish.approved
        && let Some(draft) = drafts.get(&part.name)
    {
        return archived::promote(app, draft, by.clone()).await;
    }
    let order = wish.order(app, part);
    let made = make(app, &order, now).await?;
    let occasion = Occasion { instant: wish.instant, draft: false };
    archived::keep(app, &order, made, occasion, now).await
}

/// Enters a recipient and way. Who does not want it, or may not have it, is entered as skipped, with the reason.
async fn enter(app: &App, order: DeliveryOrder, now: DateTime<Utc>) -> Result<Delivery, PipelineError> {
    let order = DeliveryOrder { message_id: letter::message_id(app, &order), ..order };
    let delivery = app.state.enter_delivery(&order, now).await?.delivery();
    if order.way == Way::Mail && delivery.status == DeliveryStatus::Pending {
        let recipient = order.recipient.as_str();
        let allowed = app.config.mail.as_ref().is_some_and(|mail| mail.allows(recipient));
        let why = if !allowed {
            Some("the address is not among those that `allow` in `[mail]` lets through")
        } else if app.state.is_unsubscribed(&letter::bare(recipient), &order.spec).await? {
            Some("the recipient has unsubscribed")
        } else {
            None
        };
        if let Some(why) = why {
            app.state.skip_delivery(&delivery.id, why, now).await?;
        }
    }
    Ok(app.state.delivery(&delivery.id).await?.unwrap_or(delivery))
}
