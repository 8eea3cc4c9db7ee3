//! Files that somebody brings in by hand. They rest in a private folder until they are confirmed, a day at most; what is in
//! them is told before anything is taken.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::io::AsyncWriteExt as _;

use crate::model::told::{Told, faults};
use crate::model::{ChannelId, Period, Platform};
use crate::pipeline::apart::{self, Wanted};
use crate::pipeline::{App, FileSeen, ImportOrder, PipelineError, computing, import, preview};
use crate::words::problems::english;

/// The largest file, in bytes.
pub const LARGEST_UPLOAD: u64 = 100 << 20;
/// All files of one upload together, in bytes.
pub const LARGEST_UPLOADS: u64 = 400 << 20;
/// Files of one upload.
pub const MOST_UPLOADS: usize = 100;
/// So long files rest.
const REST: TimeDelta = TimeDelta::days(1);
/// The longest name that is kept.
const LONGEST_NAME: usize = 150;
/// Who brought the files: hidden, so that no reader takes it for one of them.
const OWNER: &str = ".by";

/// Files under way into their folder.
#[derive(Debug)]
pub struct Upload {
    /// What it is found again by.
    pub id: String,
    place: PathBuf,
    count: usize,
    bytes: u64,
}

/// A file of an upload, and what is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadedFile {
    /// Its number within the upload.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// What is in it: one answer per account, and per file of an archive.
    pub seen: Vec<FileSeen>,
}

/// What is said of a file that is taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confirmed {
    /// Its number within the upload.
    pub number: usize,
    /// The channel, where the file does not tell.
    pub channel: Option<ChannelId>,
    /// The platform, where it fits several.
    pub platform: Option<Platform>,
    /// The days, where it does not say.
    pub period: Option<Period>,
}

/// Makes room for an upload of somebody's.
///
/// # Errors
/// When the disk or the rights do not allow it.
pub async fn upload(app: &App, by: &str) -> Result<Upload, PipelineError> {
    let id = format!("{:032x}", rand::random::<u128>());
    let place = home(app).join(&id);
    let (made, owner) = (place.clone(), by.to_owned());
    computing(move || {
        private(&made).map_err(|error| PipelineError::file(&made, &error))?;
        std::fs::write(made.join(OWNER), owner).map_err(|error| PipelineError::file(&made, &error))
    })
    .await??;
    Ok(Upload { id, place, count: 0, bytes: 0 })
}

impl Upload {
    /// Begins the next file; its parts follow by [`Self::write`].
    ///
    /// # Errors
    /// When there are too many, or the disk does not allow it.
    pub async fn begin(&mut self, name: &str) -> Result<tokio::fs::File, PipelineError> {
        if self.count >= MOST_UPLOADS {
            return Err(too_much(faults::uploads_many(MOST_UPLOADS)));
        }
        self.count += 1;
        let folder = self.place.join(format!("{:03}", self.count));
        let path = folder.join(plain_name(name));
        let failed = |error: std::io::Error| PipelineError::file(&path, &error);
        tokio::fs::create_dir(&folder).await.map_err(failed)?;
        tokio::fs::File::create(&path).await.map_err(failed)
    }

