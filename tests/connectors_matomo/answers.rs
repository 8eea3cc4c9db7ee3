//! Questions and answers of Matomo's reporting interface, in the forms that its documents and its source show.

use genomslag::connectors::matomo::Matomo;
use genomslag::connectors::{Connector, ReadError, Refusal, Reply, Request, Task};
use genomslag::model::{State, told};
use genomslag::words::problems::english;
use serde_json::{Value as Json, json};

use super::task;
use crate::support::readings::{asking, at, lines, one, period, sent, shown};

fn asked(ask: &str) -> Request {
    one(&Matomo.plan(&task()), ask)
}

fn read(request: &Request, body: &Json) -> Reply {
    Matomo.read(&task(), request, body.to_string().as_bytes()).unwrap()
}

#[test]
fn everything_is_asked_in_bulk_and_numbers_without_units() {
    let base = "idSite=3&format_metrics=0&filter_limit=-1&language=en";
    let days = "period=day&date=2026-11-16,2026-11-17";
    let bulk = "Post /index.php?module=API&method=API.getBulkRequest&format=JSON";
    let expected = [
        format!(
            "{bulk}&urls[0]=method=VisitsSummary.get&{base}&{days}&urls[1]=method=Referrers.get&{base}&{days}&urls[2]=method=Referrers.getSocials&{base}&{days}&urls[3]=method=Referrers.getCampaigns&{base}&{days}&urls[4]=method=Goals.get&{base}&{days}"
        ),
        // The week of the run is not over and is not asked for.
        format!(
            "{bulk}&urls[0]=method=VisitsSummary.get&{base}&period=week&date=2026-11-09&urls[1]=method=VisitsSummary.get&{base}&period=month&date=2026-10-01"
        ),
        format!("{bulk}&urls[0]=method=Goals.getGoals&{base}"),
    ];
    assert_eq!(Matomo.plan(&task()).iter().map(sent).collect::<Vec<_>>(), expected);
}

#[test]
fn the_day_of_the_run_is_not_asked_and_a_day_is_the_sites_own() {
    // Half past midnight in Sweden on the 18th: the 17th is over there, though not in UTC.
    let early = Task { now: at("2026-11-17T23:30:00Z"), days: period("2026-11-16", "2026-11-20"), ..task() };
    assert_eq!(one(&Matomo.plan(&early), "series").span, Some(period("2026-11-16", "2026-11-18")));
}

fn visits(count: i64) -> Json {
    json!({"nb_visits": count, "nb_uniq_visitors": count - 1, "nb_actions": count * 3, "nb_visits_converted": 1, "bounce_rate": 0.4})
}

