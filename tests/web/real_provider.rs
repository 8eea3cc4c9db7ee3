//! Login by a real identity provider on loopback, through its own pages: `oidc-provider`, whose starter is
//! `.ci/provider.mjs`. `.ci/services` installs it and says where it lies in `GENOMSLAG_TEST_PROVIDER`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use genomslag::config::{self, Login, SecretRef, Source};
use tokio::net::TcpListener;

use crate::support::browser::{Browser, Page, Site, app_with};

/// The provider; it ends with the test.
struct Provider(Child);

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn start(site: &str) -> Option<(Provider, String)> {
    let starter =
        std::env::var("GENOMSLAG_TEST_PROVIDER").expect("`.ci/services` says where the provider lies, or `off`");
    if starter == "off" {
        return None;
    }
    let mut child =
        Command::new("node").args([&starter, site]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut issuer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut issuer).unwrap();
    Some((Provider(child), issuer.trim().to_owned()))
}

/// Goes through the provider's pages as `name`, until it sends the browser back to `site`; the address that it names.
async fn through(provider: &mut Browser, issuer: &str, site: &str, begin: &str, name: &str) -> String {
    let mut address = begin.to_owned();
    for _ in 0..12 {
        if let Some(back) = address.strip_prefix(site) {
            return back.to_owned();
        }
        let path = address.strip_prefix(issuer).unwrap_or(&address).to_owned();
        let mut page: Page = provider.get(&path).await;
        if page.status == 200 {
            let text = page.text();
            let prompt = text.split("name=\"prompt\" value=\"").nth(1).unwrap_or_else(|| panic!("{text}"));
            let prompt = prompt.split('"').next().unwrap().to_owned();
            page = provider.post_bare(&path, &[("prompt", &prompt), ("login", name), ("password", "x")]).await;
        }
        assert!((301..=303).contains(&page.status), "{}: {}", page.status, page.text());
        address = page.header("location");
    }
    panic!("the provider leads nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_provider_lets_somebody_in_as_who_they_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    let Some((_provider, issuer)) = start(&place) else { return };
    let mut config = config::load(&Source::Embedded).unwrap();
    config.login = Some(Login {
        issuer: issuer.clone(),
        client_id: "genomslag".to_owned(),
        client_secret: Some(SecretRef::Env("GENOMSLAG_LOGIN_SECRET".to_owned())),
        name: None,
        domains: vec!["granvik.example".to_owned()],
        role: Some("editor".to_owned()),
        trust_email: false,
        claim: "roles".to_owned(),
        map: Vec::new(),
    });
    let app = app_with(config, folder.path(), |_| Some("client-secret-for-tests".to_owned())).await;
    // The provider looks at its own clock.
    let now = chrono::DateTime::from(std::fs::metadata(folder.path()).unwrap().modified().unwrap());
    let site = Site::listen(app, now, listener);
    let (mut browser, mut provider) = (site.browser(), Browser::at(&issuer));
    let begin = browser.get("/login/organisation?next=%2Faccount").await.header("location");
    let back = through(&mut provider, &issuer, &site.address, &begin, "anna").await;
    let page = browser.get(&back).await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/account"), "{}", page.text());
    let text = browser.get("/account").await.text();
    assert!(text.contains("Anna Öberg") && text.contains("redaktör"), "{text}");
    let user = site.app.state.user_of_email("anna@granvik.example").await.unwrap().unwrap();
    assert_eq!(user.oidc_subject, Some(format!("{issuer} anna")));
    assert_eq!(browser.get(&back).await.status, 403, "the answer counts once");
}
