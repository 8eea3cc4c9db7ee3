//! The records of Excel's old workbooks (\[MS-XLS\] 2.1): how much the sheets claim to hold, before anything is set aside for
//! it. Whoever reads them believes what they say of themselves, and a broken one says that it needs terabytes.

/// What the format can hold: rows and columns of a sheet.
const ROWS: u32 = 65_536;
const COLUMNS: u32 = 256;
/// More sheets than anybody has; every one is walked through.
const SHEETS: usize = 1_000;
/// A whole sheet and a little, over all sheets: whoever reads them makes every cell between the first and the last.
const MOST_CELLS: u64 = 20_000_000;

const END: u16 = 0x000a;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL: u16 = 0x00bd;
/// Records of one cell, which begin with its row and column.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, 0x0006];

/// Whether the stream of a workbook claims more than the format, or we, can hold. What breaks off, or is no record at all, is
/// for whoever reads the cells to say.
pub(super) fn claims_too_much(stream: &[u8]) -> bool {
    let whole = Records(stream).take_while(|record| record.kind != END);
    let places = whole.filter(|record| record.kind == SHEET).filter_map(|record| long(record.data, 0));
    let places: Vec<usize> = places.filter_map(|place| usize::try_from(place).ok()).collect();
    if places.len() > SHEETS {
        return true;
    }
    let mut all = 0_u64;
    for place in places {
        let Some(cells) = cells(stream.get(place..).unwrap_or_default()) else { return true };
        all = all.saturating_add(cells);
    }
    all > MOST_CELLS
}

/// How many cells lie between the first and the last that the sheet names; none where one lies outside of every sheet.
fn cells(stream: &[u8]) -> Option<u64> {
    let mut around: Option<[u32; 4]> = None;
    let (mut begun, mut depth) = (false, 0_u32);
    for Record { kind, data } in Records(stream) {
        // A chart in the sheet is a stream of its own within; its records are none of the sheet's.
        match kind {
            BEGIN if begun => depth += 1,
            BEGIN => begun = true,
            END if depth == 0 => break,
            END => depth -= 1,
            DIMENSIONS if depth == 0 => fits(data)?,
            kind if depth == 0 && (kind == SEVERAL || CELLS.contains(&kind)) => {
                let Some((row, first)) = short(data, 0).zip(short(data, 2)) else { continue };
                let last =
                    if kind == SEVERAL { short(data, data.len().saturating_sub(2)).unwrap_or(first) } else { first };
                if first.max(last) >= COLUMNS {
                    return None;
                }
                let [top, bottom, left, right] = around.unwrap_or([row, row, first, last]);
                around = Some([top.min(row), bottom.max(row), left.min(first), right.max(last)]);
            }
            _ => {}
        }
    }
    let Some([top, bottom, left, right]) = around else { return Some(0) };
    Some(u64::from(bottom - top + 1) * u64::from(right - left + 1))
}

/// Whether the dimensions that a sheet tells (its first row, one past its last row and column) are those of a sheet. A sheet
/// that ends before it begins would count as one of four thousand million rows.
fn fits(data: &[u8]) -> Option<()> {
    let (first, rows, columns) = match data.len() {
        10 => (short(data, 0)?, short(data, 2)?, short(data, 6)?),
        14 | 16 => (long(data, 0)?, long(data, 4)?, short(data, 10)?),
        _ => return Some(()),
    };
    let forwards = rows == 0 || columns == 0 || first <= rows;
    (forwards && rows <= ROWS && columns <= COLUMNS).then_some(())
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

/// The records of a stream, one after the other; ends where one breaks off.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, length) = (short(self.0, 0)?, usize::try_from(short(self.0, 2)?).ok()?);
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some(Record { kind: u16::try_from(kind).ok()?, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).expect("a short record");
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    /// A workbook of one sheet with these records.
    fn book(inside: &[Vec<u8>]) -> Vec<u8> {
        let globals = |place: u32| {
            let sheet = [&place.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
            [record(BEGIN, &[0; 16]), record(SHEET, &sheet), record(END, &[])].concat()
        };
        let place = u32::try_from(globals(0).len()).expect("a short stream");
        [globals(place), record(BEGIN, &[0; 16]), inside.concat(), record(END, &[])].concat()
    }

    fn dimensions(rows: u32, columns: u16) -> Vec<u8> {
        record(DIMENSIONS, &[&[0; 4][..], &rows.to_le_bytes(), &[0; 2], &columns.to_le_bytes(), &[0; 2]].concat())
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    #[test]
    fn a_sheet_as_large_as_the_format_allows_is_read_and_a_larger_one_is_not() {
        assert!(!claims_too_much(&book(&[dimensions(65_536, 256), cell(0, 0), cell(65_535, 255)])));
        assert!(claims_too_much(&book(&[dimensions(65_537, 2)])));
        assert!(claims_too_much(&book(&[dimensions(2, 257)])));
        let backwards = [&7_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &[0; 2], &[2, 0, 0, 0]].concat();
        assert!(claims_too_much(&book(&[record(DIMENSIONS, &backwards)])));
        assert!(claims_too_much(&book(&[dimensions(2, 2), cell(0, 256)])));
        // Columns of which the last stands at the end.
        let several = |last: u8| record(SEVERAL, &[0, 0, 250, 0, 0, 0, 0, 0, 0, 0, last, u8::from(last < 250)]);
        assert!(!claims_too_much(&book(&[several(255)])));
        assert!(claims_too_much(&book(&[several(0)])));
    }

    #[test]
    fn the_records_of_a_chart_are_none_of_the_sheets() {
        let chart = [record(BEGIN, &[0; 16]), cell(0, 999), record(END, &[])].concat();
        assert!(!claims_too_much(&book(&[cell(0, 0), chart, cell(1, 1)])));
    }

    #[test]
    fn what_is_no_workbook_claims_nothing() {
        assert!(!claims_too_much(b""));
        assert!(!claims_too_much(b"\x00\x01"));
        assert!(!claims_too_much(&book(&[cell(0, 0)])[..30]));
    }
}
