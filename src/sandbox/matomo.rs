//! Matomo's reporting API: one address, questions by form.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Map, Value, json};

use super::ask::{Answer, Ask, matomo_error, pairs};
use super::model::Model;
use super::world::noise::decimal;
use super::world::web::{Visits, WebLedger};

/// Answers one question.
pub(super) fn answer(model: &Model, ask: &Ask) -> Answer {
    if !matches!(ask.path.first().map(String::as_str), None | Some("index.php")) {
        return Answer::status(404, json!("Not found"));
    }
    let refused = "Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.";
    let by_form = ask.form.iter().find(|(key, _)| key == "token_auth").map(|(_, token)| token.as_str());
    let token = by_form.or(ask.bearer());
    if token != Some(&model.world.tokens.matomo) || ask.in_query("token_auth") {
        return Answer::status(401, matomo_error(refused).body);
    }
    if ask.get("module") != Some("API") {
        return matomo_error("The plugin and method format is: module=API&method=…");
    }
    let parameters: Vec<(String, String)> = ask.query.iter().chain(&ask.form).cloned().collect();
    if ask.get("method") == Some("API.getBulkRequest") {
        return bulk(model, &parameters);
    }
    Answer::ok(one(model, &Question(parameters)))
}

/// The parameters of one report.
struct Question(Vec<(String, String)>);

impl Question {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Several questions at once; they inherit what stands outside, and an answer may be an error.
fn bulk(model: &Model, parameters: &[(String, String)]) -> Answer {
    let rows: Vec<Value> = parameters
        .iter()
        .filter(|(key, _)| key.starts_with("urls["))
        .map(|(_, inner)| {
            let mut question = pairs(inner.trim_start_matches('?'));
            question.extend(parameters.iter().filter(|(key, _)| !key.starts_with("urls[") && key != "method").cloned());
            one(model, &Question(question))
        })
        .collect();
    Answer::ok(json!(rows))
}

fn one(model: &Model, question: &Question) -> Value {
    let method = question.get("method").unwrap_or_default();
    match method {
        "API.getMatomoVersion" | "API.getPiwikVersion" => return json!({"value": "5.5.1"}),
        "SitesManager.getSitesWithAtLeastViewAccess" => {
            let sites: Vec<Value> = model
                .sites()
                .iter()
                .map(|site| json!({"idsite": site.site.id, "name": "Björkvalla kommun", "main_url": site.site.address, "timezone": site.site.zone.name()}))
                .collect();
            return json!(sites);
        }
        _ => {}
    }
    let id = question.get("idSite").unwrap_or_default();
    let Some(site) = model.site(id) else {
        return refused(&format!(
            "You can't access this resource as it requires 'view' access for the website id = {id}."
        ));
    };
    if method == "SitesManager.getSiteFromId" {
        return json!({"idsite": site.site.id, "name": "Björkvalla kommun", "main_url": site.site.address, "timezone": site.site.zone.name()});
    }
    if method == "Goals.getGoals" {
        return json!([{"idsite": site.site.id, "idgoal": "1", "name": site.site.goal, "match_attribute": "url", "pattern": "/familjehem/tack", "pattern_type": "contains", "allow_multiple": "0", "revenue": "0", "deleted": "0"}]);
    }
    let spans = match spans(question, site) {
        Ok(spans) => spans,
        Err(text) => return refused(&text),
    };
    let several = spans.several;
    let mut dated = Map::new();
    for (label, days) in spans.each {
        let value = match report(site, method, question, &days) {
            Ok(value) => value,
            Err(text) => return refused(&text),
        };
        if !several {
            return value;
        }
        dated.insert(label, value);
    }
    Value::Object(dated)
}

fn refused(text: &str) -> Value {
    matomo_error(text).body
}

/// The stretches of days that are asked for.
struct Spans {
    /// Whether the answer is a map by date.
    several: bool,
    each: Vec<(String, Vec<NaiveDate>)>,
}

fn date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text {
        "today" => Some(today),
        "yesterday" => Some(today - Days::new(1)),
        _ => text.parse().ok(),
    }
}

