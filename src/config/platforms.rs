//! How the platforms are reached, and the channels on them.

use std::collections::BTreeMap;

use url::Url;

use super::fault::say;
use super::refer::{Names, Thing};
use super::secret::SecretRef;
use super::table::Table;
use crate::model::{Channel, ChannelId, LinkedInDoor, Platform, UnitId};

/// How one platform is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The API version to ask for.
    pub version: String,
    /// The base address; none for Matomo without a table of its own, which then has no channels either, and for platforms
    /// whose figures come only as files.
    pub base_url: Option<Url>,
    /// The token.
    pub token: Option<SecretRef>,
    /// Meta: the app's secret, with which questions are signed.
    pub app_secret: Option<SecretRef>,
    /// Meta: the app's public id. With it a person can give consent on the web, and a person's token is exchanged for the
    /// Page's own.
    pub app_id: Option<String>,
}

/// What renews LinkedIn's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedInApp {
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: SecretRef,
    /// The refresh token that a person obtained; a newer one may stand in `state`. None: consent is given on the web.
    pub refresh_token: Option<SecretRef>,
}

/// How every platform is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platforms {
    /// Facebook.
    pub facebook: Access,
    /// Instagram: what it lacks is Facebook's.
    pub instagram: Access,
    /// LinkedIn.
    pub linkedin: Access,
    /// What renews LinkedIn's token, where it is configured.
    pub linkedin_app: Option<LinkedInApp>,
    /// Where LinkedIn's tokens are renewed.
    pub linkedin_token_url: Option<Url>,
    /// Matomo.
    pub matomo: Access,
    /// The platforms whose figures come only as files: nowhere to ask.
    pub files: Access,
}

impl Platforms {
    /// How the platform is reached.
    pub fn access(&self, platform: Platform) -> &Access {
        match platform {
            Platform::Facebook => &self.facebook,
            Platform::Instagram => &self.instagram,
            Platform::LinkedIn => &self.linkedin,
            Platform::Matomo => &self.matomo,
            Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => &self.files,
        }
    }

    /// The same, to be changed: the demo and tests point it at the sandbox.
    pub fn access_mut(&mut self, platform: Platform) -> &mut Access {
        match platform {
            Platform::Facebook => &mut self.facebook,
            Platform::Instagram => &mut self.instagram,
            Platform::LinkedIn => &mut self.linkedin,
            Platform::Matomo => &mut self.matomo,
            Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => &mut self.files,
        }
    }
}

fn access(table: Option<&Table<'_>>, version: &str, base_url: &str, meta: bool) -> Access {
    Access {
        version: table.and_then(|table| table.text("version")).unwrap_or_else(|| version.to_owned()),
        base_url: table.and_then(|table| table.url("base_url")).or_else(|| base_url.parse().ok()),
        token: table.and_then(|table| table.secret("token")),
        app_secret: table.filter(|_| meta).and_then(|table| table.secret("app_secret")),
        app_id: table.filter(|_| meta).and_then(app_id),
    }
}

/// An app's id is of use only with its secret: the exchange wants both.
fn app_id(table: &Table<'_>) -> Option<String> {
    let id = table.text("app_id")?;
    if !table.has("app_secret") {
        table.faults.push_unsure(table.fault(
            "app_id",
            say("`app_secret` is missing beside `app_id`", "`app_secret` saknas bredvid `app_id`"),
            say(
                "expected both, which exchange a person's token, or none for a system user's",
                "väntade båda, som byter en persons nyckel, eller ingen för en systemanvändares",
            ),
        ));
    }
    Some(id)
}

pub(super) fn platforms(root: &Table<'_>) -> Platforms {
    let platform = root.table("platform");
    let below = |name: &str| platform.as_ref().and_then(|table| table.table(name));
    let (facebook, instagram, linkedin, matomo) =
        (below("facebook"), below("instagram"), below("linkedin"), below("matomo"));
    let facebook = access(facebook.as_ref(), "v25.0", "https://graph.facebook.com", true);
    let own = instagram.as_ref();
    let instagram = Access {
        version: own.and_then(|table| table.text("version")).unwrap_or_else(|| facebook.version.clone()),
        base_url: own.and_then(|table| table.url("base_url")).or_else(|| facebook.base_url.clone()),
        token: own.and_then(|table| table.secret("token")).or_else(|| facebook.token.clone()),
        app_secret: own.and_then(|table| table.secret("app_secret")).or_else(|| facebook.app_secret.clone()),
        // A token of its own has an app of its own.
        app_id: own
            .and_then(app_id)
            .or_else(|| facebook.app_id.clone().filter(|_| own.is_none_or(|table| !table.has("token")))),
    };
    let token_url = linkedin.as_ref().and_then(|table| table.url("token_url"));
    Platforms {
        facebook,
        instagram,
        linkedin_app: linkedin.as_ref().and_then(linkedin_app),
        linkedin: access(linkedin.as_ref(), "202608", "https://api.linkedin.com", false),
        linkedin_token_url: token_url.or_else(|| "https://www.linkedin.com/oauth/v2/accessToken".parse().ok()),
        matomo: access(matomo.as_ref(), "5", "", false),
        files: access(None, "file", "", false),
    }
}

