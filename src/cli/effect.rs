//! `genomslag effect`: what a campaign achieved, or what a planned one could show.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::json;

use super::Ending;
use super::args::Effect;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Campaign, Number, ReportKind, Unit};
use crate::pipeline::{self, Order, Plan, Visible, draw};
use crate::report::{Block, Table};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Effect) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let campaign = pipeline::find_campaign(&opened.app, &options.campaign)?;
    if options.plan || options.draw.is_some() {
        return plan(setup, &opened, &campaign, options.draw).await;
    }
    let as_known_at = opened.known_at(options.as_known_at.as_deref())?;
    if setup.common.json {
        output::json(&pipeline::effect(&opened.app, &campaign, as_known_at, opened.now).await?)?;
        return Ok(Ending::Done);
    }
    let order = Order {
        campaign: Some(campaign.id.clone()),
        period: Some(pipeline::campaign_days(&opened.app, &campaign, as_known_at.unwrap_or(opened.now))),
        as_known_at,
        ..Order::kind(ReportKind::Campaign, opened.language)
    };
    if let Some(out) = &options.out {
        let made = pipeline::make(&opened.app, &order, opened.now).await?;
        let folder = pipeline::write(&opened.app, &order, &made, out, false).await?;
        show(&made.report.sections, &campaign);
        output::line(folder.join("report.pdf").display().to_string());
    } else {
        let (report, _) = pipeline::compose_only(&opened.app, &order, opened.now).await?;
        show(&report.sections, &campaign);
    }
    Ok(Ending::Done)
}

/// The campaign's own part of its section: what follows its heading, up to the next.
fn show(sections: &[crate::report::Section], campaign: &Campaign) {
    let blocks = sections.iter().filter(|it| it.id == "campaigns").flat_map(|it| &it.blocks);
    let is_heading = |block: &&Block| matches!(block, Block::Heading { .. });
    let own = |block: &&Block| matches!(block, Block::Heading { text } if *text == campaign.title);
    let mut own = blocks.skip_while(|block| !own(block));
    output::line(own.next().map_or("", |_| campaign.title.as_str()));
    for block in own.take_while(|block| !is_heading(block)) {
        match block {
            Block::Paragraph { text, .. } => output::line(format!("\n{text}")),
            Block::Table(table) => show_table(table),
            _ => {}
        }
    }
}

fn show_table(table: &Table) {
    output::line(format!("\n{}", table.caption));
    let heads: Vec<&str> = table.columns.iter().map(|it| it.heading.as_str()).collect();
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect();
    output::table(&heads, &rows, &[1]);
}

async fn plan(setup: &Setup, opened: &Opened, campaign: &Campaign, draw_of: Option<u32>) -> anyhow::Result<Ending> {
    let plan = pipeline::plan(&opened.app, campaign, opened.now).await?;
    let starts: Vec<NaiveDate> = mondays(campaign.start, draw_of.unwrap_or(0));
    let drawn = draw(campaign, &starts);
    if setup.common.json {
        output::json(&json!({ "plan": plan, "starts": starts, "drawn": drawn }))?;
        return Ok(Ending::Done);
    }
    tell(opened, &plan);
    if let Some(day) = drawn {
        let locale = Locale::of(opened.language);
        let text = opened.say.pick(
            "Lottad start (samma lott varje gång; skriv start och drawn = true i inställningarna före start):",
            "Start drawn by lot (the same every time; write start and drawn = true in the configuration beforehand):",
        );
        output::line(format!("\n{text} {} ({day})", locale.date(day)));
    }
    Ok(Ending::Done)
}

/// So many Mondays, the first on or after the day.
fn mondays(from: NaiveDate, count: u32) -> Vec<NaiveDate> {
    let ahead = (7 - from.weekday().days_since(Weekday::Mon)) % 7;
    let first = from + Days::new(u64::from(ahead));
    (0..count).map(|week| first + Days::new(7 * u64::from(week))).collect()
}

fn tell(opened: &Opened, plan: &Plan) {
    let (say, locale) = (opened.say, Locale::of(opened.language));
    let title = |id: &crate::model::ChannelId| {
        opened.app.config.channel(id).map_or_else(|| id.to_string(), |channel| channel.title.clone())
    };
    let canonical = opened.app.catalog.canonical(&plan.metric);
    let metric = canonical.map_or_else(|| plan.metric.to_string(), |it| it.title.get(opened.language).to_owned());
    let channels: Vec<String> = plan.channels.iter().map(title).collect();
    output::line(&plan.campaign.title);
    output::line(format!("{}: {metric} ({})", say.pick("Mäts på", "Measured on"), locale.list(&channels)));
    let change = |it: &Visible| match &it.change {
        Ok(value) => locale.written(Number { value: *value, unit: Unit::Change }),
        Err(missing) => locale.missing(missing),
    };
    let days = |it: &Visible| say.count(u64::from(it.days), ("dag", "dagar"), ("day", "days"));
    let own = say.pick("egen historik", "own history").to_owned();
    let mut rows = vec![vec![days(&plan.own), own.clone(), change(&plan.own)]];
    let named = |it: &Visible| it.control.as_ref().map_or_else(|| own.clone(), title);
    rows.extend(plan.controls.iter().map(|it| vec![days(it), named(it), change(it)]));
    rows.extend(plan.lengths.iter().map(|it| vec![days(it), named(it), change(it)]));
    let heads = [
        say.pick("Längd", "Length"),
        say.pick("Jämförelse", "Comparison"),
        say.pick("Minsta effekt som syns i fyra fall av fem", "Smallest effect that shows in four cases of five"),
    ];
    output::line("");
    output::table(&heads, &rows, &[]);
}
