//! A secret is never in the configuration: only the name of the place where it stands.

use std::fmt;
use std::path::PathBuf;

use crate::model::Secret;
use crate::model::told::{self, Told};

/// Where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// In an environment variable.
    Env(String),
    /// In a file, alone; spaces and line ends around it do not count.
    File(PathBuf),
}

/// Why a secret cannot be had. Names the place, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or empty.
    #[error("the environment variable `{0}` is not set, or is empty")]
    Env(String),
    /// The file cannot be read.
    #[error("the file `{path}` cannot be read: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// There is nothing in the file.
    #[error("the file `{0}` is empty")]
    Empty(PathBuf),
}

impl SecretError {
    /// What is wrong, for readers of any language.
    pub fn told(&self) -> Told {
        match self {
            Self::Env(name) => told::secret_unset(name),
            Self::File { path, why } => told::secret_file(path.display().to_string(), why),
            Self::Empty(path) => told::secret_file_empty(path.display().to_string()),
        }
    }
}

impl SecretRef {
    /// The secret itself, by way of the environment that is given.
    ///
    /// # Errors
    /// When the variable is not set, or the file cannot be read or is empty.
    pub fn resolve(&self, env: &dyn Fn(&str) -> Option<String>) -> Result<Secret, SecretError> {
        match self {
            Self::Env(name) => env(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .map(Secret::new)
                .ok_or_else(|| SecretError::Env(name.clone())),
            Self::File(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| SecretError::File { path: path.clone(), why: error.kind().to_string() })?;
                match text.trim() {
                    "" => Err(SecretError::Empty(path.clone())),
                    value => Ok(Secret::new(value)),
                }
            }
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_the_environment_or_a_file_and_an_error_names_only_the_place() {
        let env = |name: &str| (name == "META").then(|| " hemlig\n".to_owned());
        assert_eq!(SecretRef::Env("META".to_owned()).resolve(&env), Ok(Secret::new("hemlig")));
        assert_eq!(SecretRef::Env("OTHER".to_owned()).resolve(&env), Err(SecretError::Env("OTHER".to_owned())));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let reference = SecretRef::File(path.clone());
        assert!(matches!(reference.resolve(&env), Err(SecretError::File { .. })));
        std::fs::write(&path, "\n").expect("written");
        assert_eq!(reference.resolve(&env), Err(SecretError::Empty(path.clone())));
        std::fs::write(&path, "hemlig\r\n").expect("written");
        let secret = reference.resolve(&env).expect("a secret");
        assert_eq!(secret.expose(), "hemlig");
        assert!(!format!("{secret:?}").contains("hemlig"));
    }
}
