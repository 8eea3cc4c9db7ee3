//! What `genomslag import` asks a person: what the columns of a strange table mean, and which channel a file is about.

use std::io::{self, BufRead, Write as _};
use std::path::{Path, PathBuf};

use super::output;
use super::say::Say;
use crate::model::{ChannelId, Platform};
use crate::pipeline::{FileSeen, Meaning, Sketch, mapping, metric_named, offered, write_file};

/// A conversation: questions to the terminal, answers from a reader.
pub(super) struct Talk<R> {
    say: Say,
    answers: R,
}

impl<R: BufRead> Talk<R> {
    pub(super) fn new(say: Say, answers: R) -> Self {
        Self { say, answers }
    }

    /// The answer, without the spaces around it; none when nobody answers any more.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        output::ask(question);
        io::stderr().flush()?;
        let mut line = String::new();
        Ok((self.answers.read_line(&mut line)? > 0).then(|| line.trim().to_owned()))
    }

    /// Asks until the answer can be understood; the guess is taken for an empty one.
    fn until<T: Clone>(
        &mut self,
        question: &str,
        guess: Option<&T>,
        help: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> io::Result<Option<T>> {
        loop {
            let Some(answer) = self.ask(question)? else { return Ok(None) };
            let found = if answer.is_empty() { guess.cloned() } else { read(&answer) };
            if found.is_some() {
                return Ok(found);
            }
            output::aside(help);
        }
    }
}

/// Asks which channel the file is about; none: it stays where it is.
pub(super) fn channel<R: BufRead>(talk: &mut Talk<R>, file: &FileSeen) -> io::Result<Option<ChannelId>> {
    let say = talk.say;
    let account = file.account.as_ref().map(|account| format!(" ({account})")).unwrap_or_default();
    output::aside(format!("\n{}{account}:", file.file));
    for (number, choice) in (1..).zip(&file.choices) {
        output::aside(format!("  {number}  {choice}"));
    }
    let question = say.pick("Vilken kanal gäller filen (tomt: ingen)", "Which channel is the file about (empty: none)");
    let help = say.pick("Svara med numret eller kanalens namn.", "Answer with the number or the channel's name.");
    let read = |answer: &str| {
        let numbered = answer.parse::<usize>().ok().and_then(|number| file.choices.get(number.checked_sub(1)?));
        let named = file.choices.iter().find(|choice| choice.as_str() == answer);
        named.or(numbered).cloned().map(Some)
    };
    Ok(talk.until(question, Some(&None), help, read)?.flatten())
}

/// Asks what the columns mean and writes the mapping file into the folder; none when the person does not go through with
/// it.
pub(super) fn mapped<R: BufRead>(
    talk: &mut Talk<R>,
    file: &str,
    sketch: &Sketch,
    platform: Option<Platform>,
    folder: &Path,
) -> anyhow::Result<Option<PathBuf>> {
    let say = talk.say;
    output::aside(format!(
        "\n{file}: {}",
        say.pick("en tabell som programmet inte känner. Så här börjar den:", "a strange table. It begins like this:")
    ));
    let heads: Vec<&str> = sketch.labels.iter().map(String::as_str).collect();
    output::table(
        &heads,
        &sketch.rows.iter().map(|row| row.iter().map(|cell| short(cell)).collect()).collect::<Vec<_>>(),
        &[],
    );
    let Some((platform, posts, meanings)) = explained(talk, sketch, platform)? else { return Ok(None) };
    let id = free_name(folder, file);
    let text = mapping(&id, platform, posts, sketch, &meanings);
    let path = write_file(folder, &format!("{id}.toml"), text.as_bytes())?;
    let told = say.pick("Tolkningen sparades och gäller från och med nu", "The mapping was kept and holds from now on");
    output::aside(format!("{told}: {}\n", path.display()));
    Ok(Some(path))
}

