//! What a program prints, such as a vault's or `kubectl`: no shell, bounded in time and output, ended with its children.

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use smokestack_core::Redactor;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

/// How long a program may take, and how many bytes it may print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) limit: Duration,
    pub(crate) largest: u64,
}

/// How much is shown of the first line in which a program complains.
const LONGEST_COMPLAINT: usize = 200;

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
        return Err(NoOutput::Failed { status, complaint: shown(&complaint, &printed) });
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

    /// Waits for the program, and not for what it leaves behind, which may hold its pipes open: what counts is what has been
    /// printed when the program ends.
    async fn ends(&mut self, largest: u64) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), NoOutput> {
        let mut printed = Stream::new(self.child.stdout.take(), largest);
        let mut complaint = Stream::new(self.child.stderr.take(), largest);
        let reading = async { tokio::try_join!(printed.read(), complaint.read()) };
        let status = tokio::select! {
            read = reading => {
                read?;
                self.child.wait().await
            }
            status = self.child.wait() => status,
        };
        printed.read_what_is_there()?;
        complaint.read_what_is_there()?;
        Ok((status.map_err(NoOutput::Lost)?, printed.bytes, complaint.bytes))
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

/// One of a program's two pipes, and what came through it.
struct Stream<S> {
    pipe: Option<S>,
    bytes: Vec<u8>,
    largest: u64,
}

impl<S: AsyncRead + AsFd + Unpin> Stream<S> {
    fn new(pipe: Option<S>, largest: u64) -> Stream<S> {
        Stream { pipe, bytes: Vec::new(), largest }
    }

    async fn read(&mut self) -> Result<(), NoOutput> {
        if let Some(pipe) = &mut self.pipe {
            while pipe.read_buf(&mut self.bytes).await.map_err(NoOutput::Lost)? > 0 {
                bounded(&self.bytes, self.largest)?;
            }
        }
        Ok(())
    }

    /// The pipe does not block: where nothing is in it, reading fails.
    fn read_what_is_there(&mut self) -> Result<(), NoOutput> {
        let mut piece = [0; 4096];
        while let Some(Ok(count @ 1..)) = self.pipe.as_ref().map(|pipe| rustix::io::read(pipe, &mut piece)) {
            self.bytes.extend_from_slice(&piece[..count]);
            bounded(&self.bytes, self.largest)?;
        }
        Ok(())
    }
}

fn bounded(bytes: &[u8], largest: u64) -> Result<(), NoOutput> {
    if bytes.len() as u64 > largest { Err(NoOutput::TooMuch(largest)) } else { Ok(()) }
}

/// The first line of a complaint, without what was printed: that may be a credential which nobody has learned yet.
fn shown(complaint: &[u8], printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let printed = String::from_utf8_lossy(printed);
    let secrets = Redactor::default();
    for word in printed.lines().flat_map(|line| std::iter::once(line.trim()).chain(line.split_whitespace())) {
        secrets.learn(word, "what it printed");
    }
    let line = secrets.redact(line);
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_COMPLAINT) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
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
    async fn of_a_complaint_the_first_line_is_told_without_what_was_printed() {
        let told = async |script: &str| run(script, BOUNDS.limit).await.unwrap_err();
        assert_eq!(
            told("echo hunter22; printf '\\ncannot use hunter22 here\\nwith TOKEN=abc\\n' >&2; exit 2").await,
            "fails with exit status: 2 and says \"cannot use [what it printed] here\""
        );
        let long = told("printf 'x%.0s' $(seq 300) >&2; exit 2").await;
        assert!(long.ends_with("x…\"") && long.len() < 250, "{long}");
    }

    #[tokio::test]
    async fn what_it_leaves_behind_is_not_waited_for() {
        // In a session of its own it outlives the program, and holds its pipes.
        let printed = run("setsid sleep 600 & echo $!", BOUNDS.limit).await;
        let left = printed.unwrap().trim().parse().ok().and_then(Pid::from_raw).unwrap();
        rustix::process::kill_process(left, Signal::KILL).unwrap();
        let failed = run("setsid sleep 600 & echo $! >&2; exit 2", BOUNDS.limit).await.unwrap_err();
        let left = failed.split('"').nth(1).and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
        rustix::process::kill_process(left.unwrap(), Signal::KILL).unwrap();
    }

    #[tokio::test]
    async fn all_that_was_printed_before_the_end_is_read() {
        let printed = run("head -c 60000 /dev/zero | tr '\\0' x", BOUNDS.limit).await.unwrap();
        assert_eq!(printed.len(), 60_000);
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
