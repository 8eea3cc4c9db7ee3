//! A local disk whose files are on it before they count: written beside, flushed, then linked or renamed into place, and
//! the folder flushed too. The local backend of `object_store` leaves that to the kernel, so that a power failure could
//! leave a log entry of length zero, and with it a table that nobody can read.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path as DiskPath, PathBuf};
use std::pin::Pin;

use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

/// What an asynchronous method of the trait returns; the trait is written with `async_trait`, which we need not have.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How files and folders get onto the disk itself; another way only in tests, which look at when it happens.
#[derive(Debug, Clone, Copy)]
struct Flush {
    file: fn(&File, &DiskPath) -> io::Result<()>,
    folder: fn(&DiskPath) -> io::Result<()>,
}

impl Flush {
    /// The disk's own.
    const REAL: Self = Self { file: |file, _| file.sync_all(), folder: flush_folder };
}

/// The whole disk as an object store, every put flushed.
#[derive(Debug)]
pub(super) struct DurableDisk {
    inner: LocalFileSystem,
}

impl DurableDisk {
    /// The disk, from its root.
    pub(super) fn new() -> Self {
        Self { inner: LocalFileSystem::new() }
    }
}

impl fmt::Display for DurableDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("local disk, flushed")
    }
}

impl ObjectStore for DurableDisk {
    fn put_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Answer<'async_trait, PutResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let create = match options.mode {
                PutMode::Create => true,
                PutMode::Overwrite => false,
                PutMode::Update(_) => return self.inner.put_opts(location, payload, options).await,
            };
            let path = self.inner.path_to_filesystem(location)?;
            let written = tokio::task::spawn_blocking(move || put(&path, &payload, create, Flush::REAL)).await?;
            written?;
            Ok(PutResult { e_tag: None, version: None })
        })
    }

    fn put_multipart_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        options: PutMultipartOptions,
    ) -> Answer<'async_trait, Box<dyn MultipartUpload>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        self.inner.put_multipart_opts(location, options)
    }

    fn get_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        options: GetOptions,
    ) -> Answer<'async_trait, GetResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        self.inner.get_opts(location, options)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    fn list_with_delimiter<'life0, 'life1, 'async_trait>(
        &'life0 self,
        prefix: Option<&'life1 Path>,
    ) -> Answer<'async_trait, ListResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn copy_opts<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        from: &'life1 Path,
        to: &'life2 Path,
        options: CopyOptions,
    ) -> Answer<'async_trait, ()>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        self.inner.copy_opts(from, to, options)
    }

    fn rename_opts<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        from: &'life1 Path,
        to: &'life2 Path,
        options: RenameOptions,
    ) -> Answer<'async_trait, ()>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        self.inner.rename_opts(from, to, options)
    }
}

/// Writes the file so that it is either not there or there in full, also after a power failure.
fn put(path: &DiskPath, payload: &PutPayload, create: bool, flush: Flush) -> Result<()> {
    let folder = path.parent().unwrap_or(DiskPath::new("/"));
    make_folders(folder, flush).map_err(|source| failed(path, source))?;
    // `#` and digits: the local backend does not list such names, so that an unfinished file is never taken for one.
    let staged = PathBuf::from(format!("{}#{}", path.display(), rand::random::<u32>()));
    let placed = place(&staged, path, payload, create, flush);
    if placed.is_err() || create {
        // The link has its own name now, or there is nothing to keep; a leftover is hidden and harmless.
        drop(fs::remove_file(&staged));
    }
    placed.map_err(|source| failed(path, source))?;
    (flush.folder)(folder).map_err(|source| failed(path, source))
}

fn place(staged: &DiskPath, path: &DiskPath, payload: &PutPayload, create: bool, flush: Flush) -> io::Result<()> {
    let mut file = File::create_new(staged)?;
    for part in payload {
        file.write_all(part)?;
    }
    (flush.file)(&file, path)?;
    drop(file);
    // A link fails when the name is taken: that is what makes a log entry the work of exactly one writer.
    if create { fs::hard_link(staged, path) } else { fs::rename(staged, path) }
}

