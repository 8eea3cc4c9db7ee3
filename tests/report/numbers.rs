//! The numbers of the sample, counted by hand.

use genomslag::model::{FigureId, Language, ReportKind, Status};
use genomslag::report::{Report, digest, find_figure, seal};

use super::sample::{held, sample};
use crate::analysis::sample::{day, near, period};

fn weekly() -> Report {
    held().report(ReportKind::Weekly, Language::Swedish)
}

fn number(report: &Report, id: &str) -> Option<f64> {
    find_figure(report, &FigureId(id.to_owned())).unwrap_or_else(|| panic!("no figure {id}")).number()
}

#[test]
fn goals_stand_as_counted_by_hand() {
    let report = weekly();
    // 319 of 365 days have gone. Followers: 11 000 + 4 × 319 = 12 276; expected 11 000 + 1 500 × 319/365.
    near(number(&report, "goal.foljare.now"), 12_276.0);
    near(number(&report, "goal.foljare.expected"), 11_000.0 + 1_500.0 * 319.0 / 365.0);
    // 224 are lacking, 46 days are left.
    near(number(&report, "goal.foljare.needed"), 224.0 / 46.0 * 7.0);
    near(number(&report, "goal.foljare.lately"), 28.0);
    // Three weeks of 7 000 views and one of 10 500; 40 engagements a day.
    near(number(&report, "goal.svar.now"), 1_120.0 / 31_500.0);
    // Six of eight weeks have three posts.
    near(number(&report, "goal.takt.now"), 0.75);
    near(number(&report, "goal.syns.now"), 500.0 * 319.0);
    let words: Vec<(&str, Status)> = report.goals.iter().map(|it| (it.id.as_str(), it.status)).collect();
    let expected = [
        ("foljare", Status::OnTrack),
        ("svar", Status::OnTrack),
        ("syns", Status::Behind),
        ("takt", Status::Lagging),
        ("nar", Status::CannotBeJudged),
        ("plan", Status::OnTrack),
        ("besok", Status::Achieved),
    ];
    assert_eq!(words, expected);
}

#[test]
fn page_one_tells_the_goals_in_one_true_sentence() {
    let report = weekly();
    assert_eq!(
        report.headline,
        "Fyra av sju mål är i fas eller uppnådda; ”Fler ser oss på Instagram” är efter, ”Fritidsgårdarna syns” släpar, \
         ”Vi når alla” kan inte bedömas."
    );
    near(number(&report, "goals.count"), 7.0);
    near(number(&report, "goals.good"), 4.0);
}

#[test]
fn the_lines_tell_needed_pace_and_why() {
    let report = weekly();
    let line = &report.goals[0];
    assert_eq!(line.now.text, "12\u{202f}276");
    assert_eq!(line.now.number, Some(12_276.0));
    assert_eq!(line.target.text, "12\u{202f}500 till 31 dec 2026");
    // 224 / 46 × 7 = 34,09 a week; 28 were had.
    assert_eq!(line.pace.text, "behöver 34 i veckan, har haft 28");
    assert_eq!(
        line.why,
        "Ligger 35 under väntade 12\u{202f}311; behöver 34 i veckan, har haft 28 de senaste fyra veckorna."
    );
    let cannot = &report.goals[4];
    assert_eq!((cannot.now.text.as_str(), cannot.pace.text.as_str()), ("–", "–"));
    assert!(cannot.why.starts_with("Unika personer får inte läggas ihop"), "{}", cannot.why);
}

#[test]
fn the_largest_change_is_told_with_both_numbers() {
    let report = weekly();
    // 7 × 1 500 against 7 × 1 000, and 7 × 800 in the same week last year.
    assert_eq!(
        report.changes[0].text,
        "Björkvalla kommun på Facebook: visningar 10\u{202f}500, +50\u{202f}% mot veckan före (7\u{202f}000)."
    );
    near(number(&report, "channel.fb-kommun.views.change"), 0.5);
    let year = report.changes.last().unwrap();
    assert!(year.text.contains("samma vecka i fjol (5\u{202f}600)"), "{}", year.text);
}

