//! Which source is believed where several speak of the same thing: the platform's interface, then the platform's export
//! files, then histories of other tools. For channels that are fed by files, files before the interface.

use std::collections::BTreeSet;
use std::sync::Arc;

use polars::prelude::*;

use crate::model::ChannelId;

/// How `import:<16 hex digits>@` begins: what follows is when the file was made.
const FILE: &str = "import:";
const MADE_AT: usize = FILE.len() + 16 + 1;

/// The channels whose files are believed before the interface.
pub(super) type FilesFirst = Arc<BTreeSet<ChannelId>>;

/// How much a source is believed: 2 the interface, 1 a file of the platform, 0 anything else. A file of a channel that is
/// fed by files: 3.
pub(super) fn rank(source: &str, files_first: bool) -> u8 {
    match (source.starts_with("api:"), source.starts_with(FILE)) {
        (true, _) => 2,
        (_, true) => 1 + 2 * u8::from(files_first),
        _ => 0,
    }
}

/// When the file of a source was made, in a form that sorts; empty for all that is no file.
pub(super) fn made(source: &str) -> &str {
    if source.starts_with(FILE) { source.get(MADE_AT..).unwrap_or_default() } else { "" }
}

/// The same as columns `rank` and `made`. Needs `channel` and `source`.
pub(super) fn ranked(frame: LazyFrame, files_first: &FilesFirst) -> LazyFrame {
    let source = || col("source").str();
    let file = || source().starts_with(lit(FILE));
    let first = files_first.iter().map(|channel| col("channel").eq(lit(channel.as_str()))).reduce(Expr::or);
    let of_file = match first {
        Some(first) => when(first).then(lit(3_i32)).otherwise(lit(1_i32)),
        None => lit(1_i32),
    };
    let rank =
        when(source().starts_with(lit("api:"))).then(lit(2_i32)).when(file()).then(of_file).otherwise(lit(0_i32));
    let made = when(file()).then(source().slice(lit(MADE_AT as u64), lit(u64::MAX))).otherwise(lit(""));
    frame.with_columns([rank.alias("rank"), made.alias("made")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_tell_when_they_were_made_and_nothing_else_does() {
        assert_eq!(made("import:0123456789abcdef@2026-11-18T06:00:00Z"), "2026-11-18T06:00:00Z");
        assert_eq!(made("import:0123456789abcdef"), "", "what was imported before files told it");
        assert_eq!(made("history:a-long-name-of-a-file-of-an-earlier-tool.csv"), "");
        assert_eq!(rank("api:v25.0", false), 2);
        assert_eq!((rank("import:x", false), rank("import:x", true), rank("history:x", true)), (1, 3, 0));
    }
}
