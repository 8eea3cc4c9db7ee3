//! Charts: everything lies within the frame, labels do not lie over each other, gaps stay gaps.

use chrono::{Days, NaiveDate};
use genomslag::model::Language;
use genomslag::render::chart::{Drawn, svg};
use genomslag::report::{Chart, ChartSize, Drawing, Line, LineRole, Mark, Table, Trend};
use genomslag::words::Locale;
use proptest::prelude::*;

use super::{charts_of, samples};

fn draw(chart: &Chart) -> Drawn {
    svg(chart, Locale::of(Language::Swedish))
}

/// A text of a drawing: anchor, x, y and what it says, in points.
#[derive(Debug)]
struct Label {
    anchor: String,
    x: f64,
    y: f64,
    size: f64,
    text: String,
}

impl Label {
    fn sides(&self) -> (f64, f64) {
        let face = ttf_parser::Face::parse(include_bytes!("../../reports/fonts/SourceSans3-Regular.ttf"), 0).unwrap();
        let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap();
        let width = self.text.chars().map(|letter| f64::from(advance(letter))).sum::<f64>() / 1000.0 * self.size;
        match self.anchor.as_str() {
            "start" => (self.x, self.x + width),
            "end" => (self.x - width, self.x),
            _ => (self.x - width / 2.0, self.x + width / 2.0),
        }
    }

    fn meets(&self, other: &Self) -> bool {
        let ((left, right), (far_left, far_right)) = (self.sides(), other.sides());
        left < far_right && far_left < right && (self.y - other.y).abs() < 6.0
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let begin = tag.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    tag[begin..].split('"').next().unwrap().to_owned()
}

fn labels(drawn: &Drawn) -> Vec<Label> {
    let number = |tag: &str, name: &str| attribute(tag, name).parse::<f64>().unwrap() / 4.0;
    drawn
        .svg
        .split("<text")
        .skip(1)
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            Label {
                anchor: attribute(tag, "text-anchor"),
                x: number(tag, "x"),
                y: number(tag, "y"),
                size: number(tag, "font-size"),
                text: rest.split('<').next().unwrap().trim().to_owned(),
            }
        })
        .collect()
}

fn check(chart: &Chart) -> Result<(), String> {
    let drawn = draw(chart);
    for mark in &drawn.marks {
        let inside = (0.0..=drawn.width).contains(&mark.x) && (0.0..=drawn.height).contains(&mark.y);
        if !inside {
            return Err(format!("{}: {mark:?} lies outside of {} × {}", chart.id, drawn.width, drawn.height));
        }
    }
    let labels = labels(&drawn);
    for (index, label) in labels.iter().enumerate() {
        let (left, right) = label.sides();
        if left < -1.0 || right > drawn.width + 1.0 || label.y > drawn.height || label.y < 4.0 {
            return Err(format!("{}: {label:?} leaves the frame of {} × {}", chart.id, drawn.width, drawn.height));
        }
        if let Some(other) = labels[index + 1..].iter().find(|other| label.meets(other)) {
            return Err(format!("{}: {label:?} lies over {other:?}", chart.id));
        }
    }
    Ok(())
}

