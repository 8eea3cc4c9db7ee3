//! A municipality made by hand, with numbers that are easy to count: judged on Monday 16 November 2026, after week 46.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use genomslag::analysis::{
    Against, Facts, MatchedBy, PlanOutcome, PlanState, PlanSummary, beside_peers, changes, compared, quality, ranked,
    roll_up, roll_up_units, standings,
};
use genomslag::catalog::Catalog;
use genomslag::model::{
    Calendar, Campaign, ChannelId, Goal, GoalKind, Gravity, Language, MetricName, Organisation, OrganisationUnit,
    PeerTotal, PeerTotals, Period, Platform, Population, PostId, Problem, ReportKind, State, Units,
};
use genomslag::report::{Comment, LastFetch, Material, PeerMaterial, PlannedMaterial, Record, Report, compose};
use genomslag::words::Words;

use crate::analysis::sample::{
    add_channel, add_days, add_points, add_post, add_post_value, add_whole, catalog, day, facts, goal, moment, period,
    point,
};

/// The metrics that are compared.
const METRICS: [&str; 9] = [
    "followers",
    "views",
    "reach",
    "engagements",
    "engagement_rate",
    "posts",
    "visits",
    "social_visits",
    "conversions",
];

/// All that a report is made of, owned.
pub struct Held {
    pub organisation: Organisation,
    pub facts: Facts,
    pub catalog: Catalog,
    pub goals: Vec<Goal>,
    pub campaigns: Vec<Campaign>,
    pub comment: Option<Comment>,
    pub fetches: Vec<LastFetch>,
    pub labels: BTreeMap<(ChannelId, PostId), Vec<String>>,
    pub unit: Option<OrganisationUnit>,
}

/// The moment at which the reports are made: Wednesday 07:00 in Sweden.
pub fn made() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

/// Seven goals, of which four are on track or achieved, one lags, one is behind and one cannot be judged.
pub fn held() -> Held {
    let mut facts = facts("2026-11-16");
    facts.units = Units(vec![
        unit("kommunikation", "Kommunikationsavdelningen", None),
        unit("kultur", "Kultur och fritid", None),
        unit("fritid", "Fritidsgårdarna", Some("kultur")),
    ]);
    facts.population.push(Population {
        date: day("2025-12-31"),
        inhabitants: 142_000,
        source: "SCB, TAB5557".to_owned(),
    });
    for (id, title, platform, owner) in [
        ("fb-kommun", "Björkvalla kommun på Facebook", Platform::Facebook, "kommunikation"),
        ("ig-kommun", "Björkvalla kommun på Instagram", Platform::Instagram, "kommunikation"),
        ("li-kommun", "Björkvalla kommun på LinkedIn", Platform::LinkedIn, "kommunikation"),
        ("fb-fritid", "Fritidsgårdarna på Facebook", Platform::Facebook, "fritid"),
        ("webb", "bjorkvalla.se", Platform::Matomo, "kommunikation"),
    ] {
        add_channel(&mut facts, id, platform);
        let channel = facts.channels.last_mut().unwrap();
        title.clone_into(&mut channel.title);
        channel.unit = owner.into();
        facts.complete_through.push((id.into(), day("2026-11-15")));
    }
    fill(&mut facts);
    posts(&mut facts);
    Held {
        organisation: organisation(),
        facts,
        catalog: catalog(),
        goals: goals(),
        campaigns: vec![campaign()],
        comment: None,
        fetches: fetches(),
        labels: labels(),
        unit: None,
    }
}

impl Held {
    /// Only the youth clubs and what is theirs.
    pub fn of_youth_clubs(mut self) -> Self {
        self.unit = self.facts.units.find(&"fritid".into()).cloned();
        self.goals.retain(|goal| goal.unit.is_some());
        self
    }

