//! Excel's old container (a file system in a file): whether its chains of sectors end. A broken file can chain a sector to
//! itself, or to one that is not there; whoever follows it then never ends, or falls over.

use crate::model::told::{Told, files as told};

/// Sector numbers from here on are no sectors.
const SPECIAL: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;
/// Bytes of a directory's entry.
const ENTRY: usize = 128;
/// Bytes of a piece of a small stream.
const SMALL: usize = 64;

/// What the header says.
struct Header {
    sector: usize,
    directory: u32,
    smallest: u64,
    mini_table: u32,
    more_tables: u32,
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| number(four, 0))
}

fn header(bytes: &[u8]) -> Option<Header> {
    let sector = match bytes.get(30..32)? {
        [9, 0] => 512,
        [12, 0] => 4096,
        _ => return None,
    };
    Some(Header {
        sector,
        directory: number(bytes, 48)?,
        smallest: u64::from(number(bytes, 56)?),
        mini_table: number(bytes, 60)?,
        more_tables: number(bytes, 68)?,
    })
}

/// Why the container cannot be read; none where every chain ends.
pub(super) fn fault(bytes: &[u8]) -> Option<Told> {
    let Some(header) = header(bytes) else { return Some(told::container_header()) };
    let container = Container { bytes, size: header.sector };
    match container.check(&header) {
        Some(()) => None,
        None => Some(told::container_cut()),
    }
}

/// The stream of the workbook, found as the crate that reads it does: by the name alone, small below 4096 bytes whatever the
/// header says.
pub(super) fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let header = header(bytes)?;
    let container = Container { bytes, size: header.sector };
    let table = container.table(&header)?;
    let walk = |from: u32| chain(&table, from, container.sectors());
    let content = |ids: Vec<u32>| -> Option<Vec<u8>> {
        let parts: Option<Vec<&[u8]>> = ids.into_iter().map(|id| container.sector(id)).collect();
        parts.map(|parts| parts.concat())
    };
    let directory = content(walk(header.directory)?)?;
    let entries = || directory.chunks_exact(ENTRY);
    let named = |name: &str| entries().find(|entry| name_of(entry).eq_ignore_ascii_case(name));
    let entry = named("Workbook").or_else(|| named("Book"))?;
    let (start, length) = (number(entry, 116)?, usize::try_from(number(entry, 120)?).ok()?);
    let mut stream = if length < 4096 {
        let small = content(walk(number(entries().next()?, 116)?)?)?;
        let small_table: Vec<u32> = numbers(&content(walk(header.mini_table)?)?).collect();
        let pieces = chain(&small_table, start, small.len() / SMALL)?;
        let piece = |id: u32| small.chunks(SMALL).nth(usize::try_from(id).ok()?);
        pieces.into_iter().map(piece).collect::<Option<Vec<&[u8]>>>()?.concat()
    } else {
        content(walk(start)?)?
    };
    stream.truncate(length);
    Some(stream)
}

/// The name of a directory's entry.
fn name_of(entry: &[u8]) -> String {
    let units = entry[..64].chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|letter| letter.unwrap_or('?')).collect()
}

struct Container<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Container<'a> {
    fn sectors(&self) -> usize {
        self.bytes.len().saturating_sub(self.size).div_ceil(self.size)
    }

    /// The bytes of a sector; the last may be short.
    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(id).ok()?.checked_add(1)?.checked_mul(self.size)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(&rest[..rest.len().min(self.size)])
    }

    fn check(&self, header: &Header) -> Option<()> {
        let table = self.table(header)?;
        let walk = |from: u32| chain(&table, from, self.sectors());
        let mut entries = Vec::new();
        for id in walk(header.directory)? {
            entries.extend(self.sector(id)?.chunks_exact(ENTRY));
        }
        // The stream of the small streams belongs to the root.
        let small_stream = entries.first().and_then(|root| number(root, 116))?;
        let small = walk(small_stream)?.len().checked_mul(self.size / SMALL)?;
        let mut small_table = Vec::new();
        for id in walk(header.mini_table)? {
            small_table.extend(numbers(self.sector(id)?));
        }
        for entry in entries.iter().skip(1).filter(|entry| entry[66] == 2) {
            let (start, length) = (number(entry, 116)?, u64::from(number(entry, 120)?));
            if length == 0 {
                continue;
            }
            if length < header.smallest {
                chain(&small_table, start, small)?
            } else {
                walk(start)?
            };
        }
        Some(())
    }

    /// The table of which sector follows which.
    fn table(&self, header: &Header) -> Option<Vec<u32>> {
        let mut places: Vec<u32> = numbers(self.bytes.get(76..512)?).collect();
        let mut next = header.more_tables;
        let mut seen = 0;
        while next < SPECIAL {
            seen += 1;
            if seen > self.sectors() {
                return None;
            }
            places.extend(numbers(self.sector(next)?));
            next = places.pop()?;
        }
        let mut table = Vec::new();
        for place in places.into_iter().filter(|place| *place < SPECIAL) {
            table.extend(numbers(self.sector(place)?));
        }
        Some(table)
    }
}

/// The sectors of a chain; none where it leads nowhere or in a circle.
fn chain(table: &[u32], from: u32, most: usize) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    let mut at = from;
    while at < SPECIAL {
        if found.len() >= most || usize::try_from(at).ok()? >= most {
            return None;
        }
        found.push(at);
        at = *table.get(usize::try_from(at).ok()?)?;
    }
    (at == END || from >= SPECIAL).then_some(found)
}
