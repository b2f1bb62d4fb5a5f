//! A command whose output is passed on while it is written, and kept.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::{Command, ExitStatus};
use std::thread::{self, JoinHandle};

type Copy = JoinHandle<io::Result<Vec<u8>>>;

/// Runs it, with both streams piped, and answers its status and what it wrote to stdout and to stderr.
pub(super) fn run(command: &mut Command) -> io::Result<(ExitStatus, String, String)> {
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().map(|from| copy(from, io::stdout()));
    let stderr = child.stderr.take().map(|from| copy(from, io::stderr()));
    let status = child.wait()?;
    Ok((status, text(stdout)?, text(stderr)?))
}

/// By lines, so that the two streams do not break each other's.
fn copy(from: impl Read + Send + 'static, mut to: impl Write + Send + 'static) -> Copy {
    thread::spawn(move || {
        let (mut from, mut all) = (BufReader::new(from), Vec::new());
        loop {
            let begin = all.len();
            if from.read_until(b'\n', &mut all)? == 0 {
                return Ok(all);
            }
            to.write_all(&all[begin..])?;
            to.flush()?;
        }
    })
}

fn text(copy: Option<Copy>) -> io::Result<String> {
    let Some(copy) = copy else { return Ok(String::new()) };
    let bytes = copy.join().map_err(|_| io::Error::other("the copying thread panicked"))??;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    #[test]
    fn both_streams_and_the_exit_code_are_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 7"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (status, stdout, stderr) = run(&mut command).unwrap();
        assert_eq!((status.code(), stdout.as_str(), stderr.as_str()), (Some(7), "one\n", "two\n"));
    }
}