    /// The material for the report of the kind over the period.
    pub fn material(&self, kind: ReportKind, language: Language, covered: Period) -> Material<'_> {
        let metrics = METRICS.map(MetricName::from);
        let unit = self.unit.as_ref();
        let channels: Vec<ChannelId> =
            self.facts.channels_of(unit.map(|unit| &unit.id)).into_iter().map(|channel| channel.id.clone()).collect();
        let (facts, catalog) = (&self.facts, &self.catalog);
        let standings = standings(&self.goals, facts, catalog);
        let compared = compared(facts, catalog, &metrics, &channels, covered);
        let fetches = self.fetches.iter().filter(|it| channels.contains(&it.channel)).cloned().collect();
        Material {
            kind,
            language,
            organisation: &self.organisation,
            unit,
            period: covered,
            made: made(),
            as_known_at: None,
            notices: Vec::new(),
            catalog,
            facts,
            rolled_up: roll_up(&standings, facts, catalog),
            units: roll_up_units(&standings, facts),
            changes: changes(facts, catalog, &compared, Against::Previous),
            changes_year: changes(facts, catalog, &compared, Against::YearBefore),
            rankings: ranked(facts, catalog, &channels, covered),
            post_labels: self.labels.clone(),
            label_titles: std::collections::BTreeMap::new(),
            campaigns: self.campaigns.clone(),
            forecasts: Vec::new(),
            score: None,
            shifts: Vec::new(),
            effects: Vec::new(),
            content: Vec::new(),
            strange: Vec::new(),
            quality: quality(facts, catalog, &metrics, &channels, covered),
            restated: vec![("fb-kommun".into(), 2)],
            stood_back: vec![("fb-kommun".into(), 3)],
            planned: Some(planned()),
            peers: Some(peers(facts, catalog, covered)),
            comment: self.comment.clone(),
            record: Record {
                program: "0.1.0".to_owned(),
                configuration: "ab".repeat(32),
                cut_off: Some("2026-11-18T05:41:00Z".parse().unwrap()),
                retention: Some("Bevaras, dokumenthanteringsplan 2024:7".to_owned()),
                case_no: Some("KS 2026/118".to_owned()),
                data_through: channels.iter().map(|id| (id.clone(), Some(day("2026-11-15")))).collect(),
                left_out: Vec::new(),
                configured: Vec::new(),
            },
            standings,
            compared,
            channels,
            fetches,
        }
    }

    /// The report of the kind over its own period.
    pub fn report(&self, kind: ReportKind, language: Language) -> Report {
        compose(&self.material(kind, language, covered(kind)), Words::builtin(language))
    }
}

/// What the kind of report covers.
pub fn covered(kind: ReportKind) -> Period {
    period(match kind {
        ReportKind::Weekly | ReportKind::Unit => "2026-W46",
        ReportKind::Monthly => "2026-10",
        ReportKind::Tertial | ReportKind::Campaign => "2026-T2",
    })
}

/// The sample as the kind of report sees it.
pub fn sample(kind: ReportKind) -> Held {
    let mut held = held();
    // Judged on the day after the period.
    held.facts.today = covered(kind).end();
    match kind {
        ReportKind::Unit => held.of_youth_clubs(),
        _ => held,
    }
}

fn unit(id: &str, title: &str, parent: Option<&str>) -> OrganisationUnit {
    let parent = parent.map(Into::into);
    OrganisationUnit { id: id.into(), title: title.to_owned(), parent, purpose: None }
}

fn organisation() -> Organisation {
    Organisation {
        id: "bjorkvalla".into(),
        name: "Björkvalla kommun".to_owned(),
        zone: chrono_tz::Europe::Stockholm,
        language: Language::Swedish,
        municipality: None,
        calendar: Calendar::default(),
        vision: None,
        retention: None,
    }
}

