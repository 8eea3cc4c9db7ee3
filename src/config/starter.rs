//! What `genomslag init` writes: short, commented, and valid.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::value::slug;
use crate::model::{Language, Platform};

/// A channel as somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAnswer {
    /// The platform.
    pub platform: Platform,
    /// The platform's id of the account.
    pub account: String,
    /// The name that readers see; none: made of platform and organisation.
    pub title: Option<String>,
}

/// What `genomslag init` asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The organisation's name.
    pub name: String,
    /// Its four-digit municipality code.
    pub municipality: Option<String>,
    /// The language of its reports and of the comments in the files.
    pub language: Language,
    /// Its channels.
    pub channels: Vec<ChannelAnswer>,
    /// The address of its Matomo.
    pub matomo_url: Option<String>,
    /// Who gets the weekly report.
    pub recipient: Option<String>,
    /// The mail server.
    pub mail_host: Option<String>,
    /// The year whose end is the first goals' due date: that of the clock that was given.
    pub year: i32,
}

/// The files of a first configuration, by their paths within the folder. Values are escaped, so that any name is safe;
/// whether an account id is right is for [`super::check_text`] to say.
pub fn starter(answers: &Answers) -> Vec<(PathBuf, String)> {
    let words = Words(answers.language);
    vec![
        (PathBuf::from("genomslag.toml"), main_file(answers, words)),
        (PathBuf::from("goals.toml"), goals_file(answers, words)),
        (PathBuf::from("reports.toml"), reports_file(answers, words)),
    ]
}

/// Texts in the language of the answers.
#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn say(self, en: &'static str, sv: &'static str) -> &'static str {
        match self.0 {
            Language::Swedish => sv,
            Language::English => en,
        }
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

fn main_file(answers: &Answers, words: Words) -> String {
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    line(words.say(
        "# The organisation and its channels. Every key is explained in the example: `genomslag demo` and config/ in the source.",
        "# Organisationen och dess kanaler. Varje nyckel förklaras i exemplet: config/ i källkoden.",
    ));
    line(words.say(
        "# Check with `genomslag check`. Secrets never stand here, only where they are: { env = \"NAME\" } or { file = \"path\" }.",
        "# Kontrollera med `genomslag check`. Hemligheter står aldrig här, bara var de finns: { env = \"NAMN\" } eller { file = \"sökväg\" }.",
    ));
    line("\n[organisation]");
    line(&format!("id = {}", quoted(&slug(&answers.name))));
    line(&format!("name = {}", quoted(&answers.name)));
    line(&format!("language = {}", quoted(answers.language.code())));
    match &answers.municipality {
        Some(code) => line(&format!("municipality = {}", quoted(code))),
        None => line(
            words.say("# municipality = \"0180\"      # four digits", "# municipality = \"0180\"      # fyra siffror"),
        ),
    }
    line("\n[[unit]]\nid = \"kommunikation\"");
    line(words.say("title = \"Communications\"", "title = \"Kommunikation\""));
    line(words.say(
        "\n# Inhabitants, for values per 1,000 inhabitants:\n# [[population]]\n# date = 2025-12-31\n# inhabitants = 41200\n# source = \"SCB\"",
        "\n# Invånare, för värden per 1 000 invånare:\n# [[population]]\n# date = 2025-12-31\n# inhabitants = 41200\n# source = \"SCB\"",
    ));
    for platform in Platform::ALL.into_iter().filter(|platform| used(answers, *platform)) {
        if let Some(table) = platform_table(platform, answers) {
            line(&table);
        }
    }
    for (id, channel) in channel_ids(answers).iter().zip(&answers.channels) {
        let title = channel.title.clone().unwrap_or_else(|| format!("{} – {}", answers.name, channel.platform.title()));
        line(&format!(
            "\n[[channel]]\nid = {}\ntitle = {}\nplatform = \"{}\"\naccount = {}\nunit = \"kommunikation\"",
            quoted(id),
            quoted(&title),
            channel.platform,
            quoted(&channel.account)
        ));
    }
    if answers.channels.is_empty() {
        line(words.say(
            "\n# A channel:\n# [[channel]]\n# id = \"facebook\"\n# title = \"Our page\"\n# platform = \"facebook\"     # facebook, instagram, linkedin or matomo\n# account = \"100000000000001\"\n# unit = \"kommunikation\"",
            "\n# En kanal:\n# [[channel]]\n# id = \"facebook\"\n# title = \"Vår sida\"\n# platform = \"facebook\"     # facebook, instagram, linkedin eller matomo\n# account = \"100000000000001\"\n# unit = \"kommunikation\"",
        ));
    }
    text
}

fn used(answers: &Answers, platform: Platform) -> bool {
    answers.channels.iter().any(|channel| channel.platform == platform)
}