fn spans(question: &Question, site: &WebLedger) -> Result<Spans, String> {
    let period = question.get("period").unwrap_or("day");
    let text = question.get("date").ok_or("The parameter 'date' isn't set in the Request.")?;
    let wrong = || {
        format!(
            "The date '{text}' is not a correct date. Expected format YYYY-MM-DD, 'today', 'yesterday', 'lastN' or 'previousN'."
        )
    };
    let today = site.today;
    let (first, last, several) = if let Some((first, last)) = text.split_once(',') {
        (date(first, today).ok_or_else(wrong)?, date(last, today).ok_or_else(wrong)?, period != "range")
    } else if let Some(count) = text.strip_prefix("last").and_then(|count| count.parse::<u64>().ok()) {
        (today - Days::new(count.saturating_sub(1)), today, period != "range")
    } else if let Some(count) = text.strip_prefix("previous").and_then(|count| count.parse::<u64>().ok()) {
        (today - Days::new(count), today - Days::new(1), period != "range")
    } else {
        let day = date(text, today).ok_or_else(wrong)?;
        (day, day, false)
    };
    let mut each = Vec::new();
    let mut start = match period {
        "week" => first - Days::new(u64::from(first.weekday().num_days_from_monday())),
        "month" => first - Days::new(u64::from(first.day0())),
        "year" => first - Days::new(u64::from(first.ordinal0())),
        "day" | "range" => first,
        _ => {
            return Err(format!(
                "The period '{period}' is not supported. Try any of the following instead: day, week, month, year, range"
            ));
        }
    };
    while start <= last {
        let end = match period {
            "day" => start + Days::new(1),
            "week" => start + Days::new(7),
            "month" => start + Months::new(1),
            "year" => start + Months::new(12),
            _ => last + Days::new(1),
        };
        let label = match period {
            "day" => start.to_string(),
            "month" => start.format("%Y-%m").to_string(),
            "year" => start.format("%Y").to_string(),
            _ => format!("{start},{}", end - Days::new(1)),
        };
        each.push((label, start.iter_days().take_while(|day| *day < end).collect()));
        start = end;
    }
    Ok(Spans { several, each })
}

fn report(site: &WebLedger, method: &str, question: &Question, days: &[NaiveDate]) -> Result<Value, String> {
    let visits: Vec<&Visits> = days.iter().filter_map(|day| site.day(*day)).collect();
    let known = [
        "VisitsSummary.get",
        "Referrers.get",
        "Referrers.getReferrerType",
        "Referrers.getSocials",
        "Referrers.getCampaigns",
        "Goals.get",
    ];
    if !known.contains(&method) {
        let (module, action) = method.split_once('.').unwrap_or((method, ""));
        return Err(format!("The method '{action}' does not exist or is not available in the module '{module}'."));
    }
    // A day without data is an empty list, not an empty map.
    if visits.is_empty() {
        return Ok(json!([]));
    }
    let raw = question.get("format_metrics") == Some("0");
    Ok(match method {
        "VisitsSummary.get" => summary(site, days, &visits, question.get("period").unwrap_or("day"), raw),
        "Referrers.get" => referrers(&visits, raw),
        "Referrers.getReferrerType" => referrer_types(&visits),
        "Referrers.getSocials" => socials(&visits),
        "Referrers.getCampaigns" => campaigns(site, &visits),
        _ => match question.get("idGoal") {
            None | Some("1" | "0" | "") => goals(&visits, raw),
            Some(_) => {
                json!({"nb_conversions": 0, "nb_visits_converted": 0, "revenue": 0, "conversion_rate": percent(0, 1, raw)})
            }
        },
    })
}

fn sum(visits: &[&Visits], value: fn(&Visits) -> i64) -> i64 {
    visits.iter().map(|visits| value(visits)).sum()
}

/// A rate as a share, or as the text that Matomo writes unless asked not to.
fn percent(part: i64, whole: i64, raw: bool) -> Value {
    let share = if whole == 0 { 0.0 } else { decimal(part) / decimal(whole) };
    if raw {
        json!((share * 10_000.0).round() / 10_000.0)
    } else {
        json!(format!("{:.1}%", share * 100.0).replace('.', ","))
    }
}

fn summary(site: &WebLedger, days: &[NaiveDate], visits: &[&Visits], period: &str, raw: bool) -> Value {
    let all = sum(visits, |visits| visits.visits);
    let seconds = sum(visits, |visits| visits.seconds);
    let mut summary = Map::new();
    // For years and free stretches the administrator would have to switch it on.
    if matches!(period, "day" | "week" | "month") {
        summary.insert("nb_uniq_visitors".to_owned(), json!(site.visitors(days)));
    }
    let rest = json!({
        "nb_users": 0,
        "nb_visits": all,
        "nb_actions": sum(visits, |visits| visits.actions),
        "nb_visits_converted": sum(visits, |visits| visits.conversions),
        "bounce_count": sum(visits, |visits| visits.bounces),
        "sum_visit_length": seconds,
        "max_actions": 48,
        "bounce_rate": percent(sum(visits, |visits| visits.bounces), all, raw),
        "nb_actions_per_visit": (decimal(sum(visits, |visits| visits.actions)) / decimal(all.max(1)) * 10.0).round() / 10.0,
        "avg_time_on_site": if raw { json!(seconds / all.max(1)) } else { json!(format!("{} min {}s", seconds / all.max(1) / 60, seconds / all.max(1) % 60)) },
    });
    if let Value::Object(rest) = rest {
        summary.extend(rest);
    }
    Value::Object(summary)
}

