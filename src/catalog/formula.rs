//! Metrics that an organisation makes of others: `clicks / views`, `reactions + 2 * comments + 3 * shares`.
//!
//! Every formula has a type, by the types of what stands in it: counts that add give a count that adds, and a count
//! divided by a count is a rate whose parts are summed first. What has no sum (people counted once, stocks, rates) can
//! not be made into one, and is refused where it stands.
//!
//! ```text
//! formula = product { ("+" | "-") product }
//! product = atom { ("*" | "/") atom }
//! atom    = number | metric | "(" formula ")"
//! ```

use std::ops::Range;

use super::Catalog;
use crate::model::{MetricName, Rollup};

/// Counts with what each is multiplied by, ascending by name, each once.
pub type Terms = Vec<(f64, MetricName)>;

/// What a formula comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// A count that adds.
    Sum(Terms),
    /// A rate: both parts are summed, then divided.
    Ratio(Terms, Terms),
}

/// What is wrong with a formula, and where: bytes of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct FormulaError {
    /// From where to where.
    pub at: Range<usize>,
    /// What.
    pub kind: FormulaErrorKind,
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum FormulaErrorKind {
    /// A sign that means nothing here.
    Unexpected,
    /// It ends where something should follow.
    Ends,
    /// No such metric.
    Unknown(String),
    /// People counted once: no sum of them means anything.
    Unique(MetricName),
    /// A stock has no sum over days.
    Stock(MetricName),
    /// Inhabitants, which are no metric.
    Inhabitants,
    /// Rates are neither added nor taken apart: their parts are summed first.
    AddsRates,
    /// A number added to a count.
    AddsNumber,
    /// A count times a count.
    MultipliesCounts,
    /// Divided by a rate, or a rate divided by a count.
    DividesRates,
    /// A number divided by a count.
    DividesNumber,
    /// Divided by nothing.
    ByZero,
    /// Only a number.
    NoMetric,
}

