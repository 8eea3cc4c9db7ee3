//! Excel's workbooks since 2007 (ECMA-376): the cells that are there, one by one, so that two cells far apart do not cost
//! the memory of all between them.

use std::io::{BufReader, Cursor};

use calamine::{Cell, Data, Reader as _, Xlsx, XlsxError};
use quick_xml::events::Event;

/// The cells of a sheet that are not empty.
pub(super) type Cells = Vec<Cell<Data>>;

/// The names and cells of the sheets; none of a sheet that is a drawing.
///
/// # Errors
/// When it is broken.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<(String, Cells)>, XlsxError> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let mut cells = Cells::new();
        match workbook.worksheet_cells_reader(&name) {
            Ok(mut reader) => {
                while let Some(cell) = reader.next_cell()? {
                    let place = cell.get_position();
                    match Data::from(cell.get_value().clone()) {
                        Data::Empty => {}
                        value => cells.push(Cell::new(place, value)),
                    }
                }
            }
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(error) => return Err(error),
        }
        sheets.push((name, cells));
    }
    Ok(sheets)
}

/// Whether the texts that the cells share claim to be more than their part of the file could hold: whoever reads them sets
/// aside room for as many.
pub(super) fn claims_too_much(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    (0..archive.len()).any(|at| {
        let Ok(part) = archive.by_index(at) else { return false };
        let shared = part.name().is_ok_and(|name| name.to_lowercase().ends_with("sharedstrings.xml"));
        let room = part.size();
        shared && texts_claimed(BufReader::new(part)).is_some_and(|texts| texts > room)
    })
}

/// How many texts the table says that it has.
fn texts_claimed(part: impl std::io::BufRead) -> Option<u64> {
    let mut reader = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) if start.local_name().as_ref() == "sst" => {
                let count = start.try_get_attribute("uniqueCount").ok()??;
                return count.value.trim().parse().ok();
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}
