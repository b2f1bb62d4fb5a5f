//! What a program prints, such as a vault's or `kubectl`: no shell, bounded in time and output, ended with its children.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

/// How long a program may take, and how many bytes it may print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) limit: Duration,
    pub(crate) largest: u64,
}

/// How much of what a program complains is shown.
const LONGEST_COMPLAINT: usize = 400;

/// Why a program gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoOutput {
    #[error("cannot be started: {0}")]
    NotStarted(std::io::Error),
    #[error("was ended after {} without an end of its own", humantime::format_duration(*.0))]
    TimeLimit(Duration),
    #[error("prints more than {} KiB", .0 >> 10)]
    TooMuch(u64),
    #[error("prints what is not UTF-8")]
    NotText,
    #[error("cannot be waited for: {0}")]
    Lost(std::io::Error),
    #[error("fails with {status}{}", said(.complaint))]
    Failed { status: ExitStatus, complaint: String },
}

/// What a program prints, run in this folder with these variables beside its own.
pub(crate) async fn output(
    bounds: Bounds,
    words: &[String],
    folder: &Path,
    env: &BTreeMap<String, String>,
) -> Result<String, NoOutput> {
    let Bounds { limit, largest } = bounds;
    let Some((program, arguments)) = words.split_first() else {
        return Err(NoOutput::NotStarted(std::io::ErrorKind::InvalidInput.into()));
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(env).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if !folder.as_os_str().is_empty() {
        command.current_dir(folder);
    }
    let mut group = Group::new(command.spawn().map_err(NoOutput::NotStarted)?);
    let ended = tokio::time::timeout(limit, group.ends(largest)).await;
    let (status, printed, complaint) = ended.map_err(|_| NoOutput::TimeLimit(limit))??;
    group.over = true;
    if !status.success() {
        return Err(NoOutput::Failed { status, complaint: shortened(&complaint) });
    }
    String::from_utf8(printed).map_err(|_| NoOutput::NotText)
}

/// A program and whatever it started, ended together unless it came to its own end.
struct Group {
    child: Child,
    leader: Option<Pid>,
    over: bool,
}

impl Group {
    fn new(child: Child) -> Group {
        let leader = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Group { child, leader, over: false }
    }

    async fn ends(&mut self, largest: u64) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), NoOutput> {
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let (printed, complaint) = tokio::try_join!(bounded(stdout, largest), bounded(stderr, largest))?;
        let status = self.child.wait().await.map_err(NoOutput::Lost)?;
        Ok((status, printed, complaint))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let (false, Some(leader)) = (self.over, self.leader) {
            // Nobody is left to end: as good.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

async fn bounded(stream: Option<impl AsyncRead + Unpin>, largest: u64) -> Result<Vec<u8>, NoOutput> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(largest + 1).read_to_end(&mut bytes).await.map_err(NoOutput::Lost)?;
    }
    if bytes.len() as u64 > largest { Err(NoOutput::TooMuch(largest)) } else { Ok(bytes) }
}

fn shortened(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_COMPLAINT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

fn said(complaint: &str) -> String {
    if complaint.is_empty() { String::new() } else { format!(" and says {complaint:?}") }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _};

    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use tokio::sync::oneshot;

    use super::*;

    const BOUNDS: Bounds = Bounds { limit: Duration::from_secs(60), largest: 64 << 10 };

    async fn run(script: &str, limit: Duration) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        let env = BTreeMap::from([("GREETING".to_owned(), "open sesame".to_owned())]);
        output(Bounds { limit, ..BOUNDS }, &words, Path::new(""), &env)
            .await
            .map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_it_prints_comes_back() {
        assert_eq!(run("echo \"$GREETING\"", BOUNDS.limit).await.unwrap(), "open sesame\n");
    }

    #[tokio::test]
    async fn no_shell_reads_the_words() {
        let words = ["echo", "$GREETING;", "exit", "7"].map(str::to_owned);
        let printed = output(BOUNDS, &words, Path::new(""), &BTreeMap::new()).await.unwrap();
        assert_eq!(printed, "$GREETING; exit 7\n");
    }

    #[tokio::test]
    async fn a_failure_is_told_with_its_complaint() {
        assert_eq!(
            run("echo not  logged in >&2; exit 2", BOUNDS.limit).await.unwrap_err(),
            "fails with exit status: 2 and says \"not logged in\""
        );
        let missing = ["no-such-vault".to_owned()];
        let error = output(BOUNDS, &missing, Path::new(""), &BTreeMap::new()).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot be started: No such file or directory (os error 2)");
    }

    #[tokio::test]
    async fn endless_output_ends_it() {
        assert_eq!(run("yes", BOUNDS.limit).await.unwrap_err(), "prints more than 64 KiB");
    }

    #[tokio::test]
    async fn one_that_does_not_end_is_ended() {
        let told = run("sleep 600", Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(told, "was ended after 50ms without an end of its own");
    }

    #[tokio::test]
    async fn it_is_ended_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        // Both hold the pipe open for as long as they live.
        let script = format!("exec 3>'{}'; sleep 600 & echo started >&3; wait", pipe.display());
        let (tell_start, started) = oneshot::channel();
        let (tell_end, ended) = oneshot::channel();
        std::thread::spawn(move || {
            let mut pipe = BufReader::new(std::fs::File::open(pipe).unwrap());
            pipe.read_line(&mut String::new()).unwrap();
            tell_start.send(()).unwrap();
            tell_end.send(pipe.read_to_end(&mut Vec::new()).unwrap())
        });
        tokio::select! {
            started = started => started.unwrap(),
            ended = run(&script, Duration::from_secs(600)) => panic!("{ended:?}"),
        };
        assert!(tokio::time::timeout(Duration::from_secs(60), ended).await.is_ok());
    }
}
