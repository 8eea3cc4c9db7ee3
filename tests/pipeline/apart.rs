//! Heavy work in processes of its own gives what it gives in one, to the last bit, and what breaks there breaks nothing here.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use genomslag::config::{self, Source};
use genomslag::model::{Language, Platform};
use genomslag::pipeline::{
    self, Apart, App, Confirmed, Done, Errand, FileSeen, Live, Opening, PipelineError, RealSteps, SeeOrder, Sight,
    Steps, Task, UploadedFile,
};
use genomslag::report::Seen;
use genomslag::sandbox::World;

use crate::support::app::{TestApp, folder, wednesday};

const PROGRAM: &str = env!("CARGO_BIN_EXE_genomslag");

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &there) } else { fs::copy(&path, &there).map(|_| ()).unwrap() }
    }
}

/// The example with its configuration in files, as another process reads it.
async fn example() -> (TestApp, PathBuf) {
    let folder = folder();
    let place = folder.path().join("config");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), &place);
    let (file, own) = (place.join("organisation.toml"), folder.path().display().to_string());
    let written = fs::read_to_string(&file).unwrap();
    let kept = format!("data = \"{own}/data\"\nstate = \"sqlite:{own}/state.sqlite\"");
    let written = written.replace("data = \"genomslag-data\"", &kept);
    assert!(written.contains(&kept));
    fs::write(&file, written).unwrap();
    let config = config::load(&Source::at(&place)).unwrap();
    let mut test = TestApp::with(config, World::example(wednesday()), folder).await;
    test.app.source = Some(place.clone());
    (test, place)
}

/// The program of the package, with the key that the configuration names.
fn other(test: &TestApp, place: &Path) -> Apart {
    let script = "GENOMSLAG_KEY=\"$2\" exec \"$0\" perform --config \"$1\"";
    let key = test.sandbox.world().tokens.matomo.clone();
    let arguments = ["-c".into(), script.into(), PROGRAM.into(), place.as_os_str().to_owned(), OsString::from(key)];
    Apart::by("/bin/sh".into(), arguments.into())
}

/// The same opened anew: nothing is kept from before.
async fn anew(test: &TestApp, apart: Option<Apart>) -> App {
    let key = test.sandbox.world().tokens.matomo.clone();
    let environment = Arc::new(move |name: &str| (name == "GENOMSLAG_KEY").then(|| key.clone()));
    let opening = Opening { environment, source: test.app.source.clone(), ..Opening::default() };
    let mut opened = Box::pin(App::open(test.app.config.as_ref().clone(), opening)).await.unwrap();
    opened.apart = apart;
    opened
}

