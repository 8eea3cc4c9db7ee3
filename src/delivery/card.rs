//! What a chat channel is shown of a report: page one, as an Adaptive Card for Teams and as blocks for Slack.

use serde_json::{Value, json};

/// One goal in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardGoal {
    /// Its name.
    pub title: String,
    /// Shape and status word.
    pub status: String,
    /// Where it stands, in words.
    pub detail: String,
}

/// What a chat channel is shown of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The language, as in BCP 47.
    pub language: String,
    /// e.g. `Effektrapport vecka 46`.
    pub title: String,
    /// Organisation or unit, and period.
    pub subtitle: String,
    /// What must be said before anything else.
    pub notices: Vec<String>,
    /// One sentence.
    pub headline: String,
    /// The goals.
    pub goals: Vec<CardGoal>,
    /// What changed most.
    pub changes: Vec<String>,
    /// The report's id.
    pub id: String,
    /// Words and address of a link to the whole report.
    pub link: Option<(String, String)>,
}

/// The longest text that Slack takes in one block.
const SLACK_TEXT: usize = 2_900;

/// The message for a Teams workflow: one Adaptive Card.
pub fn teams(card: &Card) -> Value {
    let text = |text: &str| json!({"type": "TextBlock", "text": plain(text), "wrap": true});
    let mut body = vec![
        json!({"type": "TextBlock", "text": plain(&card.title), "wrap": true, "size": "Large", "weight": "Bolder", "style": "heading"}),
        json!({"type": "TextBlock", "text": plain(&card.subtitle), "wrap": true, "isSubtle": true, "spacing": "None"}),
    ];
    for notice in &card.notices {
        body.push(json!({"type": "TextBlock", "text": plain(notice), "wrap": true, "color": "Warning"}));
    }
    body.push(json!({"type": "TextBlock", "text": plain(&card.headline), "wrap": true, "weight": "Bolder"}));
    if !card.goals.is_empty() {
        let facts: Vec<Value> = card
            .goals
            .iter()
            .map(|goal| json!({"title": plain(&goal.title), "value": plain(&format!("{}. {}", goal.status, goal.detail))}))
            .collect();
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    body.extend(card.changes.iter().map(|change| text(change)));
    body.push(json!({"type": "TextBlock", "text": plain(&card.id), "wrap": true, "isSubtle": true, "size": "Small"}));
    let actions: Vec<Value> = card
        .link
        .iter()
        .map(|(title, address)| json!({"type": "Action.OpenUrl", "title": title, "url": address}))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "lang": card.language,
                "fallbackText": format!("{}: {}", card.title, card.headline),
                "body": body,
                "actions": actions,
            },
        }],
    })
}

/// The message for a Slack webhook.
pub fn slack(card: &Card) -> Value {
    let section = |text: String| {
        let text: String = text.chars().take(SLACK_TEXT).collect();
        json!({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    };
    let mut blocks = vec![json!({
        "type": "header",
        "text": {"type": "plain_text", "text": card.title.chars().take(150).collect::<String>()},
    })];
    blocks.push(json!({"type": "context", "elements": [{"type": "mrkdwn", "text": slack_text(&card.subtitle)}]}));
    let notices = card.notices.iter().map(|notice| format!("_{}_", slack_text(notice)));
    blocks.extend(notices.chain([format!("*{}*", slack_text(&card.headline))]).map(section));
    if !card.goals.is_empty() {
        let lines: Vec<String> = card
            .goals
            .iter()
            .map(|goal| {
                let (title, status) = (slack_text(&goal.title), slack_text(&goal.status));
                format!("• *{title}*: {status}. {}", slack_text(&goal.detail))
            })
            .collect();
        blocks.push(section(lines.join("\n")));
    }
    if !card.changes.is_empty() {
        let lines: Vec<String> = card.changes.iter().map(|change| format!("• {}", slack_text(change))).collect();
        blocks.push(section(lines.join("\n")));
    }
    if let Some((title, address)) = &card.link {
        blocks.push(section(format!("<{address}|{}>", slack_text(title))));
    }
    blocks.push(json!({"type": "context", "elements": [{"type": "mrkdwn", "text": slack_text(&card.id)}]}));
    json!({"text": format!("{}: {}", card.title, card.headline), "blocks": blocks})
}

/// Adaptive Cards read a little Markdown: what is no markup of ours is none.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '*' | '_' | '[' | ']' | '`' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Slack's three letters that mean something.
fn slack_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            language: "sv".to_owned(),
            title: "Effektrapport vecka 46".to_owned(),
            subtitle: "Björkvalla kommun, 9–15 november 2026".to_owned(),
            notices: vec!["Preliminär: <LinkedIn> saknas".to_owned()],
            headline: "Fyra av sex mål är i fas.".to_owned(),
            goals: vec![CardGoal {
                title: "Följare_2027".to_owned(),
                status: "▲ I fas".to_owned(),
                detail: "12 400".to_owned(),
            }],
            changes: vec!["Räckvidden ökade.".to_owned()],
            id: "weekly-2026-W46-sv-3f9a1c2b".to_owned(),
            link: Some(("Öppna rapporten".to_owned(), "https://rapport.example/r/1".to_owned())),
        }
    }

    #[test]
    fn the_teams_card_carries_page_one_and_no_stray_markup() {
        let card = teams(&card());
        let content = &card["attachments"][0]["content"];
        assert_eq!(content["type"], "AdaptiveCard");
        assert_eq!(content["body"][3]["text"], "Fyra av sex mål är i fas.");
        assert_eq!(content["body"][4]["facts"][0]["title"], "Följare\\_2027");
        assert_eq!(content["actions"][0]["url"], "https://rapport.example/r/1");
    }

    #[test]
    fn slack_text_cannot_become_a_link() {
        let message = slack(&card());
        assert_eq!(message["blocks"][2]["text"]["text"], "_Preliminär: &lt;LinkedIn&gt; saknas_");
        assert_eq!(message["text"], "Effektrapport vecka 46: Fyra av sex mål är i fas.");
    }
}
