//! The columns of the two tables, in one list each, and what is kept of them in the log for pruning.

use deltalake_core::kernel::{DataType as LogType, PrimitiveType, StructField};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One row per value as known at one time.
    Observations,
    /// One row per post as known at one time.
    Posts,
}

/// The types that occur; all of them are in the oldest Delta protocol, so that every reader takes the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Whole,
    Decimal,
    Day,
    Moment,
}

/// A column: its name, type, and whether it may be empty.
pub(super) type ColumnSpec = (&'static str, Type, bool);

/// The partition column: in the folder's name, not in the files.
pub(super) const PARTITION: &str = "organisation";

/// `value` holds counts and milliseconds, `decimal` a platform's own ratios; at most one of them is there.
const OBSERVATIONS: [ColumnSpec; 16] = [
    ("platform", Type::Text, false),
    ("channel", Type::Text, false),
    ("account", Type::Text, false),
    ("object", Type::Text, true),
    ("metric", Type::Text, false),
    ("dimension", Type::Text, true),
    ("window", Type::Text, false),
    ("start", Type::Day, false),
    ("end", Type::Day, false),
    ("zone", Type::Text, false),
    ("value", Type::Whole, true),
    ("decimal", Type::Decimal, true),
    ("state", Type::Text, false),
    ("seen", Type::Moment, false),
    ("source", Type::Text, false),
    ("run", Type::Text, false),
];

const POSTS: [ColumnSpec; 10] = [
    ("platform", Type::Text, false),
    ("channel", Type::Text, false),
    ("object", Type::Text, false),
    ("published", Type::Moment, false),
    ("format", Type::Text, false),
    ("text", Type::Text, false),
    ("permalink", Type::Text, true),
    ("link", Type::Text, true),
    ("seen", Type::Moment, false),
    ("source", Type::Text, false),
];

impl Kind {
    /// The folder below the store's root.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Observations => "observations",
            Self::Posts => "posts",
        }
    }

    /// The columns of the files, in order.
    pub(super) fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Observations => &OBSERVATIONS,
            Self::Posts => &POSTS,
        }
    }

    /// The order of the rows in a file: what is asked for together lies together.
    pub(super) fn order(self) -> &'static [&'static str] {
        match self {
            Self::Observations => &["channel", "metric", "object", "dimension", "window", "start", "seen"],
            Self::Posts => &["channel", "published", "object", "seen"],
        }
    }

    /// The columns whose least and greatest value the log keeps.
    pub(super) fn bounded(self) -> &'static [&'static str] {
        match self {
            Self::Observations => &["platform", "channel", "metric", "start", "end", "seen"],
            Self::Posts => &["platform", "channel", "published", "seen"],
        }
    }

    /// The columns as the log declares them, partition first.
    pub(super) fn fields(self) -> Vec<StructField> {
        let partition = (PARTITION, Type::Text, false);
        std::iter::once(&partition).chain(self.columns()).map(|column| field(*column)).collect()
    }
}

fn field((name, kind, nullable): ColumnSpec) -> StructField {
    let primitive = match kind {
        Type::Text => PrimitiveType::String,
        Type::Whole => PrimitiveType::Long,
        Type::Decimal => PrimitiveType::Double,
        Type::Day => PrimitiveType::Date,
        Type::Moment => PrimitiveType::Timestamp,
    };
    StructField::new(name, LogType::Primitive(primitive), nullable)
}
