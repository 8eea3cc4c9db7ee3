//! Keys of platforms, channels, fetching and storage.

use super::{Kind, Need, PLATFORMS, Section, key};
use Kind::{Address, Date, Flag, Schedule, Secret, Slug, Table, Text, Url, Word, Zone};
use Need::{Default, Optional, Required};

pub static PLATFORM: Section = Section {
    head: "[platform]",
    sv: "Plattformarna. En tabell per plattform.",
    en: "The platforms. One table per platform.",
    keys: &[
        key("facebook", Table(&FACEBOOK), Optional, "Facebook-sidor.", "Facebook Pages."),
        key("instagram", Table(&INSTAGRAM), Optional, "Instagram-konton.", "Instagram accounts."),
        key("linkedin", Table(&LINKEDIN), Optional, "LinkedIn-sidor.", "LinkedIn organisation pages."),
        key("matomo", Table(&MATOMO), Optional, "Webbstatistik i Matomo.", "Web analytics in Matomo."),
    ],
};

static FACEBOOK: Section = Section {
    head: "[platform.facebook]",
    sv: "Facebook-sidor, genom Metas Graph API.",
    en: "Facebook Pages, through Meta's Graph API.",
    keys: &[
        key("version", Text, Default("\"v25.0\""), "API-version.", "API version."),
        key(
            "base_url",
            Url,
            Default("\"https://graph.facebook.com\""),
            "Adressen. Ändras bara i prov.",
            "The address. Only changed in trials.",
        ),
        key(
            "token",
            Secret,
            Optional,
            "Åtkomstnyckel: systemanvändarens i er egen portfölj.",
            "Access token: the system user's in your own portfolio.",
        ),
        key(
            "app_secret",
            Secret,
            Optional,
            "Appens hemlighet; då signeras varje fråga.",
            "The app's secret; every question is then signed.",
        ),
        key(
            "app_id",
            Text,
            Optional,
            "Appens id, ingen hemlighet; kräver app_secret. Med det kan en person ge samtycke på webben, och en persons nyckel byts mot sidans egen, som inte går ut.",
            "The app's id, not a secret; needs app_secret. With it a person can give consent on the web, and a person's token is exchanged for the Page's own, which has no end.",
        ),
    ],
};

static INSTAGRAM: Section = Section {
    head: "[platform.instagram]",
    sv: "Instagram-konton, genom samma Graph API. Det som inte står här tas från [platform.facebook].",
    en: "Instagram accounts, through the same Graph API. What does not stand here is taken from [platform.facebook].",
    keys: &[
        key("version", Text, Default("\"v25.0\""), "API-version. Annars Facebooks.", "API version. Else Facebook's."),
        key(
            "base_url",
            Url,
            Default("\"https://graph.facebook.com\""),
            "Adressen. Annars Facebooks.",
            "The address. Else Facebook's.",
        ),
        key("token", Secret, Optional, "Åtkomstnyckel. Annars Facebooks.", "Access token. Else Facebook's."),
        key(
            "app_secret",
            Secret,
            Optional,
            "Appens hemlighet. Annars Facebooks.",
            "The app's secret. Else Facebook's.",
        ),
        key("app_id", Text, Optional, "Appens id. Annars Facebooks.", "The app's id. Else Facebook's."),
    ],
};

static LINKEDIN: Section = Section {
    head: "[platform.linkedin]",
    sv: "LinkedIn-sidor. Ange client_id och client_secret, och refresh_token eller samtycke på webben, så förnyas nyckeln av sig själv.",
    en: "LinkedIn pages. Give client_id and client_secret, and refresh_token or consent on the web, and the token is renewed by itself.",
    keys: &[
        key(
            "version",
            Text,
            Default("\"202608\""),
            "API-version, år och månad. Lever ungefär ett år.",
            "API version, year and month. Lives about a year.",
        ),
        key(
            "base_url",
            Url,
            Default("\"https://api.linkedin.com\""),
            "Adressen. Ändras bara i prov.",
            "The address. Only changed in trials.",
        ),
        key(
            "token_url",
            Url,
            Default("\"https://www.linkedin.com/oauth/v2/accessToken\""),
            "Adressen där nycklar förnyas. Ändras bara i prov.",
            "The address where tokens are renewed. Only changed in trials.",
        ),
        key("token", Secret, Optional, "Åtkomstnyckel (60 dagar).", "Access token (60 days)."),
        key("refresh_token", Secret, Optional, "Förnyelsenyckel (ett år).", "Refresh token (a year)."),
        key("client_id", Text, Optional, "Appens id. Ingen hemlighet.", "The app's id. Not a secret."),
        key("client_secret", Secret, Optional, "Appens hemlighet.", "The app's secret."),
    ],
};

static MATOMO: Section = Section {
    head: "[platform.matomo]",
    sv: "Webbstatistik i er egen Matomo.",
    en: "Web analytics in your own Matomo.",
    keys: &[
        key(
            "version",
            Text,
            Default("\"5\""),
            "Matomos huvudversion, för spårbarhetens skull.",
            "Matomo's major version, for the trace.",
        ),
        key("base_url", Url, Required, "Adressen till er Matomo.", "The address of your Matomo."),
        key("token", Secret, Optional, "Nyckel (token_auth) med läsrätt.", "Token (token_auth) with view access."),
    ],
};

