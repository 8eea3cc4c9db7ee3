//! From bytes to text: encodings, what a spreadsheet program does to a text file, and whether its quotation marks fit.

use super::ImportError;
use crate::model::told::{Told, files as told};

/// A text as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// The text without byte order mark and `sep=` line.
    pub(super) content: String,
    /// The sign between cells.
    pub(super) delimiter: u8,
    /// The line in the file that the text starts with.
    pub(super) first_line: u64,
    /// What was noticed.
    pub(super) notices: Vec<Told>,
}

/// Reads bytes as text.
///
/// # Errors
/// When they are no text, or a text whose quotation marks do not fit.
pub(super) fn decode(bytes: &[u8]) -> Result<Text, ImportError> {
    let mut notices = Vec::new();
    let text = unencoded(bytes, &mut notices)?;
    if text.contains('\0') {
        return Err(ImportError::Unknown(told::neither_text_nor_workbook()));
    }
    let (mut rest, mut first_line, mut delimiter) = (text.trim_start_matches('\u{feff}'), 1, None);
    if let Some((line, after)) = split_line(rest)
        && let Some(sign) = line.trim_matches('"').strip_prefix("sep=")
    {
        delimiter = sign.bytes().next().or(Some(b','));
        (rest, first_line) = (after, 2);
    }
    let delimiter = delimiter.unwrap_or_else(|| sniff(rest));
    let mut text = rest.to_owned();
    if let Some(unwrapped) = unwrap_layer(&text)? {
        notices.push(told::layer_taken_off());
        let delimiter = sniff(&unwrapped);
        text = unwrapped;
        check_quotes(&text, delimiter, first_line)?;
        return Ok(Text { content: text, delimiter, first_line, notices });
    }
    check_quotes(&text, delimiter, first_line)?;
    if !text.is_empty() && !text.ends_with(['\n', '\r']) {
        notices.push(told::line_break_missing());
    }
    Ok(Text { content: text, delimiter, first_line, notices })
}

fn unencoded(bytes: &[u8], notices: &mut Vec<Told>) -> Result<String, ImportError> {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        let odd = encoding != encoding_rs::UTF_8 && bytes.len() % 2 == 1;
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[skip..]);
        if broken || odd {
            return Err(ImportError::Ruined { line: 0, what: told::text_not_whole(encoding.name()) });
        }
        return Ok(text.into_owned());
    }
    if let Some(text) = wide_without_mark(bytes) {
        notices.push(told::text_wide());
        return Ok(text);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let encoding = code_page(bytes);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    notices.push(told::text_encoding(encoding.name()));
    Ok(text.into_owned())
}

/// UTF-16 whose mark was lost: every other byte of the first lines is zero.
fn wide_without_mark(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = match (zeros(1) * 4 > head.len(), zeros(0) * 4 > head.len()) {
        (true, false) => encoding_rs::UTF_16LE,
        (false, true) => encoding_rs::UTF_16BE,
        _ => return None,
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    (!broken && bytes.len().is_multiple_of(2)).then(|| text.into_owned())
}

/// Which Windows code page: Cyrillic letters stand in words of their own, Swedish ones between Latin letters.
fn code_page(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    let high = |byte: &u8| *byte >= 0xc0;
    let pairs = bytes.windows(2).filter(|pair| high(&pair[0]) && high(&pair[1])).count();
    let all = bytes.iter().filter(|byte| high(byte)).count();
    if all > 0 && pairs * 2 > all { encoding_rs::WINDOWS_1251 } else { encoding_rs::WINDOWS_1252 }
}

fn split_line(text: &str) -> Option<(&str, &str)> {
    let at = text.find('\n')?;
    Some((text[..at].trim_end_matches('\r'), &text[at + 1..]))
}

/// The sign that parts the first lines most evenly.
pub(super) fn sniff(text: &str) -> u8 {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).take(5);
    let mut best = (0, b',');
    let counts: Vec<[usize; 3]> =
        lines.map(|line| [b',', b';', b'\t'].map(|sign| outside_quotes(line, sign))).collect();
    for (place, sign) in [b',', b';', b'\t'].into_iter().enumerate() {
        let most = counts.iter().map(|line| line[place]).max().unwrap_or(0);
        if most > best.0 {
            best = (most, sign);
        }
    }
    best.1
}

fn outside_quotes(line: &str, sign: u8) -> usize {
    let mut quoted = false;
    let mut found = 0;
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            byte if byte == sign && !quoted => found += 1,
            _ => {}
        }
    }
    found
}

