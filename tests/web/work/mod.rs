//! The pages to do things on, as an editor without script uses them.

mod comments;
mod goals;
mod imports;
mod operations;
mod reports;
mod sharing;

use std::path::Path;
use std::sync::Arc;

use genomslag::config::{self, Config, Source};
use genomslag::pipeline::{App, Opening};

/// The example organisation with its files in a folder of its own, and nothing fetched.
async fn with_files(folder: &Path) -> App {
    for (name, text) in config::embedded_files() {
        let name = name.strip_prefix("config/").unwrap();
        let place = folder.join("config").join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }
    let source = folder.join("config");
    let config = config::load(&Source::at(&source)).unwrap();
    opened(config, folder, Some(&source)).await
}

/// Everything opened with a configuration, in the folder.
async fn opened(mut config: Config, folder: &Path, source: Option<&Path>) -> App {
    config.data = folder.join("data");
    config.state.url = format!("sqlite:{}", folder.join("state.sqlite").display());
    config.delivery_folder = folder.join("out");
    config.places.archive = folder.join("archive");
    config.key = Some(config::SecretRef::Env("A_KEY".to_owned()));
    let opening = Opening {
        environment: Arc::new(|_| Some("a value for tests only".to_owned())),
        source: source.map(Path::to_owned),
        ..Opening::default()
    };
    Box::pin(App::open(config, opening)).await.unwrap()
}

/// The value of a hidden field of the page.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    page.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}
