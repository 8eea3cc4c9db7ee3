//! A plotters drawing area in points: strokes, areas and text at exact places.
//!
//! Plotters' back end counts whole pixels, so everything is drawn four times as large and the root element is rewritten
//! to the nominal size. It knows no weight 600; the family name carries it as a marker that is replaced afterwards.

use plotters::coord::Shift;
use plotters::element::{Circle, DashedPathElement, DottedPathElement, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::ink::{Ink, with_classes};
use crate::render::measure::{Weight, width};

/// How many of plotters' pixels one point is.
const SCALE: f64 = 4.0;
/// What plotters divides font sizes by.
const FONT_DIVISOR: f64 = 1.24;
/// The families, as they stand in the finished SVG.
const FAMILY: &str = "'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif";

/// A place, in points from the upper left corner.
pub(super) type Place = (f64, f64);

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stroke {
    /// Unbroken.
    Solid,
    /// Dashes and gaps of so many points.
    Dashed(f64, f64),
    /// Dots, so many points apart.
    Dotted(f64),
}

/// How a text hangs on its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hang {
    /// The place is its left end.
    Left,
    /// Its middle.
    Centre,
    /// Its right end.
    Right,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    /// Its colour.
    pub ink: Ink,
    /// Its size in points.
    pub size: f64,
    /// Its weight.
    pub weight: Weight,
    /// Whether a pale ground keeps it readable over lines.
    pub halo: bool,
}

/// Draws with the function and gives the finished SVG.
pub(super) fn paint(width: f64, height: f64, draw: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (pixels_of(width), pixels_of(height))).into_drawing_area();
        let canvas = Canvas { area };
        draw(&canvas);
        // A back end that writes to a string has nothing that can fail.
        canvas.area.present().ok();
    }
    finished(&svg, width, height)
}

/// Where things are drawn.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl Canvas<'_> {
    /// A line through the places.
    pub(super) fn line(&self, places: &[Place], ink: Ink, width: f64, stroke: Stroke) {
        let points: Vec<(i32, i32)> = places.iter().copied().map(pixels).collect();
        if points.len() < 2 {
            return;
        }
        let style = ink.colour().stroke_width(pixels_of(width));
        match stroke {
            Stroke::Solid => self.area.draw(&PathElement::new(points, style)).ok(),
            Stroke::Dashed(dash, gap) => {
                let (dash, gap) = (pixel(dash), pixel(gap));
                self.area.draw(&DashedPathElement::new(points, dash, gap, style)).ok()
            }
            Stroke::Dotted(apart) => {
                let radius = pixel(width * 0.6);
                let dot = move |place| Circle::new(place, radius, ink.colour().filled());
                self.area.draw(&DottedPathElement::new(points, 0, pixel(apart), dot)).ok()
            }
        };
    }

    /// A filled outline; `cover` is how much of what lies below it hides, 1.0 being all.
    pub(super) fn area(&self, places: &[Place], ink: Ink, cover: f64) {
        let points: Vec<(i32, i32)> = places.iter().copied().map(pixels).collect();
        let style: ShapeStyle = ink.colour().mix(cover).filled();
        self.area.draw(&Polygon::new(points, style)).ok();
    }

    /// A filled rectangle.
    pub(super) fn rectangle(&self, from: Place, to: Place, ink: Ink, cover: f64) {
        self.area.draw(&Rectangle::new([pixels(from), pixels(to)], ink.colour().mix(cover).filled())).ok();
    }

    /// A filled circle.
    pub(super) fn dot(&self, place: Place, radius: f64, ink: Ink) {
        self.area.draw(&Circle::new(pixels(place), pixel(radius), ink.colour().filled())).ok();
    }

    /// One line of text, the place being on its base line.
    pub(super) fn text(&self, text: &str, place: Place, hang: Hang, look: Type) {
        if look.halo {
            self.clear(text, place, hang, look);
        }
        let family = if look.weight == Weight::Semibold { "semibold" } else { "regular" };
        let horizontal = match hang {
            Hang::Left => HPos::Left,
            Hang::Centre => HPos::Center,
            Hang::Right => HPos::Right,
        };
        let font = FontDesc::new(FontFamily::Name(family), look.size * SCALE * FONT_DIVISOR, FontStyle::Normal);
        let colour = look.ink.colour();
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Bottom));
        self.area.draw(&Text::new(text, pixels(place), style)).ok();
    }

    /// A white edge would eat into the neighbouring letters: a ground behind the whole line does not.
    fn clear(&self, text: &str, (x, y): Place, hang: Hang, look: Type) {
        let wide = width(text, look.size, look.weight);
        let left = match hang {
            Hang::Left => x,
            Hang::Centre => x - wide / 2.0,
            Hang::Right => x - wide,
        };
        let (up, down) = (y - look.size * 0.8, y + look.size * 0.25);
        self.rectangle((left - 1.5, up), (left + wide + 1.5, down), Ink::Paper, 0.85);
    }
}

fn pixel(length: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a chart is a few thousand pixels wide")]
    let whole = (length * SCALE).round() as i32;
    whole
}

fn pixels_of(length: f64) -> u32 {
    pixel(length).unsigned_abs()
}

fn pixels((x, y): Place) -> (i32, i32) {
    (pixel(x), pixel(y))
}

fn finished(svg: &str, width: f64, height: f64) -> String {
    let (large, tall) = (pixels_of(width), pixels_of(height));
    let root = format!("<svg width=\"{large}\" height=\"{tall}\"");
    let nominal = format!(
        "<svg class=\"chart\" width=\"{width}\" height=\"{height}\" stroke-linejoin=\"round\" stroke-linecap=\"round\""
    );
    let mut text = svg.replacen(&root, &nominal, 1);
    for (marker, weight) in [("regular", ""), ("semibold", " font-weight=\"600\"")] {
        text = text.replace(&format!("font-family=\"{marker}\""), &format!("font-family=\"{FAMILY}\"{weight}"));
    }
    // Plotters lifts a text by half an x-height from its place; ours is the base line.
    with_classes(text.replace(" dy=\"-0.5ex\"", "").replace("opacity=\"1\" ", ""))
}
