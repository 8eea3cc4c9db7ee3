//! What the program holds between the hours that work.

use std::time::{Duration, Instant};

use genomslag::state::DeliveryStatus;

use super::{EACH_WEEK, Place, ledger, sandbox, slow_mail};

/// The aim is 80 MB; whatever does its heavy work in this process holds 150 and more afterwards.
const MOST_MEGABYTES: u64 = 100;

/// The process and what its parts are, in megabytes.
fn resident(process: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1000
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_its_reports_it_holds_little_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let (sandbox, mail) = (sandbox().await, slow_mail().await);
    let place = Place::new(folder.path().join("rest"), &sandbox, mail.port);
    let file = place.folder.join("config/genomslag.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("[serve]", "[serve]\nlisten = \"127.0.0.1:0\"");
    std::fs::write(&file, text).unwrap();
    // As the unit and the image have it.
    let settings =
        [("MALLOC_ARENA_MAX", "1"), ("MALLOC_TRIM_THRESHOLD_", "131072"), ("MALLOC_MMAP_THRESHOLD_", "131072")];
    let mut child = place.command_at("2026-11-18T05:59:50Z", &["serve", "-v"]).envs(settings).spawn().unwrap();
    let began = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(child.try_wait().unwrap().is_none(), "see {}", place.log.display());
        assert!(began.elapsed() < Duration::from_mins(5), "the reports of the morning do not come");
        let sent = ledger(&place).await.into_iter().filter(|row| row.status == DeliveryStatus::Sent).count();
        if sent == EACH_WEEK {
            break;
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let held = resident(child.id());
    println!("after fetching, making and sending: {held} MB resident (aim: 80)");
    assert!(held < MOST_MEGABYTES, "{held} MB");
    let told = std::process::Command::new("/bin/sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
    assert!(told.unwrap().success());
    assert!(child.wait().unwrap().success());
    assert_eq!(mail.letters().len(), EACH_WEEK - 2, "files go to the folder");
}