impl Formula {
    /// Reads a formula over the metrics of the catalogue.
    ///
    /// # Errors
    /// With the first thing that is wrong, and where.
    pub fn read(text: &str, catalog: &Catalog) -> Result<Self, FormulaError> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), catalog, depth: 0 };
        let typed = parser.sum()?;
        if let Some(token) = parser.peek() {
            return Err(FormulaError { at: token.at.clone(), kind: FormulaErrorKind::Unexpected });
        }
        match typed.value {
            Value::Number(_) => Err(FormulaError { at: 0..text.len(), kind: FormulaErrorKind::NoMetric }),
            Value::Sum(terms) => Ok(Self::Sum(terms)),
            Value::Ratio(above, below) => Ok(Self::Ratio(above, below)),
        }
    }

    /// Every metric that it is made of.
    pub fn metrics(&self) -> Vec<&MetricName> {
        match self {
            Self::Sum(terms) => terms.iter().map(|(_, metric)| metric).collect(),
            Self::Ratio(above, below) => above.iter().chain(below).map(|(_, metric)| metric).collect(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Sign {
    Name(String),
    Number(f64),
    Plus,
    Minus,
    Times,
    Over,
    Open,
    Close,
}

struct Token {
    sign: Sign,
    at: Range<usize>,
}

fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let mut end = at + letter.len_utf8();
        let mut take = |more: fn(char) -> bool| {
            while let Some((next, found)) = letters.next_if(|(_, found)| more(*found)) {
                end = next + found.len_utf8();
            }
        };
        let sign = match letter {
            letter if letter.is_whitespace() => continue,
            '+' => Sign::Plus,
            '-' | '−' => Sign::Minus,
            '*' | '×' | '·' => Sign::Times,
            '/' | '÷' => Sign::Over,
            '(' => Sign::Open,
            ')' => Sign::Close,
            '0'..='9' | '.' => {
                take(|it| it.is_ascii_digit() || it == '.' || it == '_');
                let digits = text[at..end].replace('_', "");
                let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
                Sign::Number(number.ok_or(FormulaError { at: at..end, kind: FormulaErrorKind::Unexpected })?)
            }
            letter if letter.is_alphabetic() => {
                take(|it| it.is_alphanumeric() || it == '_');
                Sign::Name(text[at..end].to_owned())
            }
            _ => return Err(FormulaError { at: at..end, kind: FormulaErrorKind::Unexpected }),
        };
        tokens.push(Token { sign, at: at..end });
    }
    Ok(tokens)
}

enum Value {
    Number(f64),
    Sum(Terms),
    Ratio(Terms, Terms),
}

struct Typed {
    value: Value,
    at: Range<usize>,
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    end: usize,
    catalog: &'a Catalog,
    depth: u32,
}

/// More brackets within brackets than anybody reads.
const DEEPEST: u32 = 40;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&mut self, signs: &[Sign]) -> Option<Sign> {
        let sign = self.peek().map(|token| token.sign.clone()).filter(|sign| signs.contains(sign))?;
        self.at += 1;
        Some(sign)
    }

    fn sum(&mut self) -> Result<Typed, FormulaError> {
        let mut left = self.product()?;
        while let Some(sign) = self.next_is(&[Sign::Plus, Sign::Minus]) {
            let right = self.product()?;
            let factor = if sign == Sign::Minus { -1.0 } else { 1.0 };
            left = added(left, right, factor)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Typed, FormulaError> {
        let mut left = self.atom()?;
        while let Some(sign) = self.next_is(&[Sign::Times, Sign::Over]) {
            let right = self.atom()?;
            left = if sign == Sign::Times { multiplied(left, right)? } else { divided(left, right)? };
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Typed, FormulaError> {
        let Some(Token { sign, at }) = self.tokens.get(self.at) else {
            return Err(FormulaError { at: self.end..self.end, kind: FormulaErrorKind::Ends });
        };
        self.at += 1;
        match sign {
            Sign::Number(number) => Ok(Typed { value: Value::Number(*number), at: at.clone() }),
            Sign::Name(name) => {
                let value = self.metric(name).map_err(|kind| FormulaError { at: at.clone(), kind })?;
                Ok(Typed { value, at: at.clone() })
            }
            Sign::Open if self.depth < DEEPEST => {
                self.depth += 1;
                let inner = self.sum()?;
                self.depth -= 1;
                let close = self.peek().map_or(self.end..self.end, |token| token.at.clone());
                if self.next_is(&[Sign::Close]).is_none() {
                    let kind = if close.is_empty() { FormulaErrorKind::Ends } else { FormulaErrorKind::Unexpected };
                    return Err(FormulaError { at: close, kind });
                }
                Ok(Typed { value: inner.value, at: at.start..close.end })
            }
            _ => Err(FormulaError { at: at.clone(), kind: FormulaErrorKind::Unexpected }),
        }
    }

    fn metric(&self, name: &str) -> Result<Value, FormulaErrorKind> {
        if ["inhabitants", "population", "invånare"].contains(&name) {
            return Err(FormulaErrorKind::Inhabitants);
        }
        let metric = MetricName::from(name);
        let known = self.catalog.canonical(&metric).ok_or_else(|| FormulaErrorKind::Unknown(name.to_owned()))?;
        match &known.rollup {
            Rollup::Sum => Ok(Value::Sum(vec![(1.0, metric)])),
            Rollup::RatioOfSums { numerator, denominator } => {
                Ok(Value::Ratio(vec![(1.0, numerator.clone())], vec![(1.0, denominator.clone())]))
            }
            Rollup::Last => Err(FormulaErrorKind::Stock(metric)),
            Rollup::Never => Err(FormulaErrorKind::Unique(metric)),
        }
    }
}

fn added(left: Typed, right: Typed, factor: f64) -> Result<Typed, FormulaError> {
    let at = left.at.start..right.at.end;
    let value = match (left.value, right.value) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a + factor * b),
        (Value::Sum(a), Value::Sum(b)) => Value::Sum(together(a, scaled(b, factor))),
        (Value::Ratio(..), _) | (_, Value::Ratio(..)) => {
            return Err(FormulaError { at, kind: FormulaErrorKind::AddsRates });
        }
        _ => return Err(FormulaError { at, kind: FormulaErrorKind::AddsNumber }),
    };
    Ok(Typed { value, at })
}

fn multiplied(left: Typed, right: Typed) -> Result<Typed, FormulaError> {
    let at = left.at.start..right.at.end;
    let value = match (left.value, right.value) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a * b),
        (Value::Number(a), Value::Sum(terms)) | (Value::Sum(terms), Value::Number(a)) => Value::Sum(scaled(terms, a)),
        (Value::Number(a), Value::Ratio(above, below)) | (Value::Ratio(above, below), Value::Number(a)) => {
            Value::Ratio(scaled(above, a), below)
        }
        _ => return Err(FormulaError { at, kind: FormulaErrorKind::MultipliesCounts }),
    };
    Ok(Typed { value, at })
}

fn divided(left: Typed, right: Typed) -> Result<Typed, FormulaError> {
    let at = left.at.start..right.at.end;
    let error = |kind| Err(FormulaError { at: at.clone(), kind });
    let value = match (left.value, right.value) {
        (_, Value::Number(0.0)) => return Err(FormulaError { at: right.at, kind: FormulaErrorKind::ByZero }),
        (Value::Number(a), Value::Number(b)) => Value::Number(a / b),
        (Value::Sum(terms), Value::Number(b)) => Value::Sum(scaled(terms, 1.0 / b)),
        (Value::Ratio(above, below), Value::Number(b)) => Value::Ratio(scaled(above, 1.0 / b), below),
        (Value::Sum(above), Value::Sum(below)) => Value::Ratio(above, below),
        (Value::Number(_), Value::Sum(_)) => return error(FormulaErrorKind::DividesNumber),
        _ => return error(FormulaErrorKind::DividesRates),
    };
    Ok(Typed { value, at })
}

