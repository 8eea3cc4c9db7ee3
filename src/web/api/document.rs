//! The interface described for programs: an `OpenAPI` 3.1 document, made from the types of the answers.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::answer;
use crate::model::Figure;
use crate::pipeline::{
    CampaignAnswer, CampaignLine, ChannelAnswer, ChannelsAnswer, GoalAnswer, GoalsAnswer, PostAnswer, PostsAnswer,
    ReportLine, RunAnswer, TraceAnswer,
};

/// One question.
struct Question {
    path: &'static str,
    summary: &'static str,
    /// The parameters after `?`.
    query: &'static [&'static str],
    answer: fn(&mut SchemaGenerator) -> Schema,
}

/// What narrows a view.
const VIEW: &[&str] = &["period", "unit", "language"];

/// Every question, in the order of the document.
const QUESTIONS: &[Question] = &[
    of("/api/v1/goals", "How the goals stand at the end of the period", VIEW, schema::<GoalsAnswer>),
    of("/api/v1/goals/{goal}", "How one goal stands", VIEW, schema::<GoalAnswer>),
    of("/api/v1/channels", "The channels with their metrics", VIEW, schema::<ChannelsAnswer>),
    of(
        "/api/v1/channels/{channel}",
        "One channel, with the tables behind its charts",
        &["period", "compare", "language"],
        schema::<ChannelAnswer>,
    ),
    of(
        "/api/v1/posts",
        "The posts of the period, the latest first",
        &["period", "unit", "language", "channel", "label", "format"],
        schema::<PostsAnswer>,
    ),
    of("/api/v1/posts/{channel}/{post}", "One post", &["language"], schema::<PostAnswer>),
    of("/api/v1/campaigns", "The campaigns, the latest first", &["unit"], schema::<Vec<CampaignLine>>),
    of("/api/v1/campaigns/{campaign}", "One campaign and what it achieved", &["language"], schema::<CampaignAnswer>),
    of(
        "/api/v1/figures",
        "Every figure of a view, each with how it was computed",
        &["view", "period", "compare", "unit", "language"],
        schema::<Vec<Figure>>,
    ),
    of(
        "/api/v1/figures/{figure}",
        "Where a figure of a view comes from, down to the observations",
        &["view", "period", "compare", "unit", "language"],
        schema::<TraceAnswer>,
    ),
    of("/api/v1/reports", "The reports that were made, the latest first", &["most"], schema::<Vec<ReportLine>>),
    of("/api/v1/reports/{report}", "One report as it was made: the same as its report.json", &[], schema::<Value>),
    of(
        "/api/v1/reports/{report}/figures/{figure}",
        "Where a figure of a report comes from",
        &[],
        schema::<TraceAnswer>,
    ),
    of("/api/v1/runs", "What the last runs fetched, and what it cost", &["most"], schema::<Vec<RunAnswer>>),
];

const fn of(
    path: &'static str,
    summary: &'static str,
    query: &'static [&'static str],
    answer: fn(&mut SchemaGenerator) -> Schema,
) -> Question {
    Question { path, summary, query, answer }
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The document.
pub(super) async fn openapi(headers: HeaderMap) -> Result<Response, Refusal> {
    answer(&headers, &document())
}

fn document() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|it| "/components/schemas".clone_into(it.definitions_path.to_mut()));
    let mut generator = settings.into_generator();
    let mut paths = serde_json::Map::new();
    for question in QUESTIONS {
        let answer = (question.answer)(&mut generator);
        paths.insert(question.path.to_owned(), json!({ "get": operation(question, &answer) }));
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Genomslag",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Read-only: goals, channels, posts, campaigns, reports and runs, and where every figure comes from.",
            "description": "Days are YYYY-MM-DD, instants RFC 3339 in UTC, numbers unrounded. A value that is not there is null and stands beside its reason. Keys are only ever added.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A token made under accounts, with the scope `read`." },
                "session": { "type": "apiKey", "in": "cookie", "name": "genomslag", "description": "The session of a person who is logged in." }
            },
            "schemas": schemas
        }
    })
}

fn operation(question: &Question, answer: &Schema) -> Value {
    let in_path = question.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let id: String = question.path.trim_start_matches("/api/v1/").chars().filter(|it| !"{}".contains(*it)).collect();
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" }, "description": told(name) }))
        .collect();
    parameters.extend(question.query.iter().map(|name| {
        let kind =
            if *name == "most" { json!({ "type": "integer", "minimum": 1, "maximum": 200 }) } else { values(name) };
        json!({ "name": name, "in": "query", "required": false, "schema": kind, "description": told(name) })
    }));
    let refusal = |what: &str| json!({ "description": what });
    json!({
        "operationId": id.replace('/', "-"),
        "summary": question.summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": question.summary,
                "headers": { "ETag": { "description": "A mark of the answer, for If-None-Match.", "schema": { "type": "string" } } },
                "content": { "application/json": { "schema": answer } }
            },
            "304": refusal("The answer is the one that the mark in If-None-Match stands for."),
            "422": refusal("What was asked for cannot be understood; the answer says what and how to mend it."),
            "401": refusal("Neither a session nor a token that is valid."),
            "403": refusal("The token lacks the scope."),
            "404": refusal("There is no such thing, or it lies outside the units of whoever asks.")
        }
    })
}

fn values(name: &str) -> Value {
    match name {
        "compare" => json!({ "type": "string", "enum": ["previous", "year"] }),
        "language" => json!({ "type": "string", "enum": ["sv", "en"] }),
        _ => json!({ "type": "string" }),
    }
}

fn told(name: &str) -> &'static str {
    match name {
        "period" => {
            "The last closed week, month, quarter, tertial or year by that name, or 2026-W46, 2026-11, 2026-T3, 2026-Q4, 2026, 2026-11-01..2026-11-15. Without it the last closed week."
        }
        "unit" => "Only this unit and those below.",
        "language" => "The language of words.",
        "compare" => "What is compared with: the period before, or the same period last year.",
        "view" => {
            "What the figure is part of: whole, posts, channel/NAME, campaign/NAME, post/CHANNEL/ID. Without it whole."
        }
        "most" => "So many at most.",
        "label" => "Only posts with this label.",
        "format" => "Only posts of this kind.",
        "goal" => "The goal's name in the configuration.",
        "channel" => "The channel's name in the configuration.",
        "campaign" => "The campaign's name in the configuration.",
        "post" => "The platform's id of the post.",
        "report" => "The id that is printed on the report's last page.",
        "figure" => "The figure's name: goal.NAME.now.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|it| references(it, found));
            }
            Value::Array(list) => list.iter().for_each(|it| references(it, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_parameter_is_told() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        for (path, item) in document["paths"].as_object().expect("paths") {
            for parameter in item["get"]["parameters"].as_array().expect("a list") {
                assert_ne!(parameter["description"], "", "{path}: {}", parameter["name"]);
            }
        }
    }
}
