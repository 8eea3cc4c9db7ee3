//! Campaign effect from the platforms' answers to the words of the report.

use genomslag::analysis::Claim;
use genomslag::model::{Language, Missing, ReportKind};
use genomslag::pipeline::{self, Order};
use genomslag::report::{Block, Section};

use super::order;
use crate::support::app::TestApp;

fn section<'a>(sections: &'a [Section], id: &str) -> &'a Section {
    sections.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("no section `{id}`"))
}

fn paragraphs(section: &Section) -> Vec<String> {
    let text = |block: &'_ Block| if let Block::Paragraph { text, .. } = block { Some(text.clone()) } else { None };
    section.blocks.iter().filter_map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_judged_and_told_with_its_rivals_and_what_to_do_next_time() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let campaign = pipeline::find_campaign(&test.app, "familjehem-hosten").unwrap();
    let effect = pipeline::effect(&test.app, &campaign, None, test.now).await.unwrap();
    assert_eq!((effect.reason.clone(), effect.metric.as_str()), (None, "campaign_visits"));
    // The visits of the campaign's days are those that the world counted.
    let site = test.app.config.channels.iter().find(|it| it.id.as_str() == "webb").unwrap();
    let (start, end) = (effect.window.start(), effect.window.end());
    let truth = test.sandbox.world().truths(site.platform, &site.account, "campaign_visits", start, end);
    let sum: f64 = truth.into_iter().map(|(_, value)| value).sum();
    assert_eq!(effect.figures.observed.number(), Some(sum));
    // A known event in its days, and no useful control: no more than "cannot tell".
    assert!(effect.claim <= Claim::SomeSupport, "{:?}", effect.claim);

    let period = Some(pipeline::campaign_days(&test.app, &campaign, test.now));
    let order = Order { period, ..order(&test.app, ReportKind::Campaign, "2026-W46") };
    let (report, _) = pipeline::compose_only(&test.app, &order, test.now).await.unwrap();
    let told = paragraphs(section(&report.sections, "campaigns")).join("\n");
    assert!(told.contains("Annat som kan ha påverkat: Beredskapsveckan"), "{told}");
    for word in ["ledde till", "orsakade", "tack vare", "effekten blev"] {
        assert!(!told.contains(word), "{told}");
    }
    let charts: Vec<&str> = section(&report.sections, "campaigns")
        .blocks
        .iter()
        .filter_map(|block| if let Block::Chart(chart) = block { Some(chart.id.as_str()) } else { None })
        .collect();
    assert_eq!(charts, ["campaign-familjehem-hosten-course", "campaign-familjehem-hosten-cumulative"]);
    let change = report.figures.iter().find(|it| it.id.0 == "campaign.familjehem-hosten.change").unwrap();
    let (told, found) = (change.number().unwrap(), effect.figures.change.number().unwrap());
    assert!((told - found).abs() < 1e-9, "{told} {found}");
    assert!(!change.trace.sources.is_empty(), "{change:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_known_says_why() {
    let test = TestApp::new().await;
    let campaign = pipeline::find_campaign(&test.app, "familjehem-hosten").unwrap();
    // Nothing was fetched: there is nothing to judge, and no zero.
    let effect = pipeline::effect(&test.app, &campaign, None, test.now).await.unwrap();
    assert!(matches!(effect.reason, Some(Missing::NotFetched | Missing::NothingClosed)), "{:?}", effect.reason);
    assert!(effect.figures.observed.value.is_err() && !effect.rivals.is_empty());
    let error = pipeline::find_campaign(&test.app, "ingen").unwrap_err();
    assert!(error.said(Language::English).contains("familjehem-hosten"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_ranks_what_could_be_left_untouched() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let campaign = pipeline::find_campaign(&test.app, "familjehem-hosten").unwrap();
    let plan = pipeline::plan(&test.app, &campaign, test.now).await.unwrap();
    assert!(plan.own.change.is_ok() && !plan.controls.is_empty(), "{plan:?}");
    let sizes: Vec<f64> = plan.controls.iter().map(|it| it.change.clone().unwrap()).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]));
}
