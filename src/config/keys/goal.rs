//! Keys of goals, campaigns and labels.

use super::{GOAL_KINDS, Kind, Need, PERIODS, Section, key};
use Kind::{Date, Flag, Number, Share, Slug, Slugs, Table, Tables, Text, Texts, Whole, Word, Words};
use Need::{Default, Optional, Required};

/// A goal.
pub static GOAL: Section = Section {
    head: "[[goal]]",
    sv: "Ett mål. Fem rader räcker: id, title, metric, target, due.",
    en: "A goal. Five lines are enough: id, title, metric, target, due.",
    keys: &[
        key("id", Slug, Required, "Kort namn.", "Short name."),
        key("title", Text, Required, "Målet som läsaren ser det.", "The goal as readers see it."),
        key(
            "metric",
            Text,
            Optional,
            "Måttet: ett namn ur `genomslag metrics`. Krävs utom för milestone.",
            "The metric: a name of `genomslag metrics`. Required except for milestone.",
        ),
        key(
            "target",
            Number,
            Optional,
            "Målvärdet. relative_growth: andelen, 0.15 är 15 procent.",
            "The target. relative_growth: the share, 0.15 is 15 per cent.",
        ),
        key("due", Date, Required, "Sista dagen som räknas.", "The last day that counts."),
        key("kind", Word(GOAL_KINDS), Default("\"absolute\""), "Sorten mål.", "The kind of goal."),
        key("low", Number, Optional, "Bara range: lägsta tillåtna.", "range only: the lowest allowed."),
        key("high", Number, Optional, "Bara range: högsta tillåtna.", "range only: the highest allowed."),
        key(
            "done_on",
            Date,
            Optional,
            "Bara milestone: dagen då det blev klart.",
            "milestone only: the day it was done.",
        ),
        key(
            "confidence",
            Share,
            Default("0.95"),
            "Bara survey_share: intervallets säkerhet.",
            "survey_share only: the confidence of the interval.",
        ),
        key("peers", Text, Optional, "Bara benchmark: gruppen att jämföra med.", "benchmark only: the group of peers."),
        key(
            "direction",
            Word(&["up", "down"]),
            Default("\"up\""),
            "Vilket håll som är bättre.",
            "Which way is better.",
        ),
        key(
            "channels",
            Slugs,
            Default("[]"),
            "Bara dessa kanaler. Annars alla i enheten och under den.",
            "Only these channels. Else all of the unit and below.",
        ),
        key(
            "labels",
            Slugs,
            Default("[]"),
            "Bara inlägg med någon av dessa etiketter.",
            "Only posts with one of these labels.",
        ),
        key("campaign", Slug, Optional, "Bara denna insats.", "Only this campaign."),
        key(
            "unit",
            Slug,
            Optional,
            "Vems mål. Annars hela organisationens.",
            "Whose goal. Else the whole organisation's.",
        ),
        key(
            "baseline",
            Number,
            Optional,
            "Nollmätning: värdet vid start. Annars mäts det.",
            "The value at the start. Else it is measured.",
        ),
        key(
            "start",
            Date,
            Optional,
            "Första dagen. Annars första dagen i det verksamhetsår där due ligger.",
            "The first day. Else the first of the organisation's year that holds due.",
        ),
        key("why", Text, Optional, "Syftet, en mening.", "The purpose, one sentence."),
        key("owner_role", Text, Optional, "Ansvarig roll, inte ett namn.", "The role in charge, not a name."),
        key("contributes_to", Slug, Optional, "Målet som detta bidrar till.", "The goal that this one adds to."),
        key("weight", Number, Default("1.0"), "Hur tungt det väger där.", "How much it weighs there."),
        key("minimum", Number, Optional, "Lägsta godtagbara.", "The least that is acceptable."),
        key("stretch", Number, Optional, "Det som vore lysande.", "What would be splendid."),
        key(
            "steps",
            Tables(&STEP),
            Default("[]"),
            "Delmål: { date, value }, stigande datum.",
            "Dated interim values: { date, value }, ascending.",
        ),
        key(
            "pace",
            Word(&["linear", "seasonal", "steps"]),
            Default("\"linear\""),
            "Takten: jämn, som tidigare år, eller från delmål till delmål. Finns steps är det steps.",
            "How it moves: evenly, as earlier years, or from step to step. With steps it is steps.",
        ),
        key(
            "tolerance",
            Share,
            Default("0.05"),
            "Hur långt vid sidan som ändå är i fas, 0.05 är fem procent av vägen.",
            "How far beside is still on track, 0.05 is five per cent of the way.",
        ),
        key(
            "min_sample",
            Whole(1, 1_000_000_000),
            Optional,
            "Under så många fall kan målet inte bedömas.",
            "Under so many cases it cannot be judged.",
        ),
        key(
            "period",
            Word(PERIODS),
            Default("\"week\""),
            "Längden på perioderna; bara avslutade räknas.",
            "The length of its periods; only closed ones count.",
        ),
        key(
            "recurs",
            Flag,
            Default("false"),
            "Om ett nytt mål börjar när detta slutar.",
            "Whether a new one begins when it ends.",
        ),
        key(
            "normalise",
            Word(&["per_1000_inhabitants", "per_follower", "per_post"]),
            Optional,
            "Per vad det räknas.",
            "Per what it is counted.",
        ),
        key(
            "compare_with",
            Words(&["previous_period", "same_period_last_year", "control_channels", "peers"]),
            Default("[]"),
            "Vad det jämförs med.",
            "What it is compared with.",
        ),
        key("rivals", Texts, Default("[]"), "Annat som kan ha flyttat värdet.", "What else may have moved the number."),
        key(
            "on_metric_break",
            Word(&["flag", "freeze", "rebase"]),
            Default("\"flag\""),
            "När plattformen ändrar definitionen: säg till, frys eller börja om.",
            "When the platform changes the definition: say so, freeze or start again.",
        ),
        key(
            "level",
            Word(&["input", "output", "outtake", "outcome", "impact"]),
            Optional,
            "Plats i effektkedjan.",
            "Place in the chain of effect.",
        ),
        key(
            "effect_state",
            Word(&["orienterad", "forvissad", "lyssnad", "aktiverad"]),
            Optional,
            "Tillståndet målgruppen ska komma till.",
            "The state that the audience should come into.",
        ),
        key("audience", Text, Optional, "Målgruppen, i ord.", "The audience, in words."),
        key("decided_by", Text, Optional, "Vem som beslutade: roll eller nämnd.", "Who decided: a role or body."),
        key("decided_on", Date, Optional, "När.", "When."),
        key("case_no", Text, Optional, "Diarienummer.", "Case number."),
        key("review_on", Date, Optional, "När målet ses över.", "When it is looked at again."),
        key("version", Whole(1, 1_000_000), Optional, "Vilken version av målet.", "Which version of the goal."),
        key(
            "valid_from",
            Date,
            Optional,
            "Från när versionen gäller. Samma id får stå igen med ett senare datum.",
            "From when this version holds. The same id may stand again with a later day.",
        ),
        key("change_reason", Text, Optional, "Varför målet ändrades.", "Why it was changed."),
        key(
            "closing",
            Table(&CLOSING),
            Optional,
            "Lärdomen när målet avslutades: { date, learning }.",
            "What was learned when it ended: { date, learning }.",
        ),
    ],
};

