//! A report that is a file. It is written twice: before the run, with every case as not run, so that a path that cannot be
//! written is known and a killed run leaves a report; and after it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use smokestack_core::{Event, Record};
use smokestack_report::Format;

use crate::reporters::Reporter;

/// The reporter that writes a report.
#[derive(Debug)]
pub(crate) struct ReportFile {
    format: Format,
    path: PathBuf,
}

impl ReportFile {
    /// Writes the report of what is not run yet. Makes the folder if there is none.
    pub(crate) fn open(format: Format, path: &Path, not_run: &Record) -> io::Result<ReportFile> {
        write(path, &render(format, not_run)?)?;
        Ok(ReportFile { format, path: path.to_owned() })
    }
}

impl Reporter for ReportFile {
    fn name(&self) -> &'static str {
        self.format.name()
    }

    fn hear(&mut self, event: &Event, record: &Record) -> Result<(), String> {
        match event {
            Event::RunFinished { .. } => render(self.format, record)
                .and_then(|text| write(&self.path, &text))
                .map_err(|error| format!("`{}` cannot be written: {error}", self.path.display())),
            _ => Ok(()),
        }
    }
}

/// Files are written beside their place and moved there; a device or a pipe would be gone.
pub(crate) fn is_regular_if_there(path: &Path) -> io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("there is something that is no regular file"));
    }
    Ok(())
}

fn render(format: Format, record: &Record) -> io::Result<String> {
    format.render(record).map_err(io::Error::other)
}

/// Writes a report whole or not at all. Makes the folder if there is none.
///
/// # Errors
///
/// What the system says; something that is no regular file is left alone.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    is_regular_if_there(path)?;
    let mut file = begin(path)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// A file beside the path, which becomes the path's own once it is persisted there.
pub(crate) fn begin(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    temporary().tempfile_in(folder)
}

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".TEST-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Whoever collects reports may be another user; the umask still has its say.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}
