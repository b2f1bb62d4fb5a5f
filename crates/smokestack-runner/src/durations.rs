//! How long cases took in earlier runs, remembered in the target folder. Losing it costs nothing but a better order.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use smokestack_core::{Outcome, Record};

use crate::report_file::begin;

/// What earlier runs of one program against one target took.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    path: Option<PathBuf>,
    /// Milliseconds by full name.
    pub(crate) took: BTreeMap<String, u64>,
}

impl Durations {
    /// Reads them; what cannot be read is nothing.
    pub(crate) fn read(path: Option<PathBuf>) -> Durations {
        let text =
            path.as_deref().filter(|path| path.is_file()).and_then(|path| std::fs::read_to_string(path).ok());
        let took = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Durations { path, took }
    }

    /// Remembers what a run took, beside what is known of cases that were not in it.
    pub(crate) fn remember(mut self, record: &Record) {
        let Some(path) = self.path.take() else { return };
        let ran = record.cases.iter().filter(|case| {
            !matches!(case.outcome, Outcome::Blocked { .. } | Outcome::Skipped { .. }) && !case.took.is_zero()
        });
        self.took.extend(
            ran.map(|case| {
                (case.full_name.clone(), u64::try_from(case.took.as_millis()).unwrap_or(u64::MAX))
            }),
        );
        let _ = self.write(&path);
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = begin(path)?;
        file.write_all(serde_json::to_string(&self.took)?.as_bytes())?;
        file.persist(path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_known_and_what_is_damaged_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("durations.json");
        let durations = Durations { path: Some(path.clone()), took: [("a".to_owned(), 7)].into() };
        durations.remember(&Record::default());
        assert_eq!(Durations::read(Some(path.clone())).took, [("a".to_owned(), 7)].into());
        std::fs::write(&path, "{\"a\":").unwrap();
        assert!(Durations::read(Some(path)).took.is_empty());
        assert!(Durations::read(None).took.is_empty());
    }
}
