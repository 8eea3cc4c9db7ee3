//! Times, and processes of their own.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that tells a child what to do.
pub const CHILD: &str = "GENOMSLAG_MEASURE";

/// The first time, and the median of the others.
pub fn timed(runs: usize, mut work: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    let first = times.remove(0);
    times.sort_unstable();
    (first, times[times.len() / 2])
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, words[0]).args(&words[1..]);
    command
}

/// Runs this program again for one measurement, and waits.
pub fn again(words: &[&str]) {
    assert!(command(words).status().unwrap().success(), "{words:?}");
}

/// Starts this program again beside us; its output and its input are ours.
pub fn beside(words: &[&str]) -> Child {
    command(words).stdout(Stdio::piped()).stdin(Stdio::piped()).spawn().unwrap()
}

/// Runs a peer with the Python that is named, and gives back what it printed; none where no Python is named.
pub fn peer(script: &str, arguments: &[&str]) -> Option<serde_json::Value> {
    let python = std::env::var_os("GENOMSLAG_PYTHON")?;
    let script = format!("{}/benches/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    let told = Command::new(python).arg(script).args(arguments).stderr(Stdio::inherit()).output().unwrap();
    assert!(told.status.success(), "the peer failed");
    Some(serde_json::from_slice(&told.stdout).unwrap())
}

/// Seconds that this process has computed (Linux; nothing elsewhere).
pub fn computed() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after = stat.rsplit_once(')')?.1;
    let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
    // A hundred ticks a second, on every Linux that there is.
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / 100.0)
}

/// The most memory that this process has held, in megabytes (Linux; nothing elsewhere).
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// The peak in words.
pub fn peak_told() -> String {
    peak().map_or_else(|| "unknown".to_owned(), |megabytes| format!("{megabytes} MB"))
}