fn scaled(terms: Terms, factor: f64) -> Terms {
    terms.into_iter().map(|(weight, metric)| (weight * factor, metric)).collect()
}

fn together(left: Terms, right: Terms) -> Terms {
    let mut terms = left;
    for (weight, metric) in right {
        match terms.iter_mut().find(|(_, known)| known == &metric) {
            Some((known, _)) => *known += weight,
            None => terms.push((weight, metric)),
        }
    }
    terms.sort_by(|(_, left), (_, right)| left.cmp(right));
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Formula, FormulaError> {
        Formula::read(text, Catalog::builtin())
    }

    fn terms(parts: &[(f64, &str)]) -> Terms {
        parts.iter().map(|(weight, name)| (*weight, MetricName::from(*name))).collect()
    }

    #[test]
    fn counts_add_and_divide() {
        let weighed = terms(&[(2.0, "comments"), (1.0, "reactions"), (3.0, "shares")]);
        assert_eq!(read("reactions + 2 * comments + 3*shares"), Ok(Formula::Sum(weighed)));
        let half = terms(&[(0.5, "clicks"), (-0.5, "shares")]);
        assert_eq!(read("(clicks − shares) / 2"), Ok(Formula::Sum(half)));
        let (above, below) = (terms(&[(1.0, "clicks"), (1.0, "shares")]), terms(&[(1.0, "views")]));
        assert_eq!(read("(clicks + shares) / views"), Ok(Formula::Ratio(above, below)));
        // A rate stays a ratio of sums, whatever it is multiplied by.
        let (above, below) = (terms(&[(1000.0, "engagements")]), terms(&[(1.0, "views")]));
        assert_eq!(read("1_000 × engagement_rate"), Ok(Formula::Ratio(above.clone(), below.clone())));
        assert_eq!(read("1000 * engagements / views"), Ok(Formula::Ratio(above, below)));
        assert_eq!(read("views + views"), Ok(Formula::Sum(terms(&[(2.0, "views")]))));
    }

    #[test]
    fn what_has_no_sum_is_refused_where_it_stands() {
        use FormulaErrorKind as Kind;
        let refused = |text: &str| read(text).map_err(|error| (text[error.at].to_owned(), error.kind)).unwrap_err();
        let unique = |name: &str| Kind::Unique(MetricName::from(name));
        assert_eq!(refused("views + reach"), ("reach".to_owned(), unique("reach")));
        assert_eq!(refused("engagements / reach"), ("reach".to_owned(), unique("reach")));
        assert_eq!(refused("visitors"), ("visitors".to_owned(), unique("visitors")));
        assert_eq!(refused("views / followers"), ("followers".to_owned(), Kind::Stock("followers".into())));
        assert_eq!(refused("views / invånare"), ("invånare".to_owned(), Kind::Inhabitants));
        assert_eq!(refused("clicks + shares / views"), ("clicks + shares / views".to_owned(), Kind::AddsRates));
        assert_eq!(refused("engagement_rate + 1"), ("engagement_rate + 1".to_owned(), Kind::AddsRates));
        assert_eq!(refused("views + 1"), ("views + 1".to_owned(), Kind::AddsNumber));
        assert_eq!(refused("views * clicks"), ("views * clicks".to_owned(), Kind::MultipliesCounts));
        assert_eq!(refused("views / engagement_rate"), ("views / engagement_rate".to_owned(), Kind::DividesRates));
        assert_eq!(refused("1 / views"), ("1 / views".to_owned(), Kind::DividesNumber));
        assert_eq!(refused("views / 0"), ("0".to_owned(), Kind::ByZero));
        assert_eq!(refused("viwes"), ("viwes".to_owned(), Kind::Unknown("viwes".to_owned())));
        assert_eq!(refused("1 + 2"), ("1 + 2".to_owned(), Kind::NoMetric));
        assert_eq!(refused("views % 2"), ("%".to_owned(), Kind::Unexpected));
        assert_eq!(refused("views clicks"), ("clicks".to_owned(), Kind::Unexpected));
        assert_eq!(refused("(views"), (String::new(), Kind::Ends));
        assert_eq!(refused(""), (String::new(), Kind::Ends));
        assert_eq!(refused("views +"), (String::new(), Kind::Ends));
        assert_eq!(read(&"(".repeat(10_000)).unwrap_err().kind, Kind::Unexpected);
    }
}