static STEP: Section = Section {
    head: "steps",
    sv: "Ett delmål.",
    en: "A dated interim value.",
    keys: &[
        key("date", Date, Required, "När.", "By when."),
        key("value", Number, Required, "Hur mycket.", "How much."),
    ],
};

static CLOSING: Section = Section {
    head: "closing",
    sv: "Lärdomen när ett mål avslutades.",
    en: "What was learned when a goal ended.",
    keys: &[
        key("date", Date, Required, "När det avslutades.", "When it was closed."),
        key("learning", Text, Required, "Lärdomen.", "What was learned."),
    ],
};

pub static CAMPAIGN: Section = Section {
    head: "[[campaign]]",
    sv: "En insats. Dess id är också utm_campaign i länkarna.",
    en: "A campaign. Its id is also utm_campaign in links.",
    keys: &[
        key("id", Slug, Required, "Kort namn, samma som utm_campaign.", "Short name, the same as utm_campaign."),
        key("title", Text, Required, "Namnet som läsaren ser.", "The name that readers see."),
        key("start", Date, Required, "Första dagen.", "First day."),
        key("end", Date, Required, "Sista dagen.", "Last day."),
        key("unit", Slug, Optional, "Vems. Annars hela organisationens.", "Whose. Else the whole organisation's."),
        key("channels", Slugs, Default("[]"), "Kanalerna som användes.", "The channels that it used."),
        key("labels", Slugs, Default("[]"), "Etiketterna på dess inlägg.", "The labels of its posts."),
        key(
            "landing_pages",
            Texts,
            Default("[]"),
            "Sidorna den ledde till: sökväg (/familjehem) eller hel adress.",
            "Where it led: path (/familjehem) or whole address.",
        ),
        key(
            "control_channels",
            Slugs,
            Default("[]"),
            "Kanaler som insatsen inte rörde.",
            "Channels that it did not touch.",
        ),
        key(
            "events",
            Tables(&EVENT),
            Default("[]"),
            "Annat som hände: { start, end, title }.",
            "What else happened: { start, end, title }.",
        ),
        key(
            "outcome",
            Text,
            Optional,
            "Måttet som effekten mäts på: ett namn ur `genomslag metrics`. Annars besök från kampanjlänkar.",
            "The metric on which effect is measured: a name of `genomslag metrics`. Else visits from campaign links.",
        ),
        key(
            "outcome_channels",
            Slugs,
            Default("[]"),
            "Kanalerna där det måttet räknas. Annars insatsens egna som har måttet.",
            "The channels on which that is counted. Else the campaign's own that have it.",
        ),
        key(
            "smallest_effect",
            Share,
            Optional,
            "Minsta effekt som har betydelse, bestämd i förväg: 0.10 är tio procent.",
            "The smallest effect that matters, decided beforehand: 0.10 is ten per cent.",
        ),
        key(
            "drawn",
            Flag,
            Default("false"),
            "Om starten lottades (`genomslag effect --plan --draw`).",
            "Whether the start was drawn by lot (`genomslag effect --plan --draw`).",
        ),
        key("why", Text, Optional, "Syftet, en mening.", "The purpose, one sentence."),
    ],
};

