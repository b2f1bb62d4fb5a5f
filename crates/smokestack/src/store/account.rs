//! What is remembered of an account, whichever process uses it.

use super::{Holder, Store, UsedUp, budget, file_name};

/// What is remembered of one account of a target.
pub(crate) struct AccountState<'s> {
    pub(crate) store: &'s Store,
    pub(crate) target: &'s str,
    pub(crate) url: &'s str,
    pub(crate) account: &'s str,
    /// The case that asks.
    pub(crate) case: &'s str,
}

impl AccountState<'_> {
    /// The first step of a one-time code (RFC 6238: seconds since 1970 by the period) from this one on that nobody
    /// has used. It counts as used from here on: servers refuse a code that comes twice.
    pub(crate) async fn take_code_step(&self, from: u64) -> u64 {
        let take = |last: &mut Option<u64>| {
            let step = last.map_or(from, |last| from.max(last + 1));
            // A clock that was wrong for a while must not lock the account for years.
            let step = if step > from + 10 { from } else { step };
            *last = Some(step);
            step
        };
        self.store.change(&self.file("codes"), Holder::new(self.case), take).await
    }

    /// Counts a login that is about to be made, unless it would be one too many.
    pub(crate) async fn take_login(&self, per_minute: usize) -> Result<(), UsedUp> {
        let next = Holder::new(self.case);
        let take = |logins: &mut Vec<Holder>| budget::take(logins, per_minute, Holder::new(self.case));
        self.store.change(&self.file("logins"), next, take).await
    }

    fn file(&self, kind: &str) -> String {
        file_name(&[self.target, self.account], &[self.url], kind)
    }
}

#[cfg(test)]
mod tests {
    use smokestack_core::Wishes;

    use super::*;

    fn account<'s>(store: &'s Store, account: &'s str) -> AccountState<'s> {
        AccountState { store, target: "prod", url: "https://platform.test/", account, case: "login::alice" }
    }

    fn store(folder: &tempfile::TempDir) -> Store {
        Store::of(&Wishes { state: Some(folder.path().to_owned()), ..Wishes::default() })
    }

    #[tokio::test]
    async fn a_code_is_used_once_by_all_processes_together() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(account(&store(&folder), "alice").take_code_step(57_000_000).await, 57_000_000);
        assert_eq!(account(&store(&folder), "alice").take_code_step(57_000_000).await, 57_000_001);
        assert_eq!(account(&store(&folder), "bob").take_code_step(57_000_000).await, 57_000_000);
        assert_eq!(account(&store(&folder), "alice").take_code_step(57_000_009).await, 57_000_009);
    }

    #[tokio::test]
    async fn a_clock_that_ran_ahead_once_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        account(&store(&folder), "alice").take_code_step(99_000_000).await;
        assert_eq!(account(&store(&folder), "alice").take_code_step(57_000_000).await, 57_000_000);
    }

    #[tokio::test]
    async fn logins_are_counted_over_all_processes_and_for_each_account() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            assert_eq!(account(&store(&folder), "alice").take_login(2).await, Ok(()));
        }
        let used_up = account(&store(&folder), "alice").take_login(2).await.unwrap_err();
        assert_eq!((used_up.last.process, used_up.last.case.as_str()), (std::process::id(), "login::alice"));
        assert_eq!(account(&store(&folder), "bob").take_login(2).await, Ok(()));
    }

    #[tokio::test]
    async fn without_a_folder_one_process_remembers_by_itself() {
        let store = Store::default();
        assert_eq!(account(&store, "alice").take_code_step(5).await, 5);
        assert_eq!(account(&store, "alice").take_code_step(5).await, 6);
    }

    #[tokio::test]
    async fn a_damaged_file_is_said_and_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        account(&store(&folder), "alice").take_code_step(5).await;
        let files = std::fs::read_dir(folder.path().join("sessions")).unwrap().flatten();
        let file =
            files.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "codes"));
        std::fs::write(file.unwrap(), "x").unwrap();
        let store = store(&folder);
        assert_eq!(account(&store, "alice").take_code_step(5).await, 5);
        assert!(store.troubles()[0].ends_with("is damaged: it is not what was written"));
        assert_eq!(account(&store, "alice").take_code_step(5).await, 6);
        assert_eq!(store.troubles(), Vec::<String>::new());
    }
}
