//! What the typesetter may see: the templates, the fonts and one file of data. No disk, no network, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, WorldExt};

use crate::render::{Look, RenderError};

/// Virtual paths are kept for the life of the process and there are only 65 535 of them: every report uses the same.
const MAIN: &str = "/main.typ";
const STYLE: &str = "/look.typ";
const MATERIAL: &str = "/data.json";

/// A template with its style, its fonts and its data.
pub(super) struct Desk {
    standard: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    style: Source,
    material: (FileId, Bytes),
}

impl Desk {
    /// The template on the desk, still without data.
    pub(super) fn new(look: &Look, template: &str) -> Result<Self, RenderError> {
        let mut fonts = Vec::new();
        for (name, bytes) in look.fonts() {
            let before = fonts.len();
            fonts.extend(Font::iter(Bytes::new(bytes.clone())));
            if fonts.len() == before {
                return Err(RenderError::Font { name: name.to_owned() });
            }
        }
        let features = [Feature::A11yExtras].into_iter().collect();
        Ok(Self {
            standard: LazyHash::new(Library::builder().with_features(features).build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: Source::new(path(MAIN)?, template.to_owned()),
            style: Source::new(path(STYLE)?, look.text("templates/look.typ")?.to_owned()),
            material: (path(MATERIAL)?, Bytes::new(Vec::new())),
        })
    }

    /// Puts the data there.
    pub(super) fn lay(&mut self, material: &serde_json::Value) {
        self.material.1 = Bytes::from_string(material.to_string());
    }

    /// The fonts.
    pub(super) fn fonts(&self) -> &[Font] {
        &self.fonts
    }

    /// The line of a template that a problem points to.
    pub(super) fn line(&self, span: DiagSpan) -> Option<usize> {
        let source = self.source(span.id()?).ok()?;
        let range = self.range(span)?;
        Some(source.lines().byte_to_line(range.start)? + 1)
    }
}

fn path(path: &str) -> Result<FileId, RenderError> {
    let virtual_path = VirtualPath::new(path)
        .map_err(|error| RenderError::Template { template: path.to_owned(), message: error.to_string() })?;
    Ok(RootedPath::new(VirtualRoot::Project, virtual_path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.standard
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.style]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| FileError::NotFound(id.get().vpath().get_with_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.material.0 {
            return Ok(self.material.1.clone());
        }
        self.source(id).map(|source| Bytes::from_string(source.text().to_owned()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