pub static SURVEY: Section = Section {
    head: "[[survey]]",
    sv: "Vad en enkät visade, för ett mål av sorten survey_share.",
    en: "What a survey found, for a goal of kind survey_share.",
    keys: &[
        key("goal", Slug, Required, "Målet som enkäten gäller.", "The goal that the survey is about."),
        key("date", Date, Required, "Dagen då enkäten stängdes.", "The day on which it closed."),
        key(
            "answered",
            Whole(1, 100_000_000),
            Required,
            "Antal som svarade på frågan.",
            "How many answered the question.",
        ),
        key(
            "agreed",
            Whole(0, 100_000_000),
            Required,
            "Antal av dem som svarade så som målet vill.",
            "How many of them gave the answer that the goal wants.",
        ),
        key(
            "population",
            Whole(1, 100_000_000),
            Optional,
            "Antal som kunde ha tillfrågats, om det är känt.",
            "How many could have been asked, if known.",
        ),
        key(
            "design_effect",
            Number,
            Default("1.0"),
            "Hur mycket större variansen är än vid ett enkelt slumpmässigt urval.",
            "How much larger the variance is than for a simple random sample.",
        ),
        key("source", Text, Required, "Vem som frågade, och hur.", "Who asked, and how."),
    ],
};

pub static PEER: Section = Section {
    head: "[[peer]]",
    sv: "Ett värde från en jämförbar organisation, för ett mål av sorten benchmark.",
    en: "A figure of a comparable organisation, for a goal of kind benchmark.",
    keys: &[
        key("group", Text, Required, "Gruppen, samma som målets peers.", "The group, the same as the goal's peers."),
        key("name", Text, Required, "Organisationen.", "The organisation."),
        key(
            "metric",
            Text,
            Required,
            "Måttet: ett namn ur `genomslag metrics`.",
            "The metric: a name of `genomslag metrics`.",
        ),
        key("date", Date, Required, "Sista dagen som värdet gäller.", "The last day that it covers."),
        key("value", Number, Required, "Värdet, räknat som målet räknar.", "The value, counted as the goal counts."),
        key("source", Text, Required, "Var det är publicerat.", "Where it was published."),
    ],
};

static EVENT: Section = Section {
    head: "events",
    sv: "Något annat som kan ha flyttat värdena.",
    en: "Something else that may have moved the numbers.",
    keys: &[
        key("start", Date, Required, "Första dagen.", "First day."),
        key("end", Date, Required, "Sista dagen.", "Last day."),
        key("title", Text, Required, "Vad som hände.", "What happened."),
    ],
};

pub static LABEL: Section = Section {
    head: "[[label]]",
    sv: "En etikett på inlägg som uppfyller något av villkoren.",
    en: "A label of posts that meet any of the rules.",
    keys: &[
        key("id", Slug, Required, "Kort namn.", "Short name."),
        key("title", Text, Optional, "Namnet som läsaren ser. Annars id.", "The name that readers see. Else the id."),
        key("text", Texts, Default("[]"), "Ord eller fraser i inläggets text.", "Words or phrases in the post's text."),
        key("hashtags", Texts, Default("[]"), "Ämnesord, med eller utan #.", "Hashtags, with or without #."),
        key(
            "links",
            Texts,
            Default("[]"),
            "Del av adressen som inlägget leder till.",
            "Part of the address that the post leads to.",
        ),
    ],
};

pub static FORMULA: Section = Section {
    head: "[[formula]]",
    sv: "Ett eget mått, räknat ur andra. Kan användas som metric i mål och outcome i insatser.",
    en: "A metric of your own, made of others. May be a goal's metric and a campaign's outcome.",
    keys: &[
        key("id", Slug, Required, "Kort namn.", "Short name."),
        key("title", Text, Required, "Namnet som läsaren ser.", "The name that readers see."),
        key("title_en", Text, Optional, "Namnet på engelska. Annars title.", "The name in English. Else title."),
        key(
            "formula",
            Text,
            Required,
            "Formeln: mått ur `genomslag metrics`, tal, + - * / och parenteser.",
            "The formula: metrics of `genomslag metrics`, numbers, + - * / and brackets.",
        ),
        key(
            "unit",
            Word(&["count", "share", "decimal"]),
            Optional,
            "Hur det skrivs: antal, andel i procent eller decimaltal. Annars antal för summor, decimaltal för kvoter.",
            "How it is written: count, share in per cent or decimal number. Else count for sums, decimal for rates.",
        ),
        key("definition", Text, Optional, "Vad det betyder, en mening.", "What it means, one sentence."),
        key(
            "definition_en",
            Text,
            Optional,
            "Det på engelska. Annars definition.",
            "The same in English. Else definition.",
        ),
    ],
};
