//! Files that users name are read only if they are regular: a pipe is waited for without end, and a device has none.

use std::fs::{File, FileType};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// What a file holds, or of a larger one so much of it that it is seen to be larger.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    // Nobody may ever write into a pipe: opening one does not wait.
    let not_waiting = OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(not_waiting).open(path)?;
    // Asked of what was opened: under the name there may be something else by now.
    let kind = file.metadata()?.file_type();
    if !kind.is_file() {
        return Err(io::Error::other(format!("it is {} and no regular file", named(kind))));
    }
    let mut bytes = Vec::new();
    file.take(largest.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn named(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_pipe_nor_a_device_nor_a_folder_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let why = |path: &Path| read(path, 10).unwrap_err().to_string();
        assert_eq!(why(&pipe), "it is a pipe and no regular file");
        assert_eq!(why(Path::new("/dev/zero")), "it is a device and no regular file");
        assert_eq!(why(folder.path()), "it is a folder and no regular file");
    }

    #[test]
    fn of_a_larger_file_no_more_is_read_than_shows_that_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(read(&path, 10).unwrap(), b"0123456789");
        assert_eq!(read(&path, 4).unwrap(), b"01234");
    }
}