    /// The next part of the file; `written` is how much of it there was before.
    ///
    /// # Errors
    /// When the file or all files together are too large, or the disk does not allow it.
    pub async fn write(&mut self, file: &mut tokio::fs::File, written: u64, part: &[u8]) -> Result<u64, PipelineError> {
        let size = written + part.len() as u64;
        self.bytes += part.len() as u64;
        if size > LARGEST_UPLOAD || self.bytes > LARGEST_UPLOADS {
            let (file, all) = (LARGEST_UPLOAD >> 20, LARGEST_UPLOADS >> 20);
            return Err(too_much(faults::uploads_large(file, all)));
        }
        file.write_all(part).await.map_err(|error| PipelineError::file(&self.place, &error))?;
        Ok(size)
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// What is in the files of an upload; none if it is not theirs, or was taken in or removed.
///
/// # Errors
/// When a mapping file of the organisation's own cannot be read.
pub async fn uploaded(
    app: &App,
    own: Option<&Path>,
    id: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<UploadedFile>>, PipelineError> {
    let Some(place) = place_of(app, id, by) else { return Ok(None) };
    let files = resting(&place);
    let order = |path: &PathBuf| {
        let dictionaries = own.map(Path::to_owned);
        ImportOrder { paths: vec![path.clone()], dictionaries, ..ImportOrder::default() }
    };
    let orders: Vec<ImportOrder> = files.iter().map(|(_, _, path)| order(path)).collect();
    let wanted = Wanted::Files { orders: orders.clone(), now };
    let looked = apart::done(app, &wanted, look_into(app, orders, now)).await?;
    let file = |((number, name, path), seen): ((usize, String, PathBuf), Vec<FileSeen>)| {
        let seen = named(seen, &path, &name);
        UploadedFile { number, name, seen }
    };
    Ok(Some(files.into_iter().zip(looked).map(file).collect()))
}

/// What is in the files of each of the orders; nothing is taken in.
pub(in crate::pipeline) async fn look_into(
    app: &App,
    orders: Vec<ImportOrder>,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<FileSeen>>, PipelineError> {
    let config = app.config.clone();
    computing(move || orders.iter().map(|order| preview(order, Some(&config), now)).collect()).await?
}

/// Takes in the files that are confirmed and removes the upload; what became of each. Nothing goes into other channels than
/// `into`, whatever the files turn out to be about.
///
/// # Errors
/// When store or state cannot be used. A file that cannot be taken is told in its result.
pub async fn confirm_upload(
    app: &App,
    own: Option<&Path>,
    id: &str,
    (confirmed, into): (&[Confirmed], &BTreeSet<ChannelId>),
    by: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<FileSeen>>, PipelineError> {
    let Some(place) = place_of(app, id, by) else { return Ok(None) };
    // Whoever comes second finds nothing: a form that is sent twice takes nothing twice.
    let taken = place.with_extension("taking");
    if std::fs::rename(&place, &taken).is_err() {
        return Ok(None);
    }
    match take_in(app, own, &taken, (confirmed, into), by, now).await {
        Ok(all) => {
            std::fs::remove_dir_all(&taken).map_err(|error| PipelineError::file(&taken, &error))?;
            Ok(Some(all))
        }
        Err(error) => {
            // What was taken before is known the next time: the person may try again.
            std::fs::rename(&taken, &place).map_err(|error| PipelineError::file(&taken, &error))?;
            Err(error)
        }
    }
}

async fn take_in(
    app: &App,
    own: Option<&Path>,
    taken: &Path,
    (confirmed, into): (&[Confirmed], &BTreeSet<ChannelId>),
    by: &str,
    now: DateTime<Utc>,
) -> Result<Vec<FileSeen>, PipelineError> {
    let mut all = Vec::new();
    for (number, name, path) in resting(taken) {
        let Some(said) = confirmed.iter().find(|said| said.number == number) else { continue };
        let order = ImportOrder {
            paths: vec![path.clone()],
            channel: said.channel.clone(),
            platform: said.platform.or_else(|| platform_of(app, said.channel.as_ref())),
            period: said.period,
            dictionaries: own.map(Path::to_owned),
            into: Some(into.clone()),
            ..ImportOrder::default()
        };
        let wanted = Wanted::Import { order: order.clone(), now };
        let seen = apart::done(app, &wanted, Box::pin(import(app, &order, now))).await?;
        let seen = named(seen, &path, &name);
        for file in &seen {
            let detail = serde_json::json!({
                "channel": file.channel, "format": file.format, "new": file.new, "restated": file.restated,
                "error": file.error.as_ref().map(english),
            });
            app.state.note(by, "file imported", &file.file, &detail, now).await?;
        }
        all.extend(seen);
    }
    Ok(all)
}

/// Removes an upload that is not to be taken in; whether there was one.
///
/// # Errors
/// When the disk does not allow it.
pub async fn forget_upload(app: &App, id: &str, by: &str) -> Result<bool, PipelineError> {
    let Some(place) = place_of(app, id, by) else { return Ok(false) };
    computing(move || std::fs::remove_dir_all(&place).map_err(|error| PipelineError::file(&place, &error))).await??;
    Ok(true)
}

/// Removes every upload that has rested for a day by the system's clock; how many.
pub fn sweep_uploads(app: &App) -> usize {
    let old = |path: &Path| {
        let modified = std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
        modified
            .and_then(|at| at.elapsed().ok())
            .is_some_and(|age| TimeDelta::from_std(age).is_ok_and(|age| age >= REST))
    };
    let entries = std::fs::read_dir(home(app)).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| old(path)).filter(|path| std::fs::remove_dir_all(path).is_ok()).count()
}

fn home(app: &App) -> PathBuf {
    app.config.data.join("uploads")
}

/// The folder of an upload, if the id is one of ours and the upload theirs.
fn place_of(app: &App, id: &str, by: &str) -> Option<PathBuf> {
    let ours = id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    let place = home(app).join(if ours { id } else { return None });
    let owner = std::fs::read_to_string(place.join(OWNER)).ok()?;
    (owner == by).then_some(place)
}

/// The files of an upload: number, name and path, in the order in which they came.
fn resting(place: &Path) -> Vec<(usize, String, PathBuf)> {
    let folders = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut files: Vec<(usize, String, PathBuf)> = folders
        .filter_map(|folder| {
            let number = folder.file_name().to_str()?.parse().ok()?;
            let file = std::fs::read_dir(folder.path()).ok()?.flatten().next()?;
            Some((number, file.file_name().to_str()?.to_owned(), file.path()))
        })
        .collect();
    files.sort();
    files
}

/// Files are told by the names that people know, not by where they rest.
fn named(mut seen: Vec<FileSeen>, path: &Path, name: &str) -> Vec<FileSeen> {
    let shown = path.display().to_string();
    for file in &mut seen {
        file.file = file.file.replace(&shown, name);
        file.error = file.error.take().map(|error| error.map(&|text| text.replace(&shown, name)));
    }
    seen
}

fn platform_of(app: &App, channel: Option<&ChannelId>) -> Option<Platform> {
    app.config.channel(channel?).map(|channel| channel.platform)
}

/// A name without folders and without what no file should be called; readers know formats by names, so the rest stays.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|letter| !letter.is_control()).collect();
    let plain = plain.trim_start_matches('.').trim();
    let skipped = plain.chars().count().saturating_sub(LONGEST_NAME);
    // The end tells the format.
    let short: String = plain.chars().skip(skipped).collect();
    if short.is_empty() { "fil".to_owned() } else { short }
}

#[cfg(unix)]
fn private(place: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(place)
}

#[cfg(not(unix))]
fn private(place: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(place)
}

fn too_much(what: Told) -> PipelineError {
    PipelineError::hinted(what, faults::mend_fewer_files())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders_and_nothing_else() {
        assert_eq!(plain_name("bjorkvalla_content_1763100000000.xls"), "bjorkvalla_content_1763100000000.xls");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Users\\a\\Räkning 1.csv"), "Räkning 1.csv");
        assert_eq!(plain_name("...\u{7}"), "fil");
        assert_eq!(plain_name(&"x".repeat(400)).len(), 150);
    }
}
