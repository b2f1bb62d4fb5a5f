//! What the user asked for, as values that the rest of the runner reads.

use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Arguments, ColorSetting, FormatSetting};
use smokestack_core::{Case, Limits, Selection, Wishes};

use crate::args::{Args, Flaky};
use crate::order::Order;
use crate::world::{self, World};

/// The frozen settings of a run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What the plan depends on.
    pub(crate) wishes: Wishes,
    /// Which cases are meant.
    pub(crate) selection: Selection,
    /// Only name the cases.
    pub(crate) list: bool,
    /// The folder in which reports were asked for.
    pub(crate) reports: Option<PathBuf>,
    /// Where the JUnit report was asked for.
    pub(crate) junit: Option<PathBuf>,
    /// Whether a pipeline relies on this run having judged something.
    pub(crate) gate: bool,
    /// How long a case may take and how often it is tried.
    pub(crate) patience: Patience,
    /// Whether stderr gets colour.
    pub(crate) colour: bool,
    /// Whether the list of outcomes gets colour.
    pub(crate) list_colour: bool,
    /// Whether a case that passed at last fails the run, where that was said.
    pub(crate) flaky: Option<Flaky>,
    /// Where a run from before the deploy is.
    pub(crate) baseline: Option<PathBuf>,
    /// Only what did not pass in the last run is meant.
    pub(crate) rerun_failed: bool,
    /// No case starts once one has failed.
    pub(crate) fail_fast: bool,
    /// Whether cases start in an order of their seed.
    pub(crate) shuffle: bool,
    /// How long all cases together may take.
    pub(crate) run_limit: Option<Duration>,
    /// How the cases were narrowed down beyond libtest's filters, in words.
    pub(crate) narrowed: Vec<String>,
    threads: Option<usize>,
    bench: bool,
    /// What libtest-mimic is told apart from filters and threads.
    look: Arguments,
}

/// How long a case is waited for and how often it is tried, where the case itself does not say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Patience {
    time_limit: Option<Duration>,
    retries: u32,
}

impl Settings {
    /// Freezes arguments and surroundings.
    pub(crate) fn of(args: Args, world: &World) -> Settings {
        let per_case = world.var("NEXTEST") == Some("1")
            || world.var("NEXTEST_EXECUTION_MODE") == Some("process-per-test");
        let wishes = Wishes {
            config: args.own.config.map(|path| {
                let typed = world.typed(path.clone());
                if typed.exists() { typed } else { path }
            }),
            target: args.own.target,
            url: args.own.url,
            seed: args.own.seed.unwrap_or_else(random_seed),
            allow_mutations: args.own.allow_mutations,
            process_per_case: per_case,
            carried: args.own.carried.map(|path| world.typed(path)),
            snapshots: args.own.snapshots.map(|path| world.typed(path)),
            expect_release: args.own.expect_release,
            reuse_sessions: args.own.reuse_sessions,
            state: world.target_folder().map(|folder| folder.join(world::STATE)),
            run_id: world.run_id(),
            directory: world.directory.clone(),
            env: world.env.clone(),
        };
        let by_expression = args.own.select.as_ref().map(|select| format!("`{select}`"));
        let by_shard = args.own.share.map(|shard| format!("shard {shard}"));
        let narrowed = by_expression.into_iter().chain(by_shard).collect();
        let colour = |is_terminal| colour(args.color, is_terminal, world);
        let is_for_eyes = args.logfile.is_none() && args.format != Some(FormatSetting::Json);
        Settings {
            wishes,
            selection: Selection {
                filters: args.filters,
                skip: args.skip,
                exact: args.exact,
                ignored: args.ignored,
                include_ignored: args.include_ignored,
                expression: args.own.select,
                shard: args.own.share,
                only: None,
            },
            flaky: args.own.flaky,
            baseline: args.own.baseline.map(|path| world.typed(path)),
            rerun_failed: args.own.rerun_failed,
            fail_fast: args.own.fail_fast,
            shuffle: args.own.shuffle,
            run_limit: args.own.run_limit,
            narrowed,
            list: args.list,
            reports: args.own.reports.map(|path| world.typed(path)),
            junit: args.own.junit.map(|path| world.typed(path)),
            gate: args.own.gate,
            patience: Patience {
                time_limit: args.own.time_limit,
                retries: args.own.retries.unwrap_or_default(),
            },
            colour: colour(world.stderr_is_terminal),
            list_colour: is_for_eyes && colour(world.stdout_is_terminal),
            threads: args.test_threads,
            bench: args.bench,
            look: Arguments {
                include_ignored: args.include_ignored,
                ignored: args.ignored,
                test: args.test,
                bench: args.bench,
                list: args.list,
                quiet: args.quiet,
                logfile: args.logfile,
                color: args.color,
                format: args.format,
                ..Arguments::default()
            },
        }
    }

    /// Where libtest-mimic writes, if not to stdout.
    pub(crate) fn logfile(&self) -> Option<&str> {
        self.look.logfile.as_deref()
    }

    /// Whether a case is shown in reports: run, or ignored.
    pub(crate) fn selects(&self, case: &Case) -> bool {
        self.selection.selects(case)
    }

    /// Whether a selected case is run.
    pub(crate) fn runs(&self, case: &Case) -> bool {
        // Cases are tests, and `--bench` is for benchmarks.
        !self.bench && self.selection.runs(case.ignored)
    }

    /// How many cases may be in flight at once.
    pub(crate) fn at_once(&self, limits: &Limits) -> usize {
        self.threads.unwrap_or(limits.concurrency).max(1)
    }

