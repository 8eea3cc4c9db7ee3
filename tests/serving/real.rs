//! The real steps, by a clock that is made: fetch, gate, report and mail, against the sandbox and a scripted mail server.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use genomslag::config::{self, Config, Source};
use genomslag::model::Platform;
use genomslag::pipeline::{self, Live, RealSteps, Service, Timetable};
use genomslag::sandbox::{Fault, FaultKind, Faults, World};
use genomslag::state::{DeliveryStatus, Way};

use super::setting::at;
use crate::support::app::{TestApp, folder, wednesday};
use crate::support::smtp::Server;

/// The example with a mail server that is there, and only so many channels as the tests need.
pub(super) fn example(port: u16, folder: &std::path::Path) -> Config {
    let mut config = config::load(&Source::Embedded).unwrap();
    let kept = ["fb-kommun", "ig-kommun", "li-kommun"];
    config.channels.retain(|channel| kept.contains(&channel.id.as_str()) || channel.platform == Platform::Matomo);
    config.reports.retain(|report| report.id == "veckorapport");
    config.history.clear();
    "127.0.0.1".clone_into(&mut config.mail.as_mut().unwrap().host);
    config.mail.as_mut().unwrap().port = port;
    config.delivery_folder = folder.join("ut");
    config.places.archive = folder.join("arkiv");
    config
}

async fn started() -> (TestApp, Server) {
    let (mail, folder) = (Server::start(Vec::new()).await, folder());
    let config = example(mail.port, folder.path());
    (TestApp::with(config, World::example(wednesday()), folder).await, mail)
}

pub(super) fn passes<'a>(test: &'a TestApp, from: &'a str, until: &'a str) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
    Box::pin(async move {
        let timetable = Timetable::of(&test.app.config).unwrap();
        let steps = Arc::new(RealSteps::new(Live::new(test.app.clone())));
        let service = Service::new("one".to_owned(), test.app.state.clone(), timetable, steps);
        let told = async |now: DateTime<Utc>, missed: Vec<pipeline::Missed>| {
            pipeline::tell_missed(&test.app, &missed, now).await.unwrap();
        };
        Box::pin(service.simulate(at(from), at(until), told)).await.unwrap();
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn on_wednesday_at_seven_the_week_before_goes_out_complete() {
    let (test, mail) = started().await;
    passes(&test, "2026-11-17T20:00:00Z", "2026-11-18T06:00:00Z").await;
    let rows = test.app.state.deliveries(&pipeline::DeliveryFilter::default()).await.unwrap();
    assert!(rows.iter().all(|row| row.status == DeliveryStatus::Sent), "{rows:#?}");
    let by_mail = rows.iter().filter(|row| row.way == Way::Mail).count();
    assert_eq!(by_mail, test.app.config.report("veckorapport").unwrap().recipients.len());
    assert_eq!(mail.letters().len(), by_mail);
    for row in &rows {
        let report = test.app.state.report(&row.report).await.unwrap().unwrap();
        assert_eq!((report.period_code.as_str(), report.preliminary, report.draft), ("2026-W46", false, false));
    }
    let jobs = test.app.state.jobs(None, 100).await.unwrap();
    assert!(jobs.iter().all(|job| job.error.is_none()), "{jobs:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_one_platform_it_waits_as_configured_and_goes_marked_preliminary() {
    let (test, mail) = started().await;
    test.sandbox.set_faults(Faults::of([Fault::always(FaultKind::ExpiredToken).on(Platform::LinkedIn)]));
    passes(&test, "2026-11-17T20:00:00Z", "2026-11-18T11:59:00Z").await;
    let reports = |letters: Vec<crate::support::smtp::Letter>| {
        letters.iter().filter(|letter| letter.data.contains("application/pdf")).count()
    };
    assert_eq!(reports(mail.letters()), 0, "six hours are not over");
    passes(&test, "2026-11-18T11:59:00Z", "2026-11-18T12:01:00Z").await;
    assert_eq!(reports(mail.letters()), test.app.config.report("veckorapport").unwrap().recipients.len());
    let made = test.app.state.reports(&genomslag::state::ReportFilter::default()).await.unwrap();
    // Each part says itself what the gate found about its channels: the week is settled at LinkedIn by now, but nobody has
    // read it. The part of a unit that has nothing there is complete.
    assert_eq!(made.iter().filter(|report| report.preliminary).count(), 2);
    for entry in &made {
        let stored = std::fs::read(std::path::Path::new(&entry.folder).join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&stored).unwrap();
        let notice = report["notices"].to_string();
        assert_eq!(entry.preliminary, notice.contains("reliminär") || notice.contains("reliminary"), "{notice}");
        assert_eq!(entry.preliminary, notice.contains("LinkedIn"), "{notice}");
        assert_eq!(entry.preliminary, entry.unit.is_none());
    }
    let open = test.app.state.open_alerts().await.unwrap();
    // In the organisation's language, whatever the platform's.
    let of_channel = open.iter().find(|alert| alert.key == "fetch/li-kommun").unwrap();
    let (what, mend) = ("nyckeln gäller inte: LinkedIns nyckel har gått ut", "(anslut kanalen på nytt)");
    assert!(of_channel.what.contains(what) && of_channel.what.contains(mend), "{}", of_channel.what);
    let open: Vec<&str> = open.iter().map(|alert| alert.key.as_str()).collect();
    assert!(open.contains(&"fetch/li-kommun") && open.contains(&"stale/veckorapport"), "{open:?}");
    // The operator hears of each once by the next mornings' rounds, and not again the day after.
    passes(&test, "2026-11-18T12:01:00Z", "2026-11-20T07:00:00Z").await;
    assert!(mail.letters().iter().any(|letter| letter.to == ["it-drift@bjorkvalla.example"]));
    for alert in test.app.state.open_alerts().await.unwrap() {
        assert_eq!(alert.notices, 1, "{alert:#?}");
    }
}