fn platform_table(platform: Platform, answers: &Answers) -> Option<String> {
    Some(match platform {
        Platform::Facebook => "\n[platform.facebook]\ntoken = { env = \"GENOMSLAG_META_TOKEN\" }".to_owned(),
        // Facebook's token opens Instagram too.
        Platform::Instagram if used(answers, Platform::Facebook) => return None,
        Platform::Instagram => "\n[platform.instagram]\ntoken = { env = \"GENOMSLAG_META_TOKEN\" }".to_owned(),
        Platform::LinkedIn => "\n[platform.linkedin]\ntoken = { env = \"GENOMSLAG_LINKEDIN_TOKEN\" }".to_owned(),
        Platform::Matomo => {
            let url = answers.matomo_url.as_deref().unwrap_or("https://matomo.example");
            format!("\n[platform.matomo]\nbase_url = {}\ntoken = {{ env = \"GENOMSLAG_MATOMO_TOKEN\" }}", quoted(url))
        }
        // Their figures come as files: there is nothing to reach.
        Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => return None,
    })
}

/// `facebook`, `instagram`, `facebook-2`: the first of each platform bears its name.
fn channel_ids(answers: &Answers) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for channel in &answers.channels {
        let base = channel.platform.as_str();
        let before = ids.iter().filter(|id| id.as_str() == base || id.starts_with(&format!("{base}-"))).count();
        ids.push(if before == 0 { base.to_owned() } else { format!("{base}-{}", before + 1) });
    }
    ids
}

fn goals_file(answers: &Answers, words: Words) -> String {
    let mut text = String::from(words.say(
        "# The goals. Five lines are a whole goal; the metrics are listed by `genomslag metrics`.\n",
        "# Målen. Fem rader är ett helt mål; måtten listas av `genomslag metrics`.\n",
    ));
    let social: Vec<_> = channel_ids(answers)
        .into_iter()
        .zip(&answers.channels)
        .filter(|(_, channel)| channel.platform != Platform::Matomo)
        .map(|(id, _)| id)
        .collect();
    // Without a channel that counts them there would be nothing to judge: the goals then stand as remarks.
    let hash = if social.is_empty() { "# " } else { "" };
    let due = answers.year.clamp(2000, 2099);
    let goals = [
        (
            "foljare",
            words.say("More people follow us", "Fler följer oss"),
            format!(
                "metric = \"followers\"\nkind = \"relative_growth\"\ntarget = 0.10             # {}",
                words.say("ten per cent more than at the start of the year", "tio procent fler än vid årets början")
            ),
        ),
        (
            "inlagg",
            words.say("We publish every week", "Vi publicerar varje vecka"),
            format!(
                "metric = \"posts\"\nkind = \"cadence\"\ntarget = 3                # {}",
                words.say("posts a week, all channels together", "inlägg i veckan, alla kanaler tillsammans")
            ),
        ),
    ];
    for (id, title, rest) in goals {
        let goal = format!("[[goal]]\nid = \"{id}-{due}\"\ntitle = \"{title}\"\n{rest}\ndue = {due}-12-31");
        text.push('\n');
        for line in goal.lines() {
            text.push_str(hash);
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn reports_file(answers: &Answers, words: Words) -> String {
    let mut text = String::from(words.say(
        "# The reports. Without a schedule a report is made on demand: `genomslag report weekly`.\n",
        "# Rapporterna. Utan schema görs en rapport på begäran: `genomslag report veckorapport`.\n",
    ));
    let id = words.say("weekly", "veckorapport");
    let when = words.say("wednesday 07:00", "onsdag 07:00");
    let _ = write!(text, "\n[[report]]\nid = \"{id}\"\nkind = \"weekly\"\nschedule = \"{when}\"\n");
    match (&answers.recipient, &answers.mail_host) {
        (Some(recipient), Some(host)) => {
            let from = recipient.split_once('<').map_or(recipient.as_str(), |(_, rest)| rest.trim_end_matches('>'));
            let domain = from.rsplit_once('@').map_or("example.org", |(_, host)| host);
            let _ = write!(
                text,
                "recipients = [{}]\n\n[mail]\nhost = {}\nfrom = {}\n# username = \"genomslag\"\n# password = {{ env = \"GENOMSLAG_MAIL_PASSWORD\" }}\n",
                quoted(recipient),
                quoted(host),
                quoted(&format!("genomslag@{domain}"))
            );
        }
        (recipient, _) => {
            let address = recipient.as_deref().unwrap_or("namn@kommun.se");
            let _ = write!(
                text,
                "# recipients = [{}]\n\n# [mail]\n# host = \"smtp.kommun.se\"\n# from = \"genomslag@kommun.se\"\n",
                quoted(address)
            );
        }
    }
    text
}