/// The platform, whether the rows are posts, and what each column means; none when nobody answers any more.
fn explained<R: BufRead>(
    talk: &mut Talk<R>,
    sketch: &Sketch,
    platform: Option<Platform>,
) -> io::Result<Option<(Platform, bool, Vec<Meaning>)>> {
    let say = talk.say;
    let names = Platform::ALL.map(Platform::as_str).join(", ");
    let platform = if platform.is_some() {
        platform
    } else {
        let question = format!("{} ({names})", say.pick("Vilken plattform", "Which platform"));
        talk.until(&question, None, &names, Platform::parse)?
    };
    let Some(platform) = platform else { return Ok(None) };
    let posts = platform.has_posts() && sketch.looks_like_posts();
    let posts = if platform.has_posts() {
        let (yes, no) = (say.pick("inlägg", "post"), say.pick("dag", "day"));
        let question = format!(
            "{} [{}]",
            say.pick("Är varje rad ett inlägg eller en dag (inlägg/dag)", "Is each row a post or a day (post/day)"),
            if posts { yes } else { no }
        );
        let read = |answer: &str| match answer.to_lowercase().as_str() {
            "inlägg" | "post" | "i" | "p" => Some(true),
            "dag" | "day" | "d" => Some(false),
            _ => None,
        };
        let Some(posts) = talk.until(&question, Some(&posts), &format!("{yes} / {no}"), read)? else { return Ok(None) };
        posts
    } else {
        false
    };
    loop {
        let Some(meanings) = columns(talk, sketch, platform, posts)? else { return Ok(None) };
        match lack(say, posts, &meanings) {
            Some(lack) => output::aside(format!("{lack}\n")),
            None => return Ok(Some((platform, posts, meanings))),
        }
    }
}

/// What is missing before the table can be read.
fn lack(say: Say, posts: bool, meanings: &[Meaning]) -> Option<&'static str> {
    let has = |meaning: &Meaning| meanings.contains(meaning);
    let metric = meanings.iter().any(|meaning| matches!(meaning, Meaning::Metric(_)));
    match (has(&Meaning::Date), metric) {
        (false, _) => Some(say.pick(
            "Ingen kolumn säger vilken dag det gäller. En måste vara `datum`.",
            "No column says which day it is about. One has to be `date`.",
        )),
        (_, false) => Some(say.pick("Ingen kolumn är ett mått.", "No column is a metric.")),
        _ if posts && !has(&Meaning::Id) && !has(&Meaning::Link) => Some(say.pick(
            "Inget säger vilket inlägg det gäller. En kolumn måste vara `id` eller `länk`.",
            "Nothing says which post it is about. One column has to be `id` or `link`.",
        )),
        _ => None,
    }
}

fn columns<R: BufRead>(
    talk: &mut Talk<R>,
    sketch: &Sketch,
    platform: Platform,
    posts: bool,
) -> io::Result<Option<Vec<Meaning>>> {
    let say = talk.say;
    let metrics: Vec<&str> = offered(platform, posts).into_iter().map(|(canonical, _)| canonical).collect();
    let roles = if posts {
        say.pick("datum, id, länk, text, konto", "date, id, link, text, account")
    } else {
        say.pick("datum, konto", "date, account")
    };
    let help = format!(
        "{} {}; {roles}; {}",
        say.pick("Svara med ett mått:", "Answer with a metric:"),
        metrics.join(", "),
        say.pick("eller - för att hoppa över kolumnen.", "or - to leave the column out.")
    );
    output::aside(say.pick(
        "Vad är varje kolumn? Tomt svar tar gissningen inom hakparentes, ? visar vad som går att svara.",
        "What is each column? An empty answer takes the guess in brackets, ? shows what can be answered.",
    ));
    let mut meanings = Vec::new();
    for (at, guess) in sketch.guesses(platform, posts).into_iter().enumerate() {
        if sketch.labels[at].is_empty() {
            meanings.push(Meaning::Nothing);
            continue;
        }
        let example =
            sketch.rows.iter().filter_map(|row| row.get(at)).map(|cell| short(cell)).find(|cell| !cell.is_empty());
        let example = example.map(|cell| format!(" ({cell})")).unwrap_or_default();
        let question = format!("  {}{example} [{}]", sketch.labels[at], word(say, platform, posts, &guess));
        let Some(meaning) = talk.until(&question, Some(&guess), &help, |answer| read(platform, posts, answer))? else {
            return Ok(None);
        };
        meanings.push(meaning);
    }
    Ok(Some(meanings))
}

/// The word by which a meaning is told and answered.
fn word(say: Say, platform: Platform, posts: bool, meaning: &Meaning) -> String {
    match meaning {
        Meaning::Date => say.pick("datum", "date").to_owned(),
        Meaning::Id => "id".to_owned(),
        Meaning::Link => say.pick("länk", "link").to_owned(),
        Meaning::Text => "text".to_owned(),
        Meaning::Account => say.pick("konto", "account").to_owned(),
        Meaning::Nothing => "-".to_owned(),
        Meaning::Metric(name) => {
            let known = offered(platform, posts).into_iter().find(|(_, own)| own == name);
            known.map_or(name.as_str(), |(canonical, _)| canonical).to_owned()
        }
    }
}

