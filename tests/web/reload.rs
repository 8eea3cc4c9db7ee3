//! An edit of the configuration's files by hand appears at once; a broken one changes nothing and is shown.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use genomslag::config::{self, Source};
use genomslag::pipeline::{App, Live, Opening, Role};

use crate::support::app::wednesday;
use crate::support::browser::Site;

const TEXT: &str = r#"
[organisation]
id = "granvik"
name = "Granviks kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"
"#;

async fn app(folder: &Path) -> App {
    let place = folder.join("config");
    fs::create_dir_all(&place).unwrap();
    fs::write(
        place.join("organisation.toml"),
        format!("{TEXT}\n[storage]\ndata = \"{}\"\n", folder.join("data").display()),
    )
    .unwrap();
    let config = config::load(&Source::at(&place)).unwrap();
    let opening = Opening { environment: Arc::new(|_| None), source: Some(place), ..Opening::default() };
    Box::pin(App::open(config, opening)).await.unwrap()
}

fn edit(app: &App, from: &str, to: &str) {
    let path = app.source.as_ref().unwrap().join("organisation.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_by_hand_appears_and_a_broken_one_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path()).await;
    let site = Site::start(app.clone(), wednesday()).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    assert!(chief.get("/account").await.text().contains("Granviks kommun"));

    edit(&app, "Granviks kommun", "Nya Granvik");
    site.shared.live.refresh_now().await.unwrap();
    assert!(chief.get("/account").await.text().contains("Nya Granvik"));

    edit(&app, "name = \"Nya Granvik\"", "nam = \"Fel\"");
    site.shared.live.refresh_now().await.unwrap();
    let text = chief.get("/account").await.text();
    assert!(text.contains("Nya Granvik") && text.contains("Inställningarna har ett fel"), "{text}");
    assert!(text.contains("organisation.toml") && text.contains("nam"), "the fault says where: {text}");
    let mut reader = site.logged_in(Role::Reader, None).await;
    assert!(!reader.get("/account").await.text().contains("Inställningarna har ett fel"), "readers cannot mend it");

    edit(&app, "nam = \"Fel\"", "name = \"Granvik igen\"");
    site.shared.live.refresh_now().await.unwrap();
    let text = chief.get("/account").await.text();
    assert!(text.contains("Granvik igen") && !text.contains("Inställningarna har ett fel"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_are_looked_at_once_a_second_at_most_and_every_second_at_least_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path()).await;
    let live = Live::new(app.clone());
    assert!(!live.refresh().await.unwrap(), "the same files are the same configuration");
    edit(&app, "Granviks kommun", "Nya Granvik");
    assert!(!live.refresh().await.unwrap(), "not again within the second");
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    assert!(live.refresh().await.unwrap());
    assert_eq!(live.app().config.organisation.name, "Nya Granvik");
}