fn referrers(visits: &[&Visits], raw: bool) -> Value {
    let all = sum(visits, |visits| visits.visits);
    let kinds: [(&str, i64); 5] = [
        ("SearchEngines", sum(visits, |visits| visits.search)),
        ("SocialNetworks", sum(visits, Visits::through_social)),
        ("DirectEntry", sum(visits, |visits| visits.direct)),
        ("Websites", sum(visits, |visits| visits.websites)),
        ("Campaigns", sum(visits, Visits::through_campaigns)),
    ];
    let mut map = Map::new();
    for (kind, count) in kinds {
        map.insert(format!("Referrers_visitorsFrom{kind}"), json!(count));
        map.insert(format!("Referrers_visitorsFrom{kind}_percent"), percent(count, all, raw));
    }
    map.insert("Referrers_distinctSocialNetworks".to_owned(), json!(4));
    Value::Object(map)
}

fn row(label: &str, visits: i64, conversions: i64, segment: &str) -> Value {
    let mut row = json!({
        "label": label,
        "nb_visits": visits,
        "nb_actions": visits * 12 / 5,
        "max_actions": 19,
        "sum_visit_length": visits * 96,
        "bounce_count": visits * 11 / 20,
        "nb_visits_converted": conversions,
        "segment": segment,
    });
    if conversions > 0 {
        row["goals"] =
            json!({"idgoal=1": {"nb_conversions": conversions, "nb_visits_converted": conversions, "revenue": 0}});
    }
    row
}

fn referrer_types(visits: &[&Visits]) -> Value {
    let campaign = sum(visits, |visits| visits.campaign_conversions);
    let other = sum(visits, |visits| visits.conversions) - campaign;
    json!([
        row("Search Engines", sum(visits, |visits| visits.search), other, "referrerType==search"),
        row("Direct Entry", sum(visits, |visits| visits.direct), 0, "referrerType==direct"),
        row("Websites", sum(visits, |visits| visits.websites), 0, "referrerType==website"),
        row("Social Networks", sum(visits, Visits::through_social), 0, "referrerType==social"),
        row("Campaigns", sum(visits, Visits::through_campaigns), campaign, "referrerType==campaign"),
    ])
}

fn socials(visits: &[&Visits]) -> Value {
    let mut rows = Vec::new();
    for index in 0..visits.first().map_or(0, |visits| visits.social.len()) {
        let name = visits[0].social[index].0;
        let count: i64 = visits.iter().map(|visits| visits.social[index].1).sum();
        if count > 0 {
            let mut row = row(name, count, 0, &format!("referrerType==social;referrerName=={name}"));
            row["url"] = json!(format!("{}.com", name.to_lowercase()));
            row["logo"] = json!(format!("plugins/Morpheus/icons/dist/socials/{}.com.png", name.to_lowercase()));
            row["idsubdatatable"] = json!(index + 1);
            rows.push(row);
        }
    }
    json!(rows)
}

fn campaigns(site: &WebLedger, visits: &[&Visits]) -> Value {
    let mut counts = std::collections::BTreeMap::<&str, i64>::new();
    for (name, count) in visits.iter().flat_map(|visits| &visits.campaigns) {
        *counts.entry(name).or_default() += count;
    }
    let reached = sum(visits, |visits| visits.campaign_conversions);
    let mut sorted: Vec<(&str, i64)> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, count)| -count);
    let rows: Vec<Value> = sorted
        .into_iter()
        .enumerate()
        .map(|(index, (name, count))| {
            let conversions = if name == site.site.goal_campaign.0 { reached } else { 0 };
            let mut row = row(name, count, conversions, &format!("referrerType==campaign;referrerName=={name}"));
            row["idsubdatatable"] = json!(index + 1);
            row
        })
        .collect();
    json!(rows)
}

fn goals(visits: &[&Visits], raw: bool) -> Value {
    let (all, reached) = (sum(visits, |visits| visits.visits), sum(visits, |visits| visits.conversions));
    let new = reached * 3 / 5;
    json!({
        "nb_conversions": reached,
        "nb_visits_converted": reached,
        "revenue": 0,
        "conversion_rate": percent(reached, all, raw),
        "nb_conversions_new_visit": new,
        "nb_visits_converted_new_visit": new,
        "nb_conversions_returning_visit": reached - new,
        "nb_visits_converted_returning_visit": reached - new,
    })
}
