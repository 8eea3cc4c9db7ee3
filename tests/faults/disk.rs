//! A disk that is full, at several moments, and one that may only be read: the program says so and stops or waits; once
//! there is room again everything is as if nothing had happened.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Chance, Place, check_deliveries, check_store, disturb, ledger, sandbox, slow_mail, undisturbed};

/// A small disk in memory; unmounted at the end.
struct Disk(PathBuf);

impl Disk {
    /// None where we may not mount.
    fn mounted(place: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&place).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=64m", "tmpfs"];
        let done = Command::new("mount").args(options).arg(&place).output();
        done.is_ok_and(|done| done.status.success()).then(|| Self(place))
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).status().unwrap();
        assert!(done.success(), "{how}");
    }

    /// Leaves so many bytes free, by a file that takes the rest.
    fn leave(&self, free: u64) {
        let room = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output().unwrap();
        let room: u64 = String::from_utf8(room.stdout).unwrap().lines().last().unwrap().trim().parse().unwrap();
        let filler = std::fs::File::options().create(true).append(true).open(self.filler()).unwrap();
        let taken = filler.metadata().unwrap().len() + room.saturating_sub(free);
        let done = Command::new("fallocate").args(["-l", &taken.to_string()]).arg(self.filler()).status().unwrap();
        assert!(done.success() || free == 0);
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn log_of(place: &Place) -> String {
    std::fs::read_to_string(&place.log).unwrap_or_default()
}

fn run(place: &Place) -> bool {
    place.serve().wait().unwrap().success()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_and_a_read_only_one_cost_nothing_but_time() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mounted(folder.path().join("disk")) else {
        println!("not run: a full disk and a read-only one (mounting takes root)");
        return;
    };
    let (sandbox, calm_mail, mail) = (sandbox().await, slow_mail().await, slow_mail().await);
    let (calm, expected) = undisturbed(folder.path(), &sandbox, &calm_mail).await;
    let mut place = Place::new(disk.0.join("plats"), &sandbox, mail.port);
    place.log = folder.path().join("log");
    let mut failed = 0;
    for free in [0, 40_000, 300_000, 900_000, 2_000_000, 4_000_000] {
        disk.leave(free);
        let ended = run(&place);
        println!("{free} bytes free: {}", if ended { "done" } else { "stopped" });
        failed += usize::from(!ended);
        std::fs::remove_file(disk.filler()).unwrap();
    }
    assert!(failed > 1, "the disk was never full");
    let told = log_of(&place);
    assert!(told.contains("full") || told.contains("No space left"), "{told}");
    disk.remount("ro");
    assert!(!run(&place));
    disk.remount("rw");
    let told = log_of(&place);
    assert!(told.contains("Read-only file system") || told.contains("readonly"), "{}", tail(&told));
    disturb(&place, 0, &mut Chance(1)).await;
    check_deliveries(&ledger(&place).await, &expected, &mail);
    check_store(&calm, &place);
    assert!(!log_of(&place).contains("panicked"), "{}", log_of(&place));
    assert!(Path::new(&place.folder).exists());
}

fn tail(text: &str) -> &str {
    &text[text.len().saturating_sub(1_500)..]
}
