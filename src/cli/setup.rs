//! What every command begins with: the clock, the language, the configuration, everything opened.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::args::{Common, Lang, When};
use super::output;
use super::say::Say;
use crate::config::{Config, Faults, Look as FaultLook, Source, load};
use crate::model::{Language, Period};
use crate::pipeline::{App, Clock, Opening};

/// The options that every command takes, and the clock.
pub(super) struct Setup {
    pub(super) common: Common,
    pub(super) clock: fn() -> DateTime<Utc>,
}

/// Everything opened.
pub(super) struct Opened {
    pub(super) app: App,
    pub(super) now: DateTime<Utc>,
    pub(super) say: Say,
    pub(super) language: Language,
}

/// The language that was asked for on the command line.
pub(super) fn language(common: &Common) -> Option<Language> {
    common.lang.map(|lang| match lang {
        Lang::Sv => Language::Swedish,
        Lang::En => Language::English,
    })
}

impl Setup {
    /// The language that was asked for on the command line.
    pub(super) fn asked_language(&self) -> Option<Language> {
        language(&self.common)
    }

    /// The time: `--now` in the zone, else the clock's.
    pub(super) fn now(&self, zone: Tz) -> anyhow::Result<DateTime<Utc>> {
        self.common.now.as_deref().map_or_else(|| Ok((self.clock)()), |text| moment(text, zone, "--now"))
    }

    /// The configuration, checked; its faults are printed.
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        let path = &self.common.config;
        if !path.exists() {
            let hint = "make one with `genomslag init`, or try `genomslag demo`, which needs none";
            bail!(output::Hinted::new(format!("there is no configuration at `{}`", path.display()), hint).swedish(
                format!("det finns inga inställningar i `{}`", path.display()),
                "gör sådana med `genomslag init`, eller pröva `genomslag demo`, som inte behöver några"
            ));
        }
        load(&Source::at(path)).map_err(|faults| self.tell(&faults))
    }

    /// Prints the faults; what is left to say.
    pub(super) fn tell(&self, faults: &Faults) -> anyhow::Error {
        let language = self.asked_language().unwrap_or_default();
        if self.common.json {
            // Standard output holds JSON only, also when something is wrong.
            let _printed = output::json(&serde_json::json!({"faults": faults.to_json(language)}));
        } else {
            let terminal = std::io::stderr().is_terminal();
            output::aside(faults.render(language, FaultLook { terminal, width: 100 }));
        }
        let count = faults.0.len() as u64;
        anyhow!(match language {
            Language::Swedish => format!("{} i inställningarna", Say(language).count(count, ("fel", "fel"), ("", ""))),
            Language::English =>
                Say(language).count(count, ("", ""), ("mistake", "mistakes")) + " in the configuration",
        })
    }

    /// Everything opened, by the configuration.
    pub(super) async fn open(&self) -> anyhow::Result<Opened> {
        let config = self.config()?;
        let source = Some(self.common.config.clone());
        Box::pin(self.open_with(config, Opening { source, ..Opening::default() })).await
    }

    /// The same with a configuration and an opening that are given.
    pub(super) async fn open_with(&self, config: Config, opening: Opening) -> anyhow::Result<Opened> {
        let now = self.now(config.organisation.zone)?;
        let language = self.asked_language().unwrap_or(config.organisation.language);
        let app = Box::pin(App::open(config, opening)).await?;
        Ok(Opened { app, now, say: Say(language), language })
    }
}

impl Opened {
    /// The period and the time as known at that were asked for.
    pub(super) fn when(&self, when: &When) -> anyhow::Result<(Option<Period>, Option<DateTime<Utc>>)> {
        let organisation = &self.app.config.organisation;
        let period = when.period.as_deref().map(|text| Period::parse(text, organisation.calendar)).transpose()?;
        Ok((period, self.known_at(when.as_known_at.as_deref())?))
    }

    /// The time as known at that was asked for.
    pub(super) fn known_at(&self, text: Option<&str>) -> anyhow::Result<Option<DateTime<Utc>>> {
        text.map(|text| moment(text, self.app.config.organisation.zone, "--as-known-at")).transpose()
    }
}

/// A time as written: with an offset, or on the wall clock of the zone.
pub(super) fn moment(text: &str, zone: Tz, option: &str) -> anyhow::Result<DateTime<Utc>> {
    let with_offset =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
    if let Ok(time) = with_offset {
        return Ok(time.to_utc());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let wall = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || text.parse::<chrono::NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN));
    let wall = wall.or_else(day).with_context(|| {
        format!(
            "{option}: `{text}` is not a time; write `2026-11-18T07:00`, or with an offset `2026-11-18T07:00+01:00`"
        )
    })?;
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Ok(time.to_utc()),
        LocalResult::None => bail!("{option}: `{text}` does not exist in {zone}: the clocks are put forward over it"),
    }
}

/// A clock that shows `now`, and goes on from there.
pub(super) fn going_on(now: DateTime<Utc>) -> Clock {
    let began = tokio::time::Instant::now();
    Arc::new(move || now + TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::zero()))
}

/// Makes a folder with everything above it.
pub(super) fn folder(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("the folder `{}` cannot be made", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_on_the_wall_clock_or_with_its_offset() {
        let stockholm = chrono_tz::Europe::Stockholm;
        let cases = [
            ("2026-11-18T07:00", "2026-11-18T06:00:00Z"),
            ("2026-07-01T07:00", "2026-07-01T05:00:00Z"),
            ("2026-11-18T07:00+00:00", "2026-11-18T07:00:00Z"),
            ("2026-11-18", "2026-11-17T23:00:00Z"),
            // Twice on the night of the autumn change: the first one.
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ];
        for (text, expected) in cases {
            let found = moment(text, stockholm, "--now").expect(text);
            assert_eq!(found, expected.parse::<DateTime<Utc>>().expect("an instant"), "{text}");
        }
        assert!(moment("2026-03-29T02:30", stockholm, "--now").is_err());
        assert!(moment("i morgon", stockholm, "--now").is_err());
    }
}