fn linkedin_app(table: &Table<'_>) -> Option<LinkedInApp> {
    let keys = ["client_id", "client_secret", "refresh_token"];
    // Without a refresh token a person gives consent on the web.
    let lacking: Vec<&str> = keys[..2].iter().copied().filter(|key| !table.has(key)).collect();
    if let (Some(present), Some(lack)) = (keys.into_iter().find(|key| table.has(key)), lacking.first()) {
        table.faults.push_unsure(table.fault(
            present,
            say(format!("`{lack}` is missing beside `{present}`"), format!("`{lack}` saknas bredvid `{present}`")),
            say(
                "expected `client_id` and `client_secret`, alone or with `refresh_token`, or none of them",
                "väntade `client_id` och `client_secret`, ensamma eller med `refresh_token`, eller ingen av dem",
            ),
        ));
    }
    Some(LinkedInApp {
        client_id: table.text("client_id")?,
        client_secret: table.secret("client_secret")?,
        refresh_token: table.secret("refresh_token"),
    })
}

pub(super) fn channels(
    root: &Table<'_>,
    names: &Names,
    zone: chrono_tz::Tz,
) -> (Vec<Channel>, BTreeMap<ChannelId, SecretRef>, BTreeMap<ChannelId, String>) {
    let mut channels: Vec<Channel> = Vec::new();
    let (mut tokens, mut owners) = (BTreeMap::new(), BTreeMap::new());
    let matomo = root.table("platform").is_some_and(|platform| platform.has("matomo"));
    for table in root.tables("channel") {
        let token = table.secret("token");
        let unit = names.one(&table, "unit", Thing::Unit);
        let (Some(id), Some(title), Some(platform), Some(account)) =
            (table.text("id"), table.text("title"), table.word::<Platform>("platform"), table.text("account"))
        else {
            continue;
        };
        check_platform_keys(&table, platform);
        check_account(&table, platform, &account);
        if platform == Platform::Matomo && !matomo {
            table.faults.push_unsure(table.fault(
                "platform",
                say("there is no `[platform.matomo]`", "det finns ingen `[platform.matomo]`"),
                say("expected the address of your Matomo there", "väntade adressen till er Matomo där"),
            ));
        }
        let channel = Channel {
            id: ChannelId::from(id),
            title,
            platform,
            account,
            unit: UnitId::from(unit.unwrap_or_default()),
            zone: platform.zone().unwrap_or_else(|| table.zone("zone").unwrap_or(zone)),
            door: table.word::<LinkedInDoor>("door").unwrap_or_default(),
            page: table.text("page"),
            stories: table.flag("stories").unwrap_or(false),
            demographics: table.flag("demographics").unwrap_or(false),
            by_files: table.text("source").as_deref() == Some("files"),
        };
        check_twice(&table, &channel, &channels);
        if let Some(token) = token {
            tokens.insert(channel.id.clone(), token);
        }
        if let Some(owner) = table.text("owner") {
            owners.insert(channel.id.clone(), owner);
        }
        channels.push(channel);
    }
    (channels, tokens, owners)
}

fn check_platform_keys(table: &Table<'_>, platform: Platform) {
    let asked = [Platform::Facebook, Platform::Instagram, Platform::LinkedIn, Platform::Matomo];
    let only: [(&str, &[Platform]); 5] = [
        ("zone", &[Platform::Matomo, Platform::Ga4, Platform::Own]),
        ("door", &[Platform::LinkedIn]),
        ("page", &[Platform::Instagram]),
        ("stories", &[Platform::Facebook, Platform::Instagram]),
        ("source", &asked),
    ];
    for (key, platforms) in only {
        if table.has(key) && !platforms.contains(&platform) && !says_nothing(table, key) {
            let titles = platforms.iter().map(|platform| platform.title()).collect::<Vec<_>>();
            table.faults.push(table.fault(
                key,
                say(
                    format!("`{key}` means nothing for {}", platform.title()),
                    format!("`{key}` betyder inget för {}", platform.title()),
                ),
                say(format!("only for {}", titles.join(" and ")), format!("bara för {}", titles.join(" och "))),
            ));
        }
    }
}

/// `stories = false` is true everywhere, `source = "files"` wherever there are only files.
fn says_nothing(table: &Table<'_>, key: &str) -> bool {
    match key {
        "source" => table.text(key).as_deref() == Some("files"),
        "stories" => table.flag(key) == Some(false),
        _ => false,
    }
}

fn check_account(table: &Table<'_>, platform: Platform, account: &str) {
    // Files name their account with a handle, a number or a name of their own: any text does.
    if platform.only_files() || account.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let digits: String = account.rsplit([':', '/']).find(|part| !part.is_empty()).unwrap_or_default().to_owned();
    let fault = table.fault(
        "account",
        say(format!("`{account}` is no account id"), format!("`{account}` är inget konto-id")),
        say(
            format!("expected {}'s number, digits only", platform.title()),
            format!("väntade numret hos {}, bara siffror", platform.title()),
        ),
    );
    let usable = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    table.faults.push(if usable {
        fault.help(say(format!("did you mean `{digits}`?"), format!("menade du `{digits}`?")))
    } else {
        fault.help(say(
            "a name or address is no id; `genomslag check` lists the accounts that a token reaches",
            "ett namn eller en adress är inget id; `genomslag check` listar kontona som en nyckel når",
        ))
    });
}

fn check_twice(table: &Table<'_>, channel: &Channel, before: &[Channel]) {
    let same = |other: &&Channel| other.platform == channel.platform && other.account == channel.account;
    if let Some(other) = before.iter().find(same) {
        table.faults.push(table.fault(
            "account",
            say(
                format!("the account is already channel `{}`", other.id),
                format!("kontot är redan kanalen `{}`", other.id),
            ),
            say(
                "expected each account once: its figures would be counted twice",
                "väntade varje konto en gång: annars räknas värdena dubbelt",
            ),
        ));
    }
}