#[test]
fn a_sum_over_too_few_days_is_not_shown() {
    let report = sample(ReportKind::Monthly).report(ReportKind::Monthly, Language::Swedish);
    near(number(&report, "channel.li-kommun.views.total"), 3_100.0);
    let week = weekly();
    let channels = week.sections.iter().find(|it| it.id == "channels").unwrap();
    let json = serde_json::to_string(channels).unwrap();
    assert!(json.contains("luckor"), "LinkedIn has five of seven days");
}

#[test]
fn per_inhabitant_rests_on_the_population_that_held() {
    let report = sample(ReportKind::Monthly).report(ReportKind::Monthly, Language::Swedish);
    // 31 October: 11 000 + 4 × 304 = 12 216 followers, 142 000 inhabitants.
    near(number(&report, "channel.fb-kommun.followers.total.per_1000"), 12_216.0 / 142.0);
    let figure = find_figure(&report, &FigureId("channel.fb-kommun.followers.total.per_1000".to_owned())).unwrap();
    assert_eq!(figure.trace.config.english(), ["population 142000 on 2025-12-31 (SCB, TAB5557)"]);
    // All channels: 12 216 + 5 000 + 2 000 + 668 + 800 + 668/7.
    let together = 12_216.0 + 5_000.0 + 2_668.0 + 800.0 + 668.0 / 7.0;
    near(number(&report, "channels.followers.total"), together);
}

#[test]
fn posts_are_counted_and_grouped() {
    let report = sample(ReportKind::Monthly).report(ReportKind::Monthly, Language::Swedish);
    // 31 in the municipality's channel, and the youth clubs' own of the month.
    let clubs = held()
        .facts
        .posts
        .iter()
        .filter(|post| post.channel.as_str() == "fb-fritid" && post.published.to_string().starts_with("2026-10"))
        .count();
    near(number(&report, "posts.facebook.ranked"), f64::from(u32::try_from(31 + clubs).unwrap()));
    near(number(&report, "posts.facebook.label.familjehem.count"), 12.0);
    // 200, 210 … 310: the middle lies between 250 and 260.
    near(number(&report, "posts.facebook.label.familjehem.median"), 255.0);
    near(number(&report, "posts.facebook.label.familjehem.engagement_rate"), 12.0 * 12.0 / (12.0 * 255.0));
}

#[test]
fn a_post_read_too_early_and_one_without_value_are_told() {
    let report = compose_week_with_everything();
    near(number(&report, "posts.facebook.too_young"), 1.0);
    near(number(&report, "posts.facebook.without_value"), 1.0);
}

/// The monthly form over week 46: all sections, the numbers of the week.
fn compose_week_with_everything() -> Report {
    let held = held();
    let material = held.material(ReportKind::Monthly, Language::Swedish, period("2026-W46"));
    genomslag::report::compose(&material, genomslag::words::Words::builtin(Language::Swedish))
}

#[test]
fn fetching_has_a_price() {
    let report = weekly();
    near(number(&report, "fetch.calls"), 24.0 + 31.0 + 12.0 + 9.0 + 6.0);
    // 345 500 bytes, rounded up to thousands.
    near(number(&report, "fetch.kilobytes"), 346.0);
}

#[test]
fn a_report_before_the_platforms_are_done_is_preliminary_and_says_since_when() {
    let mut held = held();
    let (_, through) = held.facts.complete_through.iter_mut().find(|(id, _)| id.as_str() == "ig-kommun").unwrap();
    *through = day("2026-11-13");
    let report = held.report(ReportKind::Weekly, Language::Swedish);
    let notice = &report.notices[0];
    assert!(notice.starts_with("Preliminär:"), "{notice}");
    assert!(notice.contains("november för Björkvalla kommun på Instagram"), "{notice}");
    assert!(!notice.contains("Facebook"), "{notice}");
    assert!(weekly().notices.is_empty());
}

#[test]
fn a_token_that_ends_within_a_month_is_told() {
    let report = weekly();
    let told = report.attention.iter().any(|it| it.text.contains("LinkedIn: åtkomsten går ut den 5 december 2026"));
    assert!(told, "{:?}", report.attention);
}