#[test]
fn the_samples_charts_keep_everything_inside_and_apart() {
    for (name, report) in samples() {
        for chart in charts_of(&report) {
            check(&chart).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_value_lies_where_the_axis_says() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let points =
        vec![(day("2026-01-01"), Some(0.0)), (day("2026-01-06"), Some(50.0)), (day("2026-01-11"), Some(100.0))];
    let chart = chart(trend(points, Vec::new()), ChartSize::Wide);
    let drawn = draw(&chart);
    let [first, middle, last] = &drawn.marks[..] else { panic!("{:?}", drawn.marks) };
    // Half of the value on half of the days lies half way, to the pixel of the mapping.
    assert!((middle.x - f64::midpoint(first.x, last.x)).abs() <= 0.02, "{:?}", drawn.marks);
    assert!((middle.y - f64::midpoint(first.y, last.y)).abs() <= 0.02, "{:?}", drawn.marks);
    assert_eq!(middle.value_text, "50");
    assert_eq!(middle.label, "Följare, 6 januari 2026");
}

#[test]
fn a_gap_in_the_values_is_a_gap_in_the_line() {
    let first: NaiveDate = "2026-01-01".parse().unwrap();
    let values = (0..30).map(|at| (first + Days::new(at), (!(10..20).contains(&at)).then_some(5.0))).collect();
    let drawn = draw(&chart(trend(values, Vec::new()), ChartSize::Wide));
    let lines: Vec<&str> = drawn.svg.lines().filter(|line| line.contains("measured-line")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(drawn.marks.len(), 20);
}

#[test]
fn roles_differ_without_colour() {
    let report = super::sample("stress");
    let drawn = draw(&charts_of(&report)[0]);
    let count = |class: &str| drawn.svg.matches(&format!("class=\"{class}\"")).count();
    // The measured line is unbroken but for its gap, the target and the pace are many dashes, the forecast many dots.
    assert!(count("measured-line") <= 3, "{}", count("measured-line"));
    assert!(count("target-line") > 10 && count("pace-line") > 20);
    assert!(drawn.svg.matches("<circle").count() > 20);
    assert_eq!(count("band-fill"), 1);
    assert_eq!(count("span-fill"), 2);
}

fn trend(points: Vec<(NaiveDate, Option<f64>)>, breaks: Vec<Mark>) -> Trend {
    Trend {
        days: (points[0].0, points[points.len() - 1].0),
        unit: "följare".to_owned(),
        percent: false,
        from_zero: true,
        lines: vec![Line { label: "Följare".to_owned(), role: LineRole::Measured, points }],
        band: None,
        breaks,
        spans: Vec::new(),
    }
}

fn chart(trend: Trend, size: ChartSize) -> Chart {
    let data = Table { id: "d".to_owned(), caption: String::new(), columns: Vec::new(), rows: Vec::new(), note: None };
    let mut chart = charts_of(&super::sample("stress"))[0].clone();
    "made".clone_into(&mut chart.id);
    chart.size = size;
    chart.drawing = Drawing::Trend(trend);
    chart.data = data;
    chart
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the values: several lines that end where they want, breaks anywhere, gaps, very large and very small numbers.
    #[test]
    fn nothing_leaves_the_frame_and_no_label_lies_over_another(
        length in 2_u64..500,
        scale in prop_oneof![Just(1.0), Just(0.01), Just(37.5), Just(1_234_567.0)],
        lines in prop::collection::vec((prop::collection::vec(prop::option::weighted(0.9, 0.0..100.0_f64), 2..40), 0_usize..5), 1..6),
        breaks in prop::collection::vec(0_u64..500, 0..4),
        small in any::<bool>(),
        from_zero in any::<bool>(),
    ) {
        let first: NaiveDate = "2025-11-03".parse().unwrap();
        let last = first + Days::new(length);
        let roles =
            [LineRole::Measured, LineRole::Target, LineRole::Pace, LineRole::Forecast, LineRole::Comparison];
        let lines = lines.into_iter().map(|(values, role)| Line {
            label: ["Följare", "Målvärde", "Takt som behövs", "Prognos", "Samma veckor i fjol"][role].to_owned(),
            role: roles[role],
            points: values
                .into_iter()
                .enumerate()
                .map(|(at, value)| (first + Days::new(at as u64 * 7), value.map(|value| value * scale)))
                .collect(),
        }).collect();
        let breaks = breaks
            .into_iter()
            .map(|at| Mark { day: first + Days::new(at), label: "Plattformen ändrade måttet".to_owned() })
            .collect();
        let trend = Trend {
            days: (first, last), unit: "följare".to_owned(), percent: false, from_zero, lines, band: None, breaks,
            spans: Vec::new(),
        };
        let size = if small { ChartSize::Small } else { ChartSize::Wide };
        prop_assert_eq!(check(&chart(trend, size)), Ok(()));
    }
}