pub static CHANNEL: Section = Section {
    head: "[[channel]]",
    sv: "En kanal: ett konto på en plattform. En per block.",
    en: "A channel: one account on one platform. One per block.",
    keys: &[
        key(
            "id",
            Slug,
            Required,
            "Kort namn. Ändra det aldrig: historiken hänger på det.",
            "Short name. Never change it: the history hangs on it.",
        ),
        key("title", Text, Required, "Namnet som läsaren ser.", "The name that readers see."),
        key(
            "platform",
            Word(PLATFORMS),
            Required,
            "Plattformen. Värden från x, youtube, ga4 (Google Analytics) och own (egna värden) kommer bara som filer: `genomslag import`.",
            "The platform. Figures of x, youtube, ga4 (Google Analytics) and own (your own values) only come as files: `genomslag import`.",
        ),
        key(
            "account",
            Text,
            Required,
            "Plattformens id för kontot, som text: sidans id, Instagram-användarens id, LinkedIn-organisationens nummer, Matomos webbplats-id. För kanaler som bara läses ur filer: valfritt namn, t.ex. användarnamnet.",
            "The platform's id of the account, as text: Page id, Instagram user id, LinkedIn organisation number, Matomo site id. For channels read only from files: any name, e.g. the handle.",
        ),
        key("unit", Slug, Required, "Enheten som kanalen hör till.", "The unit that the channel belongs to."),
        key(
            "zone",
            Zone,
            Optional,
            "Bara Matomo, Google Analytics och egna värden: tidszonen. Annars organisationens.",
            "Matomo, Google Analytics and own values only: the time zone. Else the organisation's.",
        ),
        key(
            "door",
            Word(&["community", "dma"]),
            Default("\"community\""),
            "Bara LinkedIn: vilket API, Community Management eller DMA.",
            "LinkedIn only: which API, Community Management or DMA.",
        ),
        key(
            "source",
            Word(&["api", "files"]),
            Default("\"api\""),
            "Varifrån värdena kommer. \"files\": bara ur plattformens exportfiler (`genomslag import`); plattformen frågas inte, och filernas värden går före äldre som hämtats. Annars går hämtade värden före filers, som fyller i det som saknas.",
            "Where the values come from. \"files\": only from the platform's export files (`genomslag import`); the platform is not asked, and the files' values stand before earlier fetched ones. Else fetched values stand before those of files, which fill what is missing.",
        ),
        key(
            "page",
            Text,
            Optional,
            "Bara Instagram: id för Facebook-sidan vars nyckel öppnar kontot.",
            "Instagram only: id of the Facebook Page whose token opens the account.",
        ),
        key(
            "stories",
            Flag,
            Default("false"),
            "Om händelser (stories) ska hämtas, flera gånger om dagen.",
            "Whether stories are fetched, several times a day.",
        ),
        key(
            "demographics",
            Flag,
            Default("false"),
            "Om ålder, kön och ort ska hämtas. Kräver ert beslut.",
            "Whether age, gender and place are fetched. Needs your decision.",
        ),
        key(
            "owner",
            Address,
            Optional,
            "Den som får veta när något är fel med kanalen, utöver operatören.",
            "Who is told when something is wrong with the channel, besides the operator.",
        ),
        key("token", Secret, Optional, "Egen nyckel för just denna kanal.", "A token of its own for this channel."),
    ],
};

pub static FETCH: Section = Section {
    head: "[fetch]",
    sv: "När nya värden hämtas av `genomslag serve`.",
    en: "When `genomslag serve` fetches new values.",
    keys: &[
        key(
            "schedule",
            Schedule,
            Default("\"daily 05:00\""),
            "När: \"dagligen 05:00\", \"onsdag 07:00\" eller fem fält som i cron.",
            "When: \"daily 05:00\", \"wednesday 07:00\" or the five fields of cron.",
        ),
        key(
            "stories",
            Schedule,
            Default("\"15 */6 * * *\""),
            "När händelser hämtas: de försvinner efter ett dygn.",
            "When stories are fetched: they are gone after a day.",
        ),
        key(
            "since",
            Date,
            Optional,
            "Hämta inget före denna dag. Annars så långt bak som plattformen ger.",
            "Fetch nothing before this day. Else as far back as the platform gives.",
        ),
    ],
};

pub static STORAGE: Section = Section {
    head: "[storage]",
    sv: "Var observationer, nycklar och skickade rapporter sparas.",
    en: "Where observations, tokens and sent reports are kept.",
    keys: &[
        key(
            "data",
            Text,
            Default("\"genomslag-data\""),
            "Mappen. En relativ sökväg räknas från mappen som programmet startas i.",
            "The folder. A relative path counts from the folder that the program is started in.",
        ),
        key(
            "state",
            Text,
            Optional,
            "Databas för körningar och utskick: sqlite:sökväg eller postgres://värd/namn. Annars SQLite i datamappen.",
            "Database of runs and deliveries: sqlite:path or postgres://host/name. Else SQLite in the data folder.",
        ),
        key("state_password", Secret, Optional, "Lösenord till PostgreSQL.", "Password for PostgreSQL."),
        key(
            "key",
            Secret,
            Optional,
            "Nyckel som krypterar förnyade åtkomstnycklar. Utan den sparas inga.",
            "Key that encrypts renewed tokens. Without it none are kept.",
        ),
    ],
};
