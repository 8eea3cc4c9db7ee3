//! `genomslag tokens`: whether they are valid, when they end, what they may do.

use super::Ending;
use super::output;
use super::setup::Setup;
use crate::model::Language;
use crate::words::Locale;

pub(super) async fn run(setup: &Setup) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let tokens = opened.app.state.tokens().await?;
    let dying = tokens.iter().any(|token| token.warning(opened.now).is_some());
    let ending = if dying { Ending::NeedsPerson } else { Ending::Done };
    if setup.common.json {
        output::json(&tokens)?;
        return Ok(ending);
    }
    if tokens.is_empty() {
        output::line(opened.say.pick(
            "Inga nycklar är kända än: kör `genomslag check`.",
            "No tokens are known yet: run `genomslag check`.",
        ));
    }
    let (locale, say, zone) = (Locale::of(opened.language), opened.say, opened.app.config.organisation.zone);
    let heads = match opened.language {
        Language::Swedish => ["Kanal", "Giltig", "Slutar", "Prövad", "Senast lyckad", "Behörigheter"],
        Language::English => ["Channel", "Valid", "Ends", "Checked", "Last success", "Permissions"],
    };
    let rows: Vec<Vec<String>> = tokens
        .iter()
        .map(|token| {
            let ends = match token.ends() {
                Some(end) => locale.date(end.with_timezone(&zone).date_naive()),
                None if token.check.never_expires => say.pick("aldrig", "never").to_owned(),
                None => say.pick("okänt", "unknown").to_owned(),
            };
            let valid = if token.check.valid { say.pick("ja", "yes") } else { say.pick("NEJ", "NO") };
            vec![
                token.check.subject.clone(),
                valid.to_owned(),
                ends,
                locale.instant(token.checked_at, zone),
                token.last_success.map_or_else(|| "–".to_owned(), |at| locale.instant(at, zone)),
                token.check.scopes.join(" "),
            ]
        })
        .collect();
    if !rows.is_empty() {
        output::table(&heads, &rows, &[]);
    }
    Ok(ending)
}