async fn see(app: &App, seen: Seen) -> Result<Arc<Sight>, PipelineError> {
    pipeline::see(app, &SeeOrder { seen, ..SeeOrder::whole(Language::Swedish) }, wednesday()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_is_the_same_to_the_last_bit() {
    let (test, place) = example().await;
    Box::pin(pipeline::fetch(&test.app, &[], test.now, |_| {})).await.unwrap();
    let (here, there) = (anew(&test, None).await, anew(&test, Some(other(&test, &place))).await);
    let posts = see(&here, Seen::Posts).await.unwrap();
    let post = &posts.posts.iter().find(|it| it.post.channel.as_str() == "fb-kommun").unwrap().post;
    let views = [
        Seen::Whole,
        Seen::Channel("fb-kommun".into()),
        Seen::Channel("webb".into()),
        Seen::Posts,
        Seen::Post("fb-kommun".into(), post.id.clone()),
        Seen::Campaign("familjehem-hosten".into()),
    ];
    for seen in views {
        let (one, two) = (see(&here, seen.clone()).await.unwrap(), see(&there, seen.clone()).await.unwrap());
        assert!(!one.report.figures.is_empty(), "{seen:?}");
        assert_eq!(one, two, "{seen:?}");
    }
    assert_eq!(
        pipeline::coverage(&here, 30, test.now).await.unwrap(),
        pipeline::coverage(&there, 30, test.now).await.unwrap()
    );
    let sight = see(&here, Seen::Whole).await.unwrap();
    let observed = sight.report.figures.iter().filter(|figure| !figure.trace.sources.is_empty());
    for figure in observed.take(5) {
        let one = pipeline::explain(&here, &sight.report, &figure.id.0).await.unwrap().sources;
        let two = pipeline::explain(&there, &sight.report, &figure.id.0).await.unwrap().sources;
        assert!(one.iter().any(|source| !source.observations.is_empty() || !source.posts.is_empty()), "{figure:?}");
        assert_eq!(one, two);
    }
    // What is not there is not there in either, and is no fault of the program.
    let missing = see(&there, Seen::Post("fb-kommun".into(), "no such post".into())).await;
    assert!(matches!(missing, Err(PipelineError::Unknown { .. })), "{missing:?}");
}

async fn perform(app: &App, task: Task) -> Result<Done, PipelineError> {
    Box::pin(RealSteps::new(Live::new(app.clone())).perform(&Errand::by_hand(task, wednesday()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_done_there_and_how_it_ended_is_told_here() {
    let (test, place) = example().await;
    let there = anew(&test, Some(other(&test, &place))).await;
    let done = perform(&there, Task::Compact).await.unwrap();
    assert!(matches!(&done, Done::Finished(what) if what.contains("files into")), "{done:?}");
    let unknown = Task::Report { report: "no-such-report".to_owned(), instant: test.now };
    let (here, there) = (perform(&anew(&test, None).await, unknown.clone()).await, perform(&there, unknown).await);
    assert_eq!(here.unwrap_err().to_string(), there.unwrap_err().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_breaks_off_fails_the_job_and_without_one_it_is_done_here() {
    let (test, place) = example().await;
    let breaks = anew(&test, Some(Apart::by("/bin/sh".into(), vec!["-c".into(), "kill -9 $$".into()]))).await;
    let error = perform(&breaks, Task::Compact).await.unwrap_err();
    let said = error.said(Language::Swedish);
    assert!(said.contains("signal: 9") && said.contains("minnet tog slut"), "{said}");
    let nobody = anew(&test, Some(Apart::by("/nowhere/genomslag".into(), Vec::new()))).await;
    perform(&nobody, Task::Compact).await.unwrap();
    // A mistake in the files: the other process cannot begin, this one goes on by what it has.
    fs::write(place.join("goals.toml"), "[[goal]\n").unwrap();
    perform(&anew(&test, Some(other(&test, &place))).await, Task::Compact).await.unwrap();
}

#[cfg(unix)]
#[test]
fn it_ends_with_whoever_asked_and_not_by_the_word_to_stop() {
    let mut child = Command::new(PROGRAM)
        .args(["perform", "--config", "/nowhere"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Time to begin: what comes before that would end any program.
    std::thread::sleep(Duration::from_secs(2));
    let told = Command::new("/bin/sh").args(["-c", &format!("kill -TERM {0}; kill -INT {0}", child.id())]).status();
    assert!(told.unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it was told to stop, and did");
    drop(child.stdin.take());
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < Duration::from_secs(20), "nobody is there any more, and it goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What is told of files that are brought in, and of those of them that are taken in.
async fn bring_in(app: &App) -> (Vec<UploadedFile>, Vec<FileSeen>) {
    let by = "redaktion@bjorkvalla.example";
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports/data");
    let files = [
        ("innehåll.xls", fs::read(data.join("linkedin-page/linkedin-content.xls")).unwrap()),
        ("sida.csv", fs::read(data.join("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap()),
        ("brev.txt", "Hej! Det här är inga siffror.".into()),
    ];
    let mut upload = pipeline::upload(app, by).await.unwrap();
    for (name, bytes) in &files {
        let mut file = upload.begin(name).await.unwrap();
        upload.write(&mut file, 0, bytes).await.unwrap();
        tokio::io::AsyncWriteExt::flush(&mut file).await.unwrap();
    }
    let looked = pipeline::uploaded(app, None, &upload.id, by, wednesday()).await.unwrap().unwrap();
    let channel = app.config.channels.iter().find(|it| it.platform == Platform::LinkedIn).unwrap().id.clone();
    let confirmed = [Confirmed { number: 1, channel: Some(channel.clone()), ..Confirmed::default() }];
    let into = BTreeSet::from([channel]);
    let taken = pipeline::confirm_upload(app, None, &upload.id, (&confirmed, &into), by, wednesday()).await;
    (looked, taken.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_and_taken_in_there_too() {
    let ((one, _), (two, place)) = (example().await, example().await);
    let here = bring_in(&anew(&one, None).await).await;
    let there = bring_in(&anew(&two, Some(other(&two, &place))).await).await;
    let (looked, taken) = &here;
    assert!(looked.iter().flat_map(|file| &file.seen).any(|seen| seen.error.is_some()));
    assert!(looked.iter().flat_map(|file| &file.seen).any(|seen| !seen.left_out.is_empty()));
    assert!(taken.iter().map(|seen| seen.new).sum::<u64>() > 1_000, "{taken:?}");
    assert_eq!(here, there);
}
