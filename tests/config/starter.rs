//! What `genomslag init` writes is a configuration without a fault, whatever was answered.

use genomslag::config::{Answers, ChannelAnswer, Config, check_text, starter};
use genomslag::model::{Language, Platform};
use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::proptest;

fn channel(platform: Platform, account: &str) -> ChannelAnswer {
    ChannelAnswer { platform, account: account.to_owned(), title: None }
}

fn answers(name: &str) -> Answers {
    Answers {
        name: name.to_owned(),
        municipality: Some("0180".to_owned()),
        language: Language::Swedish,
        channels: vec![
            channel(Platform::Facebook, "1000"),
            channel(Platform::Facebook, "1001"),
            channel(Platform::Instagram, "17841400000000001"),
            channel(Platform::LinkedIn, "9000"),
            channel(Platform::Matomo, "1"),
        ],
        matomo_url: Some("https://matomo.granvik.example".to_owned()),
        recipient: Some("Namn <namn@granvik.example>".to_owned()),
        mail_host: Some("smtp.granvik.example".to_owned()),
        year: 2026,
    }
}

fn written(answers: &Answers) -> Vec<(String, String)> {
    starter(answers).into_iter().map(|(path, text)| (path.display().to_string(), text)).collect()
}

fn checked(answers: &Answers) -> Config {
    let files = written(answers);
    check_text(&files).unwrap_or_else(|faults| panic!("{faults}\n{files:#?}"))
}

#[test]
fn everything_answered() {
    let config = checked(&answers("Granviks kommun"));
    assert_eq!(config.organisation.id.as_str(), "granviks-kommun");
    let ids: Vec<&str> = config.channels.iter().map(|channel| channel.id.as_str()).collect();
    assert_eq!(ids, ["facebook", "facebook-2", "instagram", "linkedin", "matomo"]);
    assert_eq!((config.goals.len(), config.reports.len()), (2, 1));
    assert!(config.channels.iter().all(|channel| config.token(channel).is_some()));
    assert_eq!(config.mail.map(|mail| mail.host).as_deref(), Some("smtp.granvik.example"));
}

#[test]
fn nothing_answered_but_the_name() {
    let bare = Answers {
        municipality: None,
        channels: Vec::new(),
        matomo_url: None,
        recipient: None,
        mail_host: None,
        ..answers("Granvik")
    };
    let config = checked(&bare);
    assert!(config.channels.is_empty() && config.goals.is_empty() && config.mail.is_none());
}

#[test]
fn the_files_as_they_are_written() {
    let english = Answers { language: Language::English, ..answers("Granvik") };
    for (language, answers) in [("sv", answers("Granvik")), ("en", english)] {
        let text: Vec<String> =
            written(&answers).into_iter().map(|(name, text)| format!("── {name}\n{text}")).collect();
        insta::assert_snapshot!(format!("starter_{language}"), text.join("\n"));
    }
}

fn platform() -> impl Strategy<Value = Platform> {
    prop_oneof![
        prop::strategy::Just(Platform::Facebook),
        prop::strategy::Just(Platform::Instagram),
        prop::strategy::Just(Platform::LinkedIn),
        prop::strategy::Just(Platform::Matomo)
    ]
}

proptest! {
    /// Names with quotes, backslashes, line breaks and signs of any script: escaped, never a fault.
    #[test]
    fn any_name_is_safe(
        name in "[\\PC\n\t]{0,20}[a-zåäö][\\PC\n\t]{0,20}",
        title in prop::option::of("\\PC{0,10}[a-zåäö]"),
        english in any::<bool>(),
        platforms in prop::collection::vec(platform(), 0..5),
        mailed in any::<bool>(),
    ) {
        let language = if english { Language::English } else { Language::Swedish };
        let channels = platforms
            .into_iter()
            .enumerate()
            .map(|(index, platform)| ChannelAnswer { platform, account: format!("{}", 1000 + index), title: title.clone() })
            .collect();
        let answers = Answers { language, channels, ..answers(&name) };
        let answers = if mailed { answers } else { Answers { recipient: None, mail_host: None, ..answers } };
        checked(&answers);
    }
}
