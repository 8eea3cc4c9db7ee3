//! `genomslag init`: a configuration from a few answers.

use std::io::{self, BufRead, Write};

use chrono::Datelike;

use super::Ending;
use super::args::Init;
use super::output::{self, Hinted};
use super::say::Say;
use super::setup::Setup;
use crate::config::{Answers, ChannelAnswer, check_text, starter};
use crate::model::{Language, Platform};
use crate::pipeline::write_file;

pub(super) fn run(setup: &Setup, options: &Init) -> anyhow::Result<Ending> {
    let language = setup.asked_language().unwrap_or_default();
    let folder = &setup.common.config;
    let taken = folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        let what = format!("`{}` is there already, and is left as it is", folder.display());
        let error = Hinted::new(what, "choose another folder: `genomslag init --config DIR`").swedish(
            format!("`{}` finns redan, och lämnas som den är", folder.display()),
            "välj en annan mapp: `genomslag init --config MAPP`",
        );
        return Err(error.into());
    }
    let year = setup.now(chrono_tz::Europe::Stockholm)?.year();
    let answers = if options.yes { given(options, language, year)? } else { asked(options, language, year)? };
    let files = starter(&answers);
    let texts: Vec<(String, String)> =
        files.iter().map(|(path, text)| (folder.join(path).display().to_string(), text.clone())).collect();
    check_text(&texts).map_err(|faults| setup.tell(&faults))?;
    for (path, text) in &files {
        write_file(folder, &path.display().to_string(), text.as_bytes())?;
    }
    let names: Vec<String> = texts.into_iter().map(|(name, _)| name).collect();
    if setup.common.json {
        output::json(&serde_json::json!({"files": names}))?;
        return Ok(Ending::Done);
    }
    let say = Say(language);
    for name in names {
        output::line(name);
    }
    output::line(say.pick("Nästa steg: `genomslag check`.", "Next: `genomslag check`."));
    Ok(Ending::Done)
}

fn channel(text: &str) -> anyhow::Result<ChannelAnswer> {
    let fault = || {
        let what = format!("`{text}` is not a channel");
        Hinted::new(what, "write it as `platform:account`, e.g. `facebook:100000000000001`")
            .swedish(format!("`{text}` är ingen kanal"), "skriv `plattform:konto`, t.ex. `facebook:100000000000001`")
    };
    let (platform, account) = text.split_once(':').ok_or_else(fault)?;
    let platform = Platform::parse(platform.trim()).ok_or_else(fault)?;
    Ok(ChannelAnswer { platform, account: account.trim().to_owned(), title: None })
}

fn given(options: &Init, language: Language, year: i32) -> anyhow::Result<Answers> {
    let name = options.name.clone().ok_or_else(|| {
        Hinted::new("the organisation's name is missing", "give it with `--name`, or leave `--yes` out to be asked")
            .swedish(
                "organisationens namn saknas",
                "ange det med `--name`, eller utelämna `--yes` för att bli tillfrågad",
            )
    })?;
    Ok(Answers {
        name,
        municipality: options.municipality.clone(),
        language,
        channels: options.channels.iter().map(|text| channel(text)).collect::<Result<_, _>>()?,
        matomo_url: None,
        recipient: None,
        mail_host: None,
        year,
    })
}

fn asked(options: &Init, language: Language, year: i32) -> anyhow::Result<Answers> {
    let say = Say(language);
    let name = match &options.name {
        Some(name) => name.clone(),
        None => loop {
            if let Some(name) = ask(say.pick("Organisationens namn", "The organisation's name"))? {
                break name;
            }
        },
    };
    let code =
        || ask(say.pick("Kommunkod, fyra siffror (tomt: ingen)", "Municipality code, four digits (empty: none)"));
    let municipality = options.municipality.clone().map_or_else(code, |code| Ok(Some(code)))?;
    let mut channels: Vec<ChannelAnswer> =
        options.channels.iter().map(|text| channel(text)).collect::<Result<_, _>>()?;
    while let Some(text) = ask(say.pick(
        "En kanal, plattform:konto, t.ex. facebook:100000000000001 (tomt: inga fler)",
        "A channel, platform:account, e.g. facebook:100000000000001 (empty: no more)",
    ))? {
        match channel(&text) {
            Ok(channel) => channels.push(channel),
            Err(error) => output::error(language, &error),
        }
    }
    let matomo = channels.iter().any(|channel| channel.platform == Platform::Matomo);
    let matomo_url =
        if matomo { ask(say.pick("Matomos adress, https://…", "Matomo's address, https://…"))? } else { None };
    let recipient = ask(say.pick(
        "E-postadress som får veckorapporten (tomt: ingen än)",
        "Address that gets the weekly report (empty: none yet)",
    ))?;
    let host = || ask(say.pick("E-postserver", "Mail server"));
    let mail_host = recipient.as_ref().map_or(Ok(None), |_| host())?;
    Ok(Answers { name, municipality, language, channels, matomo_url, recipient, mail_host, year })
}

/// Asks on standard error and reads a line; none when it is empty.
///
/// # Errors
/// When there is nobody who could answer.
fn ask(question: &str) -> anyhow::Result<Option<String>> {
    output::ask(question);
    io::stderr().flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        let error = Hinted::new("nobody answers", "give the answers as options: `genomslag init --yes --name …`")
            .swedish("ingen svarar", "ge svaren som val: `genomslag init --yes --name …`");
        return Err(error.into());
    }
    Ok(Some(line.trim().to_owned()).filter(|line| !line.is_empty()))
}