fn read(platform: Platform, posts: bool, answer: &str) -> Option<Meaning> {
    Some(match answer.to_lowercase().as_str() {
        "datum" | "date" | "dag" | "day" => Meaning::Date,
        "id" if posts => Meaning::Id,
        "länk" | "link" if posts => Meaning::Link,
        "text" if posts => Meaning::Text,
        "konto" | "account" => Meaning::Account,
        "-" | "ignorera" | "ignore" => Meaning::Nothing,
        _ => Meaning::Metric(metric_named(platform, posts, answer)?),
    })
}

/// A name for the mapping file that no other has, by the letters of the file's name.
fn free_name(folder: &Path, file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let plain = |letter: char| match letter {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    let slug: String = stem.chars().map(plain).collect();
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "table".to_owned() } else { slug };
    let numbered = (2..).map(|number| format!("{slug}-{number}"));
    let free = |name: &String| !folder.join(format!("{name}.toml")).exists();
    std::iter::once(slug.clone()).chain(numbered).find(free).unwrap_or(slug)
}

/// A cell as a terminal shows it.
fn short(cell: &str) -> String {
    let line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 24 { line } else { line.chars().take(23).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::pipeline::sketch;

    const SHEET: &str =
        "Datum;Följare totalt;Visningar;Sånt vi undrar;Klick\n2026-10-01;10 960;1 200;a;7\n2026-10-02;10 965;900;b;9\n";

    fn talk(answers: &str) -> Talk<&[u8]> {
        Talk::new(Say(Language::Swedish), answers.as_bytes())
    }

    #[test]
    fn empty_answers_take_the_guesses_and_the_file_is_understood_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let sketch = sketch(SHEET.as_bytes()).unwrap();
        let mut talk = talk("snapchat\nfacebook\n\n\n\n\n\n\n");
        let path = mapped(&mut talk, "x/Vår månad 2026-10.csv", &sketch, None, folder.path()).unwrap().unwrap();
        assert!(path.ends_with("var-manad-2026-10.toml"), "{path:?}");
        let order = crate::pipeline::ImportOrder {
            paths: vec![folder.path().join("sheet.csv")],
            maps: vec![path],
            ..crate::pipeline::ImportOrder::default()
        };
        std::fs::write(folder.path().join("sheet.csv"), SHEET).unwrap();
        let now = "2026-11-18T06:00:00Z".parse().unwrap();
        let seen = crate::pipeline::preview(&order, None, now).unwrap().remove(0);
        assert_eq!((seen.error, seen.rows, seen.days), (None, 2, 2));
        let total = |name: &str| seen.totals.get(name).map(|value| value.as_f64());
        // 1200 + 900, 7 + 9, and of the stock the last.
        assert_eq!((total("views"), total("followers")), (Some(2100.0), Some(10965.0)), "{:?}", seen.totals);
        assert_eq!(
            seen.left_out.len() + seen.notices.len(),
            0,
            "the column that was left out was left out by a person"
        );
    }

    #[test]
    fn a_person_corrects_the_guesses_and_is_told_what_lacks() {
        let sketch = sketch(SHEET.as_bytes()).unwrap();
        // No date at first; then all again, with a metric by its own name.
        let mut talk = talk("dag\n-\n\n\n\n\ndatum\n-\nreach\nvisningar?\n-\nengagements\n");
        let found = explained(&mut talk, &sketch, Some(Platform::Instagram)).unwrap().unwrap();
        let metric = |word: &str| Meaning::Metric(metric_named(Platform::Instagram, false, word).unwrap());
        let wanted = vec![Meaning::Date, Meaning::Nothing, metric("reach"), Meaning::Nothing, metric("engagements")];
        assert_eq!(found, (Platform::Instagram, false, wanted));
        assert_eq!(explained(&mut self::talk("dag\n"), &sketch, Some(Platform::Instagram)).unwrap(), None);
    }

    #[test]
    fn a_channel_is_answered_by_number_or_name() {
        let file = FileSeen { choices: vec!["ig-kommun".into(), "ig-fritid".into()], ..FileSeen::default() };
        let answered = |answers: &str| channel(&mut talk(answers), &file).unwrap().map(|id| id.to_string());
        assert_eq!(answered("2\n").as_deref(), Some("ig-fritid"));
        assert_eq!(answered("0\nfel\nig-kommun\n").as_deref(), Some("ig-kommun"));
        assert_eq!((answered("\n"), answered("")), (None, None));
    }
}
