//! Per inhabitant: so that a small municipality can be held beside a large one, and a year beside another.

use super::draft::{Draft, Part};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::sections::opening;
use super::{Align, Block, Section, Table};
use crate::analysis::{Compared, per_inhabitants, total};
use crate::model::told::traces;
use crate::model::{ChannelId, Figure, FigureId, MetricName, Platform};

use Part::{Text, Value};

/// The stocks and sums that mean something per inhabitant.
const METRICS: [&str; 3] = ["followers", "views", "visits"];

/// The section; only for the whole organisation, whose inhabitants are counted.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    if material.unit.is_some() {
        return None;
    }
    let heading = draft.words.section.inhabitants.clone();
    let mut blocks = opening(draft, "inhabitants");
    let Some(population) = material.facts.population_on(draft.last_day()) else {
        blocks.push(paragraph(draft.words.inhabitants.none.clone()));
        return Some(Section { id: "inhabitants".to_owned(), heading, blocks });
    };
    let number = crate::model::Number { value: f64::from(population.inhabitants), unit: crate::model::Unit::Count };
    let mut figure = draft.figure("population", "population", number, traces::as_configured());
    let (inhabitants, source) = (population.inhabitants, &population.source);
    figure.trace.config.push(traces::population(inhabitants, population.date, source));
    let date = draft.locale.date(population.date);
    let parts = [("inhabitants", Value(&figure)), ("date", Text(&date)), ("source", Text(source))];
    blocks.push(told(draft.say(&draft.words.inhabitants.population, &parts)));
    let rows = rows(draft);
    if rows.is_empty() {
        return None;
    }
    let words = &draft.words.inhabitants;
    let columns = vec![
        column(&draft.words.table.metric, Align::Text),
        column(&words.number, Align::Number),
        column(&words.per_thousand, Align::Number),
    ];
    let caption = words.caption.clone();
    blocks.push(Block::Table(Table { id: "per-inhabitant".to_owned(), caption, columns, rows, note: None }));
    blocks.push(Block::Note { text: words.note.clone() });
    Some(Section { id: "inhabitants".to_owned(), heading, blocks })
}

fn rows(draft: &mut Draft<'_>) -> Vec<Vec<super::Cell>> {
    let mut rows = Vec::new();
    for metric in METRICS {
        let metric = MetricName::from(metric);
        let all: Vec<&Compared> =
            draft.material.compared.iter().filter(|it| it.metric == metric && it.total.value.is_ok()).collect();
        for it in &all {
            let (title, channel) = (draft.metric_title(&metric), draft.channel_title(&it.channel));
            let name = crate::words::fill(&draft.words.inhabitants.row, &[("metric", &title), ("channel", &channel)]);
            rows.push(row(draft, &name, &it.total));
        }
        if let Some(together) = together(draft, &metric, &all) {
            let name =
                crate::words::fill(&draft.words.inhabitants.together, &[("metric", &draft.metric_title(&metric))]);
            rows.push(row(draft, &name, &together));
        }
    }
    rows
}

fn row(draft: &mut Draft<'_>, name: &str, figure: &Figure) -> Vec<super::Cell> {
    let id = FigureId(format!("{}.per_1000", figure.id));
    let per = per_inhabitants(draft.material.facts, figure, id);
    vec![name_cell(name), draft.cell(figure), draft.cell(&per)]
}

/// All channels together, where the platforms mean the same and more than one has a value.
fn together(draft: &Draft<'_>, metric: &MetricName, all: &[&Compared]) -> Option<Figure> {
    let material = draft.material;
    let platforms: Vec<Platform> = all.iter().map(|it| it.platform).collect();
    if all.len() < 2 || !material.catalog.may_sum(metric, &platforms) {
        return None;
    }
    let channels: Vec<ChannelId> = all.iter().map(|it| it.channel.clone()).collect();
    let id = FigureId(format!("channels.{metric}.total"));
    Some(total(material.facts, material.catalog, metric, &channels, material.period, id))
}
