//! The look: templates, style and fonts, built in, each file replaceable by one of the same name in a folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::RenderError;
use crate::model::ReportKind;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports/templates");
static FONTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports/fonts");

/// The file endings that belong to a look; anything else in a folder is left alone.
const ENDINGS: &[&str] = &["typ", "html", "css", "mjml", "txt", "ttf", "otf"];

/// Templates, style and fonts, by path: `templates/report.typ`, `fonts/SourceSans3-Regular.ttf`.
#[derive(Debug, Clone)]
pub struct Look {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Look {
    /// The built-in look.
    pub fn builtin() -> Self {
        let mut files = BTreeMap::new();
        for (folder, dir) in [("templates", &TEMPLATES), ("fonts", &FONTS)] {
            embed(folder, dir, &mut files);
        }
        Self { files }
    }

    /// The built-in look, each file replaced by the one of the same path in the folder, where there is one.
    pub fn with_folder(folder: &Path) -> Result<Self, RenderError> {
        let mut look = Self::builtin();
        for part in ["templates", "fonts"] {
            let path = folder.join(part);
            if path.is_dir() {
                read_folder(&path, part, &mut look.files)?;
            }
        }
        Ok(look)
    }

    /// The bytes of a template, that of the kind before the common one: `templates/weekly/report.typ`, then
    /// `templates/report.typ`.
    pub(super) fn template(&self, name: &str, kind: ReportKind) -> Result<&str, RenderError> {
        let special = format!("templates/{}/{name}", kind.as_str());
        let name = if self.files.contains_key(&special) { special } else { format!("templates/{name}") };
        self.text(&name)
    }

    /// The text of a file.
    pub(super) fn text(&self, name: &str) -> Result<&str, RenderError> {
        let bytes = self.files.get(name).ok_or_else(|| RenderError::NoFile { name: name.to_owned() })?;
        std::str::from_utf8(bytes).map_err(|error| RenderError::Template {
            template: name.to_owned(),
            message: format!("it is not UTF-8 ({error}); save it as UTF-8"),
        })
    }

    /// Every font file, in the order of their names.
    pub(super) fn fonts(&self) -> impl Iterator<Item = (&str, &Cow<'static, [u8]>)> {
        self.files
            .iter()
            .filter(|(name, _)| name.starts_with("fonts/") && (has_ending(name, "ttf") || has_ending(name, "otf")))
            .map(|(name, bytes)| (name.as_str(), bytes))
    }
}

fn embed(folder: &str, dir: &Dir<'static>, files: &mut BTreeMap<String, Cow<'static, [u8]>>) {
    for file in dir.files() {
        let name = format!("{folder}/{}", file.path().to_string_lossy().replace('\\', "/"));
        if belongs(&name) {
            files.insert(name, Cow::Borrowed(file.contents()));
        }
    }
    for inner in dir.dirs() {
        embed(folder, inner, files);
    }
}

fn read_folder(folder: &Path, name: &str, files: &mut BTreeMap<String, Cow<'static, [u8]>>) -> Result<(), RenderError> {
    let unreadable = |source| RenderError::Unreadable { path: folder.display().to_string(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(last) = path.file_name().and_then(|last| last.to_str()) else { continue };
        let name = format!("{name}/{last}");
        if path.is_dir() {
            read_folder(&path, &name, files)?;
        } else if belongs(&name) {
            let bytes = fs::read(&path)
                .map_err(|source| RenderError::Unreadable { path: path.display().to_string(), source })?;
            files.insert(name, Cow::Owned(bytes));
        }
    }
    Ok(())
}

fn belongs(name: &str) -> bool {
    ENDINGS.iter().any(|ending| has_ending(name, ending))
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_look_has_templates_and_fonts_but_no_licence_texts_as_templates() {
        let look = Look::builtin();
        assert!(look.text("templates/report.typ").unwrap().contains("data.json"));
        let fonts: Vec<&str> = look.fonts().map(|(name, _)| name).collect();
        assert!(fonts.contains(&"fonts/SourceSans3-Regular.ttf"), "{fonts:?}");
        assert!(fonts.iter().all(|name| has_ending(name, "ttf")), "{fonts:?}");
    }

    #[test]
    fn a_folder_overrides_single_files_and_single_kinds() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("templates/weekly")).unwrap();
        fs::write(folder.path().join("templates/weekly/report.typ"), "weekly's own").unwrap();
        fs::write(folder.path().join("templates/mail.txt"), "own mail").unwrap();
        let look = Look::with_folder(folder.path()).unwrap();
        assert_eq!(look.template("report.typ", ReportKind::Weekly).unwrap(), "weekly's own");
        assert!(look.template("report.typ", ReportKind::Monthly).unwrap().contains("data.json"));
        assert_eq!(look.template("mail.txt", ReportKind::Weekly).unwrap(), "own mail");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Look::builtin().text("templates/nothing.typ").unwrap_err();
        assert!(error.to_string().contains("templates/nothing.typ"), "{error}");
    }
}