/// From 1 January 2025 up to 15 November 2026, the same every day but for what is said.
fn fill(facts: &mut Facts) {
    let (first, last) = ("2025-01-01", "2026-11-15");
    // 11 000 on 31 December 2025 (the 365th day), four more every day.
    add_days(facts, "fb-kommun", "followers", first, last, |at| 11_000.0 + 4.0 * (number(at) - 364.0));
    add_days(facts, "fb-kommun", "views", first, "2025-12-31", |_| 800.0);
    add_days(facts, "fb-kommun", "views", "2026-01-01", "2026-11-08", |_| 1_000.0);
    add_days(facts, "fb-kommun", "views", "2026-11-09", last, |_| 1_500.0);
    add_days(facts, "fb-kommun", "engagements", first, last, |_| 40.0);
    add_days(facts, "ig-kommun", "followers", first, last, |_| 5_000.0);
    add_days(facts, "ig-kommun", "views", first, last, |_| 500.0);
    add_days(facts, "ig-kommun", "engagements", first, last, |_| 20.0);
    add_days(facts, "li-kommun", "followers", first, last, |at| 2_000.0 + number(at));
    // Two days of the week are missing: five of seven are too few for a sum.
    add_days(facts, "li-kommun", "views", first, "2026-11-13", |_| 100.0);
    let hidden = ["2026-11-14", "2026-11-15"].map(|text| point(day(text), None, State::Absent));
    add_points(facts, "li-kommun", "views", hidden.into());
    add_days(facts, "fb-fritid", "followers", first, last, |at| 800.0 + number(at) / 7.0);
    add_days(facts, "fb-fritid", "views", first, last, |_| 120.0);
    add_days(facts, "fb-fritid", "engagements", first, last, |_| 6.0);
    add_days(facts, "webb", "visits", first, last, |_| 2_000.0);
    add_days(facts, "webb", "social_visits", first, last, |_| 150.0);
    add_days(facts, "webb", "conversions", first, last, |_| 20.0);
    add_whole(facts, "fb-kommun", "reach", "2026-W46", 4_711.0);
    add_whole(facts, "fb-kommun", "reach", "2026-W45", 3_900.0);
}

fn number(at: usize) -> f64 {
    f64::from(u32::try_from(at).unwrap())
}

/// Three a week from the youth clubs in six of the last eight weeks, two in the others; five in the municipality's own
/// channel in week 46, the last read too early; in October one a day.
fn posts(facts: &mut Facts) {
    for back in 0..46 {
        let monday = day("2026-11-09") - chrono::Days::new(7 * back);
        let many = if back == 2 || back == 5 { 2 } else { 3 };
        for at in 0..many {
            let on = monday + chrono::Days::new(at);
            let id = format!("f{back}-{at}");
            add_post(facts, "fb-fritid", &id, on);
            add_post_value(facts, "fb-fritid", &id, "views", 100.0 + f64::from(u32::try_from(at).unwrap()), seen());
            add_post_value(facts, "fb-fritid", &id, "engagements", 5.0, seen());
        }
    }
    let october: Vec<_> = period("2026-10").iter_days().collect();
    for (at, on) in october.into_iter().enumerate() {
        let id = format!("o{at}");
        add_post(facts, "fb-kommun", &id, on);
        add_post_value(facts, "fb-kommun", &id, "views", 200.0 + 10.0 * number(at), seen());
        add_post_value(facts, "fb-kommun", &id, "engagements", 12.0, seen());
    }
    for (id, on, views) in [("p1", "2026-11-09", 3_000.0), ("p2", "2026-11-11", 1_200.0), ("p3", "2026-11-12", 400.0)] {
        add_post(facts, "fb-kommun", id, day(on));
        let post = facts.posts.last_mut().unwrap();
        post.text =
            format!("Vi söker familjehem, {id}: läs mer om uppdraget och anmäl intresse på vår webbplats i dag");
        post.permalink = Some(format!("https://example.org/{id}"));
        add_post_value(facts, "fb-kommun", id, "views", views, seen());
        add_post_value(facts, "fb-kommun", id, "engagements", views / 20.0, seen());
    }
    // Posts are known since these.
    for channel in ["fb-kommun", "ig-kommun", "li-kommun"] {
        add_post(facts, channel, "first", day("2025-01-02"));
    }
    add_post(facts, "fb-kommun", "p4", day("2026-11-15"));
    add_post_value(facts, "fb-kommun", "p4", "views", 50.0, moment(day("2026-11-16")));
    add_post(facts, "fb-kommun", "p5", day("2026-11-13"));
    facts.posts.sort_by_key(|post| post.published);
}