#[test]
fn the_seal_is_that_of_the_data() {
    let report = weekly();
    assert_eq!(report.id, format!("weekly-2026-W46-sv-{}", &report.hash[..8]));
    assert_eq!(digest(&report), report.hash);
    let read: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(digest(&read), report.hash, "what was stored can be checked");
    let mut changed = read;
    changed.headline.push('!');
    assert_ne!(seal(changed, genomslag::model::Calendar::default()).hash, report.hash);
}

#[test]
fn a_unit_sees_its_own() {
    let report = sample(ReportKind::Unit).report(ReportKind::Unit, Language::Swedish);
    assert_eq!(report.unit.as_deref(), Some("Fritidsgårdarna"));
    assert_eq!(report.headline, "”Fritidsgårdarna syns” släpar.");
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains("bjorkvalla.se"), "the municipality's website is not the unit's");
}

/// Everything that the section says, in one text.
fn section(report: &Report, id: &str) -> Option<String> {
    let found = report.sections.iter().find(|section| section.id == id)?;
    Some(serde_json::to_string(&found.blocks).unwrap().replace('\u{202f}', " "))
}

#[test]
fn planned_against_published_as_counted_by_hand() {
    let report = sample(ReportKind::Monthly).report(ReportKind::Monthly, Language::Swedish);
    // Six planned, one of them for later: three in time, one late, one never; four without a plan.
    let counts = ["due", "on_time", "late", "never", "unplanned", "ahead", "suggested"];
    let counted = counts.map(|name| number(&report, &format!("planned.{name}")).unwrap());
    assert_eq!(counted, [5.0, 3.0, 1.0, 1.0, 4.0, 1.0, 1.0]);
    near(number(&report, "planned.label.trafik.share"), 0.5);
    near(number(&report, "planned.label.kultur.share"), 1.0);
    let text = section(&report, "planned").unwrap();
    for part in [
        "5 inlägg var planerade: 3 publicerades i tid, 1 mer än ett dygn för sent, 1 inte alls. Fyra inlägg \
         publicerades utan att stå i planen. Ett planerat inlägg har inte nått sin tid.",
        "Badhuset stänger",
        "Ny lekplats",
        "tavla.json kunde inte läsas",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Snöröjning"), "what was published in time is counted, not listed");
    let weekly = weekly();
    assert_eq!((section(&weekly, "planned"), section(&weekly, "peers")), (None, None));
    let unit = sample(ReportKind::Unit).report(ReportKind::Monthly, Language::Swedish);
    assert_eq!(section(&unit, "planned"), None, "the plan is the whole organisation's");
}

#[test]
fn beside_peers_as_counted_by_hand() {
    let report = sample(ReportKind::Tertial).report(ReportKind::Tertial, Language::Swedish);
    // Five peers with 100, 150, 200, 250 and 300 followers per 1 000 inhabitants; our own, of 142 000, are fewer.
    let own = number(&report, "peers.facebook.followers.own").unwrap();
    // On 31 August: 11 000 + 4 × 243 followers of the municipality's page, 800 + 607/7 of that for leisure.
    near(Some(own), (11_972.0 + 800.0 + 607.0 / 7.0) / 142.0);
    near(number(&report, "peers.facebook.followers.median"), 200.0);
    near(number(&report, "peers.facebook.followers.least"), 100.0);
    near(number(&report, "peers.facebook.followers.most"), 300.0);
    let below = [100.0, 150.0, 200.0, 250.0, 300.0].iter().filter(|peer| **peer < own).count();
    near(number(&report, "peers.facebook.followers.place"), 20.0 * f64::from(u8::try_from(below).unwrap()));
    // Three peers with views are too few for a place.
    near(number(&report, "peers.facebook.views.median"), 1001.0);
    assert_eq!(number(&report, "peers.facebook.views.place"), None);
    assert!(section(&report, "peers").unwrap().contains("Ekarp, Granvik, Lindås, Tallmo och Ånäs"));
}