/// Makes the folders that are missing and flushes what holds them.
fn make_folders(folder: &DiskPath, flush: Flush) -> io::Result<()> {
    let missing: Vec<&DiskPath> = folder.ancestors().take_while(|ancestor| !ancestor.is_dir()).collect();
    fs::create_dir_all(folder)?;
    missing.iter().rev().filter_map(|made| made.parent()).try_for_each(flush.folder)
}

#[cfg(unix)]
fn flush_folder(folder: &DiskPath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file, and its entries need no flush of their own.
#[cfg(not(unix))]
fn flush_folder(_folder: &DiskPath) -> io::Result<()> {
    Ok(())
}

fn failed(path: &DiskPath, source: io::Error) -> Error {
    let path = path.display().to_string();
    match source.kind() {
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { path, source: source.into() },
        io::ErrorKind::NotFound => Error::NotFound { path, source: source.into() },
        _ => Error::Generic { store: "local disk, flushed", source: source.into() },
    }
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;

    use super::*;

    fn create() -> PutOptions {
        PutOptions { mode: PutMode::Create, ..PutOptions::default() }
    }

    #[tokio::test]
    async fn a_name_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let disk = DurableDisk::new();
        let path = Path::from_filesystem_path(folder.path()).unwrap().join("deep").join("er").join("0.json");
        disk.put_opts(&path, "first".into(), create()).await.unwrap();
        let twice = disk.put_opts(&path, "second".into(), create()).await;
        assert!(matches!(twice, Err(Error::AlreadyExists { .. })), "{twice:?}");
        assert_eq!(disk.get(&path).await.unwrap().bytes().await.unwrap().as_ref(), b"first");
        disk.put(&path, "third".into()).await.unwrap();
        assert_eq!(disk.get(&path).await.unwrap().bytes().await.unwrap().as_ref(), b"third");
        let left: Vec<_> = fs::read_dir(folder.path().join("deep/er")).unwrap().collect();
        assert_eq!(left.len(), 1, "no staged file is left: {left:?}");
    }

    thread_local! {
        static STEPS: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
    }

    fn told(step: &str, path: &DiskPath) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        STEPS.with_borrow_mut(|steps| steps.push(format!("{step} {name}")));
    }

    /// Flushes as the disk does, and says whether the name was there already.
    const WATCHED: Flush = Flush {
        file: |file, path| {
            told(if path.exists() { "file after name" } else { "file before name" }, path);
            file.sync_all()
        },
        folder: |folder| {
            told(if folder.join("7.json").exists() { "folder with name" } else { "folder" }, folder);
            flush_folder(folder)
        },
    };

    #[test]
    fn what_has_a_name_is_on_the_disk_and_so_is_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/log/7.json");
        put(&path, &"entry".into(), true, WATCHED).unwrap();
        let steps = STEPS.with_borrow_mut(std::mem::take);
        let root = folder.path().file_name().unwrap().to_string_lossy().into_owned();
        let expected = [&format!("folder {root}"), "folder new", "file before name 7.json", "folder with name log"];
        assert_eq!(steps, expected, "new folders, then the content, then its name");
        put(&path, &"another".into(), false, WATCHED).unwrap();
        assert_eq!(STEPS.with_borrow_mut(std::mem::take), ["file after name 7.json", "folder with name log"]);
        assert_eq!(fs::read(&path).unwrap(), b"another");
    }

    #[test]
    fn what_cannot_be_flushed_never_gets_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("7.json");
        let full = Flush { file: |_, _| Err(io::Error::other("disk full")), ..Flush::REAL };
        for create in [true, false] {
            assert!(put(&path, &"entry".into(), create, full).is_err());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        }
    }

    #[tokio::test]
    async fn of_many_writers_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = Path::from_filesystem_path(folder.path()).unwrap().join("7.json");
        let writers = (0..20).map(|number| {
            let path = path.clone();
            tokio::spawn(async move {
                DurableDisk::new().put_opts(&path, format!("writer {number}").into(), create()).await.is_ok()
            })
        });
        let won = futures::future::join_all(writers).await.into_iter().filter(|won| *won.as_ref().unwrap()).count();
        assert_eq!(won, 1);
    }
}