fn seen() -> DateTime<Utc> {
    "2026-11-18T05:41:00Z".parse().unwrap()
}

fn labels() -> BTreeMap<(ChannelId, PostId), Vec<String>> {
    let labelled = |id: &str, label: &str| (("fb-kommun".into(), id.into()), vec![label.to_owned()]);
    let october = (0..12).map(|at| labelled(&format!("o{at}"), "Familjehem"));
    october.chain([labelled("p1", "Familjehem"), labelled("p2", "Familjehem"), labelled("p3", "Vinterväg")]).collect()
}

/// The seven goals.
pub fn goals() -> Vec<Goal> {
    let of = |id: &str, title: &str, metric: &str, kind: GoalKind, channels: &[&str]| {
        let mut made = goal(metric, kind, "2026-01-01", "2026-12-31");
        made.id = id.into();
        title.clone_into(&mut made.title);
        made.scope.channels = channels.iter().map(|id| (*id).into()).collect();
        made
    };
    let mut followers =
        of("foljare", "Fler invånare följer oss", "followers", GoalKind::Absolute { target: 12_500.0 }, &["fb-kommun"]);
    followers.why = Some("Den som följer oss får veta det viktiga i tid.".to_owned());
    followers.owner_role = Some("kommunikationschef".to_owned());
    followers.record.decided_by = Some("kommunstyrelsen".to_owned());
    followers.record.decided_on = Some(day("2025-12-10"));
    followers.record.case_no = Some("KS 2025/77".to_owned());
    let rate =
        of("svar", "Våra inlägg väcker svar", "engagement_rate", GoalKind::Floor { target: 0.03 }, &["fb-kommun"]);
    let views =
        of("syns", "Fler ser oss på Instagram", "views", GoalKind::Absolute { target: 250_000.0 }, &["ig-kommun"]);
    let mut cadence = of("takt", "Fritidsgårdarna syns", "posts", GoalKind::Cadence { per_week: 3.0 }, &["fb-fritid"]);
    cadence.unit = Some("fritid".into());
    let reach = of("nar", "Vi når alla", "reach", GoalKind::Floor { target: 5_000.0 }, &["fb-kommun", "ig-kommun"]);
    let mut plan = of("plan", "Ny kanalplan", "followers", GoalKind::Milestone { done_on: None }, &[]);
    plan.due = day("2026-12-01");
    let visits = of("besok", "Fler besöker webbplatsen", "visits", GoalKind::Absolute { target: 500_000.0 }, &["webb"]);
    vec![followers, rate, views, cadence, reach, plan, visits]
}

fn campaign() -> Campaign {
    Campaign {
        id: "familjehem".into(),
        title: "Familjehem".to_owned(),
        start: day("2026-08-24"),
        end: day("2026-10-04"),
        unit: None,
        channels: vec!["fb-kommun".into()],
        labels: vec!["Familjehem".to_owned()],
        landing_pages: Vec::new(),
        control_channels: Vec::new(),
        events: Vec::new(),
        why: None,
        outcome: None,
        outcome_channels: Vec::new(),
        smallest_effect: None,
        drawn: false,
    }
}