    /// In which order cases begin. One after the other they begin as they are listed: nobody waits for the longest.
    pub(crate) fn order(&self, limits: &Limits) -> Order {
        match (self.shuffle, self.at_once(limits)) {
            (true, _) => Order::Shuffled(self.wishes.seed),
            (false, 1) => Order::Listed,
            (false, _) => Order::LongestFirst,
        }
    }

    /// libtest-mimic's arguments. It knows one filter; where there are several it is told by name what is out, so
    /// that it lists, counts and filters as libtest would.
    pub(crate) fn mimic(&self, cases: &[Case], threads: usize) -> Arguments {
        let mut mimic = self.look.clone();
        mimic.test_threads = Some(threads.clamp(1, cases.len().max(1)));
        if let ([] | [_], true) = (self.selection.filters.as_slice(), self.selection.is_libtests()) {
            mimic.filter = self.selection.filters.first().cloned();
            mimic.exact = self.selection.exact;
            mimic.skip.clone_from(&self.selection.skip);
        } else {
            mimic.exact = true;
            mimic.skip = cases.iter().filter(|case| !self.selects(case)).map(Case::full_name).collect();
        }
        mimic
    }
}

impl Patience {
    /// How long one attempt at a case may take.
    pub(crate) fn time_limit(&self, case: &Case, limits: &Limits) -> Duration {
        case.time_limit.or(self.time_limit).unwrap_or(limits.case)
    }

    /// How often a case that got no answer is tried again.
    pub(crate) fn retries(&self, case: &Case) -> u32 {
        case.retries.unwrap_or(self.retries)
    }
}

fn colour(asked: Option<ColorSetting>, is_terminal: bool, world: &World) -> bool {
    match asked.unwrap_or_default() {
        ColorSetting::Always => true,
        ColorSetting::Never => false,
        ColorSetting::Auto => {
            is_terminal && world.var("NO_COLOR").is_none() && world.var("TERM") != Some("dumb")
        }
    }
}

/// 32 bits are enough to differ, and short enough to type.
fn random_seed() -> u64 {
    RandomState::new().hash_one(std::process::id()) >> 32
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use smokestack_core::{Ending, Place};

    use super::*;

    fn case(name: &str, ignored: bool) -> Case {
        let body =
            Arc::new(|_| Box::pin(async { Ending::Done }) as smokestack_core::BoxFuture<'static, Ending>);
        Case { suite: "s".into(), name: name.into(), ignored, ..Case::new(Place::caller(), body) }
    }

    fn settings(args: &[&str]) -> Settings {
        let world = World {
            args: std::iter::once(&"suite").chain(args).map(Into::into).collect(),
            ..World::default()
        };
        Settings::of(Args::parse_from_world(&world).unwrap(), &world)
    }

    #[test]
    fn one_filter_is_libtest_mimics_own_business() {
        let cases = vec![case("a", false); 40];
        let mimic = settings(&["a", "--skip", "b", "--exact"]).mimic(&cases, 32);
        assert_eq!(mimic.filter.as_deref(), Some("a"));
        assert_eq!(mimic.skip, ["b"]);
        assert!(mimic.exact);
        assert_eq!(mimic.test_threads, Some(32));
    }

    #[test]
    fn there_are_no_more_threads_than_cases() {
        let mimic = settings(&[]).mimic(&[case("a", false)], 1_000_000);
        assert_eq!(mimic.test_threads, Some(1));
    }

    #[test]
    fn with_several_filters_the_rest_is_skipped_by_name() {
        let cases = [case("a", false), case("ab", false), case("c", false), case("d", true)];
        let settings = settings(&["::a", "::d", "--skip", "ab"]);
        let mimic = settings.mimic(&cases, 32);
        assert_eq!(mimic.filter, None);
        assert_eq!(mimic.skip, ["s::ab", "s::c"]);
        assert!(mimic.exact);
        assert!(settings.selects(&cases[3]) && !settings.runs(&cases[3]), "shown as ignored");
    }

    #[test]
    fn a_cases_own_limit_goes_before_the_runs_and_that_before_the_targets() {
        let limits = Limits::default();
        let mut case = case("a", false);
        assert_eq!(settings(&[]).patience.time_limit(&case, &limits), limits.case);
        let patience = settings(&["--time-limit", "5s", "--retries", "2"]).patience;
        assert_eq!(patience.time_limit(&case, &limits), Duration::from_secs(5));
        assert_eq!(patience.retries(&case), 2);
        case.time_limit = Some(Duration::from_secs(1));
        case.retries = Some(0);
        assert_eq!(patience.time_limit(&case, &limits), Duration::from_secs(1));
        assert_eq!(patience.retries(&case), 0);
    }

    #[test]
    fn what_libtest_cannot_say_is_told_to_it_by_name() {
        let cases = [case("a", false), case("ab", false), case("c", false)];
        let mimic = settings(&["a", "--select", "case(s::a*)", "--select", "case(s::ab)"]).mimic(&cases, 2);
        assert_eq!((mimic.filter, mimic.skip), (None, vec!["s::a".to_owned(), "s::c".to_owned()]));
    }

    #[test]
    fn one_after_the_other_cases_begin_as_they_are_listed() {
        let order = |args: &[&str]| settings(args).order(&Limits::default());
        assert_eq!(order(&[]), Order::LongestFirst);
        assert_eq!(order(&["--test-threads", "1"]), Order::Listed);
        assert_eq!(order(&["--shuffle", "--seed", "7", "--test-threads", "1"]), Order::Shuffled(7));
    }

    #[test]
    fn benchmarks_are_none_of_ours() {
        assert!(!settings(&["--bench"]).runs(&case("a", false)));
    }
}