/// The text without its second layer of quotation marks, if every record stands in one. A file where only some do is
/// refused: nobody can tell which are whole.
fn unwrap_layer(text: &str) -> Result<Option<String>, ImportError> {
    let wrapped = |cell: &str| [',', ';', '\t'].iter().any(|sign| cell.contains(*sign));
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let inner = first.trim_end().strip_prefix('"').and_then(|rest| rest.trim_end_matches([',', ';']).strip_suffix('"'));
    let is_wrapped = inner.is_some_and(|inner| wrapped(inner) && !inner.replace("\"\"", "").contains('"'));
    if !is_wrapped {
        return Ok(None);
    }
    // A single quoted title over a table is no layer: its second line is not one cell.
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut lines, mut odd) = (Vec::new(), None);
    for record in reader.records() {
        let record = record.map_err(|error| ImportError::Unknown(told::not_csv(error.to_string())))?;
        let line = record.position().map_or(0, csv::Position::line);
        match record.get(0) {
            Some(cell) if record.iter().skip(1).all(str::is_empty) => lines.push(cell.to_owned()),
            _ => odd = odd.or(Some(line)),
        }
    }
    match odd {
        None if lines.len() > 1 => Ok(Some(lines.join("\n") + "\n")),
        None => Ok(None),
        Some(_) if lines.len() < 3 => Ok(None),
        Some(line) => Err(ImportError::Ruined { line, what: told::layer_partly() }),
    }
}

/// Whether every quotation mark that opens a cell is closed before the cell ends. What does not fit has swallowed rows.
fn check_quotes(text: &str, delimiter: u8, first_line: u64) -> Result<(), ImportError> {
    let (mut line, mut opened) = (first_line, None);
    let mut cell_starts = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u64::from(byte == b'\n');
        if opened.is_some() {
            if byte != b'"' {
                continue;
            }
            match bytes.peek() {
                Some(b'"') => {
                    bytes.next();
                }
                Some(next) if *next != delimiter && !matches!(next, b'\n' | b'\r' | b' ') => {
                    return Err(ImportError::Ruined { line, what: told::quote_within() });
                }
                _ => opened = None,
            }
            cell_starts = false;
            continue;
        }
        match byte {
            b'"' if cell_starts => opened = Some(line),
            _ => cell_starts = byte == delimiter || byte == b'\n' || byte == b'\r',
        }
    }
    match opened {
        Some(line) => Err(ImportError::Ruined { line, what: told::quote_open() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let expected = "Visningar,Räckvidd\n1,2\n";
        let windows = encoding_rs::WINDOWS_1252.encode(expected).0.into_owned();
        let marked = format!("\u{feff}{expected}").into_bytes();
        for bytes in [expected.as_bytes().to_vec(), marked, wide(expected), windows] {
            assert_eq!(decode(&bytes).expect("text").content, expected);
        }
        let russian = encoding_rs::WINDOWS_1251.encode("Дата,Охват\n1,3.апр\n").0.into_owned();
        let read = decode(&russian).expect("text");
        assert_eq!(read.content, "Дата,Охват\n1,3.апр\n");
        assert_eq!(read.notices, [told::text_encoding("windows-1251")]);
    }

    #[test]
    fn the_separator_line_is_taken_and_counted() {
        let read = decode(&wide("sep=,\n\"Reach\"\n\"Date\",\"Primary\"\n")).expect("text");
        assert_eq!((read.delimiter, read.first_line), (b',', 2));
        assert!(read.content.starts_with("\"Reach\""));
        assert_eq!(decode(b"sep=\t\nA\tB\n").expect("text").delimiter, b'\t');
        assert_eq!(decode(b"A;B;C,D\n1;2;3,4\n").expect("text").delimiter, b';');
    }

    #[test]
    fn quotation_marks_that_do_not_fit_are_refused() {
        for text in ["a,\"b,5\nc,\"d\",6\n", "a,\"b\nc,d\n"] {
            assert!(matches!(decode(text.as_bytes()), Err(ImportError::Ruined { .. })), "{text}");
        }
        assert!(decode("a,\"b\nsaid \"\"yes\"\"\",5\nc,7\" screen,6\n".as_bytes()).is_ok());
    }

    #[test]
    fn a_second_layer_of_quotes_is_taken_off_or_refused() {
        let wrapped = "\"a,b,\"\"c d\"\"\"\n\"1,2,\"\"x, y\"\"\"\n\"3,4,z\"\n";
        assert_eq!(decode(wrapped.as_bytes()).expect("text").content, "a,b,\"c d\"\n1,2,\"x, y\"\n3,4,z\n");
        let half = "\"a,b,c\"\n\"1,2,3\"\n\"1,2,3\"\n4,5,6\n";
        assert!(matches!(decode(half.as_bytes()), Err(ImportError::Ruined { line: 4, .. })));
    }
}