fn fetches() -> Vec<LastFetch> {
    let at: DateTime<Utc> = "2026-11-18T05:40:00Z".parse().unwrap();
    let of = |id: &str, calls: u32, bytes: u64| LastFetch {
        channel: id.into(),
        at: Some(at),
        succeeded_at: Some(at),
        complete: true,
        calls,
        bytes,
        source: "api:test".to_owned(),
        token_expires: None,
        token_known: true,
        problems: Vec::new(),
    };
    let mut all = vec![
        of("fb-kommun", 24, 180_400),
        of("ig-kommun", 31, 95_000),
        of("li-kommun", 12, 40_100),
        of("fb-fritid", 9, 22_000),
        of("webb", 6, 8_000),
    ];
    all[2].token_expires = Some("2026-12-05T12:00:00Z".parse().unwrap());
    all[2].complete = false;
    // As it was kept before problems had a kind: told as it stands.
    all[2].problems.push(Problem {
        subject: "li-kommun".to_owned(),
        what: "two days came without a value".to_owned(),
        mend: None,
        gravity: Gravity::Warning,
        told: None,
        remedy: None,
    });
    all
}

/// Six planned posts: three in time, one late, one that never came, one that is yet to come; four posts without a plan.
fn planned() -> PlannedMaterial {
    let outcome =
        |plan: &str, title: &str, due: &str, state, posts: &[(&str, MatchedBy)], labels: &[&str]| PlanOutcome {
            plan: plan.to_owned(),
            title: title.to_owned(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            due: Some(due.parse().unwrap()),
            state,
            posts: posts.iter().map(|(id, by)| ("fb-kommun".into(), PostId::from(*id), *by)).collect(),
        };
    let (address, near) = (MatchedBy::Address, MatchedBy::Suggestion);
    let outcomes = vec![
        outcome("1", "Julmarknaden", "2026-11-10T08:00:00Z", PlanState::OnTime, &[("1", address)], &["Kultur"]),
        outcome("2", "Snöröjning", "2026-11-11T08:00:00Z", PlanState::OnTime, &[("2", near)], &["Trafik"]),
        outcome("3", "Lediga jobb", "2026-11-12T08:00:00Z", PlanState::OnTime, &[("3", address)], &["Kultur", "Jobb"]),
        outcome("4", "Badhuset stänger", "2026-11-13T08:00:00Z", PlanState::Late, &[("4", address)], &["Kultur"]),
        outcome("5", "Ny lekplats", "2026-11-14T08:00:00Z", PlanState::NeverPublished, &[], &["Trafik"]),
        outcome("6", "Budgeten", "2026-12-01T08:00:00Z", PlanState::Ahead, &[], &["Jobb"]),
    ];
    let unplanned = ["5", "6", "7", "8"].map(|id| ("fb-kommun".into(), PostId::from(id))).into();
    let by_label = [("Jobb", (1, 1)), ("Kultur", (3, 3)), ("Trafik", (2, 1))];
    let by_label = by_label.map(|(label, counts)| (label.to_owned(), counts)).into();
    let refused = vec!["tavla.json".to_owned()];
    PlannedMaterial { summary: PlanSummary { outcomes, unplanned, by_label }, refused }
}

/// Five peers with followers on Facebook, three of them with views.
fn peers(facts: &Facts, catalog: &Catalog, period: Period) -> PeerMaterial {
    let names = ["Ekarp", "Granvik", "Lindås", "Tallmo", "Ånäs"];
    let total = |metric: &str, per: f64| PeerTotal {
        platform: Some(Platform::Facebook),
        metric: metric.into(),
        value: per * 40.0,
        per_1000: Some(per),
    };
    let peers: Vec<PeerTotals> = (0_u8..5)
        .map(|number| {
            let mut totals = vec![total("followers", 100.0 + 50.0 * f64::from(number))];
            totals.extend((number < 3).then(|| total("views", 1000.0 + f64::from(number))));
            let organisation = names[usize::from(number)].to_owned();
            PeerTotals { organisation, period, source: format!("{number}.json"), totals }
        })
        .collect();
    let metrics = ["followers", "views", "clicks"].map(MetricName::from);
    let beside = beside_peers(facts, catalog, &metrics, &peers, period);
    PeerMaterial { names: names.map(str::to_owned).into(), beside }
}