#[test]
fn days_are_read_and_an_empty_list_of_a_computed_day_is_zero() {
    let body = json!([
        {"2026-11-16": visits(40), "2026-11-17": visits(50)},
        {"2026-11-16": {"Referrers_visitorsFromSocialNetworks": "4", "Referrers_visitorsFromCampaigns": 2}, "2026-11-17": []},
        {"2026-11-16": [{"label": "Facebook", "nb_visits": 3, "goals": {"idgoal=2": {"nb_conversions": 1}}}], "2026-11-17": []},
        {"2026-11-16": [{"label": 2026, "nb_visits": 2, "goals": {"idgoal=2": {"nb_conversions": "1"}}}], "2026-11-17": []},
        {"2026-11-16": {"nb_conversions": 2}, "2026-11-17": []},
    ]);
    let lines = lines(&read(&asked("series"), &body).readings);
    let expected = [
        "nb_visits day 2026-11-16..2026-11-17 40 ok",
        "nb_uniq_visitors day 2026-11-16..2026-11-17 39 ok",
        "nb_actions day 2026-11-16..2026-11-17 120 ok",
        "nb_visits_converted day 2026-11-16..2026-11-17 1 ok",
        "Referrers_visitorsFromSocialNetworks day 2026-11-16..2026-11-17 4 ok",
        "Referrers_visitorsFromCampaigns day 2026-11-16..2026-11-17 2 ok",
        "Referrers.getSocials.nb_visits[network=Facebook] day 2026-11-16..2026-11-17 3 ok",
        "Referrers.getSocials.nb_conversions[goal=2,network=Facebook] day 2026-11-16..2026-11-17 1 ok",
        "Referrers.getCampaigns.nb_visits[campaign=2026] day 2026-11-16..2026-11-17 2 ok",
        "Referrers.getCampaigns.nb_conversions[campaign=2026,goal=2] day 2026-11-16..2026-11-17 1 ok",
        "nb_conversions day 2026-11-16..2026-11-17 2 ok",
        "nb_visits day 2026-11-17..2026-11-18 50 ok",
        "nb_uniq_visitors day 2026-11-17..2026-11-18 49 ok",
        "nb_actions day 2026-11-17..2026-11-18 150 ok",
        "nb_visits_converted day 2026-11-17..2026-11-18 1 ok",
        // Matomo writes no zeros: a summary that is missing on a day with visits is one.
        "Referrers_visitorsFromSocialNetworks day 2026-11-17..2026-11-18 0 ok",
        "Referrers_visitorsFromCampaigns day 2026-11-17..2026-11-18 0 ok",
        "nb_conversions day 2026-11-17..2026-11-18 0 ok",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_day_whose_visits_are_an_empty_list_is_absent_with_all_that_hangs_on_it() {
    let none = json!({"2026-11-16": [], "2026-11-17": []});
    let reply = read(&asked("series"), &json!([none, none, none, none, none]));
    assert!(reply.readings.iter().all(|one| one.state == State::Absent && one.value.is_none()));
    // Visits, visitors, social, campaigns, conversions on two days: what goals can want.
    assert_eq!(reply.readings.len(), 10);
}

#[test]
fn a_day_that_ended_an_hour_ago_is_preliminary() {
    // 00:30 in Sweden on the 18th: the 17th ended half an hour ago, the 16th a day ago.
    let early = Task { now: at("2026-11-17T23:30:00Z"), ..task() };
    let body = json!([{"2026-11-16": visits(40), "2026-11-17": visits(50)}, [], [], [], []]).to_string();
    let reply = Matomo.read(&early, &one(&Matomo.plan(&early), "series"), body.as_bytes()).unwrap();
    let visits: Vec<_> = reply.readings.iter().filter(|one| one.metric == "nb_visits").map(|one| one.state).collect();
    assert_eq!(visits, [State::Ok, State::Preliminary]);
}

#[test]
fn unique_visitors_of_a_week_and_a_month_are_windows_of_their_own() {
    let body =
        json!([{"nb_visits": 300, "nb_uniq_visitors": 210}, {"nb_visits": 1200, "sum_daily_nb_uniq_visitors": 900}]);
    assert_eq!(
        lines(&read(&asked("windows"), &body).readings),
        [
            "nb_visits week 2026-11-09..2026-11-16 300 ok",
            "nb_uniq_visitors week 2026-11-09..2026-11-16 210 ok",
            "nb_visits month 2026-10-01..2026-11-01 1200 ok",
            // The sum of daily visitors never stands in for the visitors of a month.
            "nb_uniq_visitors month 2026-10-01..2026-11-01 - absent",
        ]
    );
}

#[test]
fn goals_are_listed_in_either_form_and_deleted_ones_are_left_out() {
    let list = json!([[{"idgoal": "1", "name": "x"}, {"idgoal": 2, "deleted": "1"}, {"idgoal": 4}]]);
    let map = json!([{"1": {"idgoal": "1"}, "4": {"idgoal": 4, "deleted": 0}}]);
    for body in [list, map] {
        let reply = read(&asked("goals"), &body);
        assert_eq!(reply.next.len(), 1);
        let text = sent(&reply.next[0]);
        assert!(text.contains("&idGoal=1") && text.contains("&idGoal=4") && !text.contains("&idGoal=2"), "{text}");
    }
    assert!(read(&asked("goals"), &json!([[]])).next.is_empty());
}

#[test]
fn conversions_of_one_goal_are_kept_apart_from_the_total() {
    let next = read(&asked("goals"), &json!([[{"idgoal": 4}]])).next.remove(0);
    let days = |value: Json| json!({"2026-11-16": value, "2026-11-17": []});
    let body = json!([days(visits(40)), days(json!({"nb_conversions": 3}))]);
    assert_eq!(
        lines(&read(&next, &body).readings),
        [
            "nb_conversions[goal=4] day 2026-11-16..2026-11-17 3 ok",
            "nb_conversions[goal=4] day 2026-11-17..2026-11-18 - absent"
        ]
    );
}

#[test]
fn labels_cannot_break_a_dimension() {
    let rows = json!([{"label": "höst=vår, 50%", "nb_visits": 1}]);
    let body = json!([{"2026-11-16": visits(4)}, [], [], {"2026-11-16": rows}, []]);
    let lines = lines(&read(&asked("series"), &body).readings);
    let campaign = lines.iter().find(|line| line.starts_with("Referrers.getCampaigns.nb_visits")).unwrap();
    assert!(campaign.contains("[campaign=höst%3Dvår%2C 50%25]"), "{campaign}");
}

#[test]
fn one_refused_report_is_said_and_the_others_are_read() {
    let refused = json!({"result": "error", "message": "The method 'getCampaigns' does not exist or is not available in the module 'Referrers'."});
    let body = json!([{"2026-11-16": visits(40), "2026-11-17": visits(50)}, [], [], refused, []]);
    let reply = read(&asked("series"), &body);
    assert!(reply.readings.iter().any(|one| one.metric == "nb_visits" && one.state == State::Ok));
    assert_eq!(reply.notices.len(), 1);
    assert!(english(&reply.notices[0]).contains("Referrers.getCampaigns"));
}

#[test]
fn refusals_stand_in_answers_with_status_200() {
    let class = |message: &str| {
        let body = json!({"result": "error", "message": message}).to_string();
        match Matomo.read(&task(), &asked("series"), body.as_bytes()) {
            Err(ReadError::Refused(Refusal::TokenDead(_))) => "token dead",
            Err(ReadError::Refused(Refusal::Forbidden { .. })) => "forbidden",
            Err(ReadError::Refused(Refusal::BadMetric(_))) => "bad metric",
            Err(ReadError::Refused(Refusal::ObjectGone(_))) => "gone",
            Err(ReadError::Refused(Refusal::Transient(_))) => "transient",
            Err(ReadError::Refused(Refusal::Failed(_))) => "failed",
            other => panic!("{other:?}"),
        }
    };
    let cases = [
        (
            "Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.",
            "token dead",
        ),
        ("You can't access this resource as it requires 'view' access for the website id = 3.", "forbidden"),
        ("The plugin Referrers is not enabled. You can activate the plugin on Settings > Plugins page.", "bad metric"),
        ("The method 'get' does not exist or is not available in the module 'Goals'.", "bad metric"),
        ("An unexpected website was found in the request: website id was set to '3'.", "gone"),
        ("Matomo is in scheduled maintenance. Please try again later.", "transient"),
        ("Mysql server has gone away", "transient"),
        ("The date 'x' is not a correct date string.", "failed"),
    ];
    for (message, expected) in cases {
        assert_eq!(class(message), expected, "{message}");
    }
}

#[test]
fn statuses_have_their_class_whatever_the_body() {
    let class = |status: u16, body: &[u8]| match Matomo.explain(&asking("series", &[]), status, body) {
        Refusal::TokenDead(_) => "token dead",
        Refusal::Forbidden { .. } => "forbidden",
        Refusal::TooMuch(_) => "too much",
        Refusal::Throttled { .. } => "throttled",
        Refusal::Transient(_) => "transient",
        Refusal::Failed(_) => "failed",
        other => panic!("{other:?}"),
    };
    let cases = [
        (401, "token dead"),
        (403, "forbidden"),
        (404, "failed"),
        (413, "too much"),
        (429, "throttled"),
        (500, "transient"),
        (503, "transient"),
        (418, "failed"),
    ];
    for (status, expected) in cases {
        for body in [&b"<html>"[..], b"", br#"{"result":"error","message":"x"}"#] {
            assert_eq!(class(status, body), expected, "{status}");
        }
    }
}

#[test]
fn an_answer_of_the_wrong_length_is_not_guessed_at() {
    let outcome = Matomo.read(&task(), &asked("series"), br"[[],[]]");
    assert_eq!(shown(&outcome), "unreadable: 5 reports were asked for and 2 came\n");
    let outcome = Matomo.read(&task(), &asked("series"), br#"{"result":"success","message":"ok"}"#);
    assert_eq!(shown(&outcome), "unreadable: a batch was not answered by a list\n");
    let outcome = Matomo.read(&task(), &asked("series"), b"<html>Logga in</html>");
    assert!(shown(&outcome).contains("a web page came instead of data"));
}

#[test]
fn check_compares_the_zone_of_the_site() {
    let probe = one(&Matomo.probe(&task()), "probe");
    let notices = |zone: &str| read(&probe, &json!([{"value": "5.4.0"}, {"idsite": 3, "timezone": zone}])).notices;
    assert!(notices("Europe/Stockholm").is_empty());
    assert_eq!(notices("UTC"), [told::matomo_zone("3", "UTC", "Europe/Stockholm")]);
}
