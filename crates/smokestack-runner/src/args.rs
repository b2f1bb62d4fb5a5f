//! The command line of a suite binary: libtest's flags, several filters, and our own flags, each with a variable.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use libtest_mimic::{ColorSetting, FormatSetting};

use smokestack_core::{Expression, Shard};

use crate::shard;
use crate::world::World;

/// What stands on the command line, filled up from the environment.
#[derive(Parser, Clone, Debug, Default)]
#[command(
    disable_version_flag = true,
    about = "Runs the cases of this suite binary. Takes libtest's flags, so that `cargo test -- <flags>` works.",
    after_help = "exit codes: 0 pass, 101 the platform is broken, 2 usage or configuration, 3 could not be judged, \
                  4 nothing ran (with --gate), 130 and 143 ended by SIGINT and SIGTERM"
)]
pub(crate) struct Args {
    /// Run only cases whose full name contains any FILTER
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Run ignored and not ignored cases
    #[arg(long, conflicts_with = "ignored")]
    pub(crate) include_ignored: bool,
    /// Run only ignored cases
    #[arg(long)]
    pub(crate) ignored: bool,
    /// Run tests and not benchmarks: all cases are tests
    #[arg(long, conflicts_with = "bench")]
    pub(crate) test: bool,
    /// Run benchmarks and not tests: nothing runs
    #[arg(long)]
    pub(crate) bench: bool,
    /// List the cases; sends nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// No effect: cases print nothing
    #[arg(long = "no-capture", alias = "nocapture")]
    pub(crate) no_capture: bool,
    /// No effect: cases print nothing
    #[arg(long)]
    pub(crate) show_output: bool,
    /// No effect: taken because libtest takes it
    #[arg(short = 'Z', value_name = "FLAG")]
    pub(crate) unstable_flags: Vec<String>,
    /// FILTER and --skip mean whole names
    #[arg(long)]
    pub(crate) exact: bool,
    /// One character a case, as --format terse
    #[arg(short, long, conflicts_with = "format")]
    pub(crate) quiet: bool,
    /// How many cases may be in flight [env: RUST_TEST_THREADS] [default: the target's limit]
    #[arg(long, value_name = "N", value_parser = threads, overrides_with = "test_threads")]
    pub(crate) test_threads: Option<usize>,
    /// Write the list of outcomes to a file instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) logfile: Option<String>,
    /// Leave out cases whose full name contains FILTER; may be repeated
    #[arg(long, value_name = "FILTER")]
    pub(crate) skip: Vec<String>,
    /// Colour: auto, always or never
    #[arg(long, value_enum, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: Option<ColorSetting>,
    /// The form of the list of outcomes: pretty, terse or json
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true)]
    pub(crate) format: Option<FormatSetting>,
    #[command(flatten)]
    pub(crate) own: Own,
}

/// Flags that libtest does not have.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Smokestack")]
pub(crate) struct Own {
    /// The target to run against [env: SMOKESTACK_TARGET]
    #[arg(long, value_name = "NAME", overrides_with = "target")]
    pub(crate) target: Option<String>,
    /// The platform file [env: SMOKESTACK_CONFIG]
    #[arg(long, value_name = "PATH", overrides_with = "config")]
    pub(crate) config: Option<PathBuf>,
    /// The target's address, instead of the platform file's [env: SMOKESTACK_URL]
    #[arg(long, value_name = "URL", overrides_with = "url")]
    pub(crate) url: Option<String>,
    /// The seed of made-up data; the same seed gives the same data [env: SMOKESTACK_SEED]
    #[arg(long, value_name = "N", value_parser = seed, overrides_with = "seed")]
    pub(crate) seed: Option<u64>,
    /// Let cases that write run on a protected target [env: SMOKESTACK_ALLOW_MUTATIONS]
    #[arg(long)]
    pub(crate) allow_mutations: bool,
    /// The folder for all reports [env: SMOKESTACK_REPORTS]
    #[arg(long, value_name = "DIR", overrides_with = "reports")]
    pub(crate) reports: Option<PathBuf>,
    /// Where to write the JUnit report, if not there [env: SMOKESTACK_JUNIT]
    #[arg(long, value_name = "PATH", overrides_with = "junit")]
    pub(crate) junit: Option<PathBuf>,
    /// How long a case may take, such as `10s`; a case's own limit goes before [env: SMOKESTACK_TIME_LIMIT]
    #[arg(long, value_name = "TIME", value_parser = time_limit, overrides_with = "time_limit")]
    pub(crate) time_limit: Option<Duration>,
    /// How often a case that got no answer is tried again; wrong answers never are [env: SMOKESTACK_RETRIES]
    #[arg(long, value_name = "N", value_parser = retries, overrides_with = "retries")]
    pub(crate) retries: Option<u32>,
    /// Sessions saved before the deploy by `smokestack prime` [env: SMOKESTACK_CARRIED]
    #[arg(long, value_name = "PATH", overrides_with = "carried")]
    pub(crate) carried: Option<PathBuf>,
    /// The folder with accepted snapshots, instead of the one beside the platform file [env: SMOKESTACK_SNAPSHOTS]
    #[arg(long, value_name = "DIR", overrides_with = "snapshots")]
    pub(crate) snapshots: Option<PathBuf>,
    /// Only cases that this expression means: `critical & !slow & component(invoices)` [env: SMOKESTACK_SELECT]
    #[arg(long, value_name = "EXPRESSION", value_parser = expression, overrides_with = "select")]
    pub(crate) select: Option<Expression>,
    /// Only the cases of one machine of several, `2/4`; `auto` as the pipeline says [env: SMOKESTACK_SHARD]
    #[arg(long, value_name = "I/N", overrides_with = "shard")]
    pub(crate) shard: Option<String>,
    #[arg(skip)]
    pub(crate) share: Option<Shard>,
    /// Only cases that did not pass in the last run [env: SMOKESTACK_RERUN_FAILED]
    #[arg(long)]
    pub(crate) rerun_failed: bool,
    /// Start no further case once one has failed [env: SMOKESTACK_FAIL_FAST]
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Start cases in another order with every seed [env: SMOKESTACK_SHUFFLE]
    #[arg(long)]
    pub(crate) shuffle: bool,
    /// How long all cases together may take [env: SMOKESTACK_RUN_LIMIT]
    #[arg(long, value_name = "TIME", value_parser = time_limit, overrides_with = "run_limit")]
    pub(crate) run_limit: Option<Duration>,
    /// The release that every instance should show [env: SMOKESTACK_EXPECT_RELEASE]
    #[arg(long, value_name = "RELEASE", overrides_with = "expect_release")]
    pub(crate) expect_release: Option<String>,
    /// Use sessions of earlier runs that are no older than this, such as `15m`; not on a protected target
    /// [env: SMOKESTACK_REUSE_SESSIONS]
    #[arg(long, value_name = "TIME", value_parser = time_limit, overrides_with = "reuse_sessions")]
    pub(crate) reuse_sessions: Option<Duration>,
    /// Whether a case that passed at last fails the run: `fail` or `pass` [env: SMOKESTACK_FLAKY]
    #[arg(long, value_name = "VERDICT", value_parser = flaky, overrides_with = "flaky")]
    pub(crate) flaky: Option<Flaky>,
    /// A run from before the deploy, as its journal or its folder of reports: what was broken then is told apart
    /// [env: SMOKESTACK_BASELINE]
    #[arg(long, value_name = "PATH", overrides_with = "baseline")]
    pub(crate) baseline: Option<PathBuf>,
    /// A pipeline relies on this run: it fails with exit code 4 if nothing ran [env: SMOKESTACK_GATE]
    #[arg(long)]
    pub(crate) gate: bool,
}

impl Args {
    /// Parses arguments and environment. The error is clap's: it knows whether it is help or a usage error.
    pub(crate) fn parse_from_world(world: &World) -> Result<Args, clap::Error> {
        let mut command = Args::command().override_usage(usage(world.args.first()));
        let matches = command.try_get_matches_from_mut(&world.args)?;
        let mut args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        args.fill_up(world).map_err(|why| command.error(ErrorKind::ValueValidation, why))?;
        Ok(args)
    }

    /// The command line goes before the environment.
    fn fill_up(&mut self, world: &World) -> Result<(), String> {
        let own = &mut self.own;
        fill(&mut self.test_threads, world, "RUST_TEST_THREADS", threads)?;
        fill(&mut own.target, world, "SMOKESTACK_TARGET", any)?;
        fill(&mut own.config, world, "SMOKESTACK_CONFIG", any)?;
        fill(&mut own.url, world, "SMOKESTACK_URL", any)?;
        fill(&mut own.seed, world, "SMOKESTACK_SEED", seed)?;
        fill(&mut own.reports, world, "SMOKESTACK_REPORTS", any)?;
        fill(&mut own.junit, world, "SMOKESTACK_JUNIT", any)?;
        fill(&mut own.time_limit, world, "SMOKESTACK_TIME_LIMIT", time_limit)?;
        fill(&mut own.retries, world, "SMOKESTACK_RETRIES", retries)?;
        fill(&mut own.carried, world, "SMOKESTACK_CARRIED", any)?;
        fill(&mut own.snapshots, world, "SMOKESTACK_SNAPSHOTS", any)?;
        fill(&mut own.select, world, "SMOKESTACK_SELECT", expression)?;
        fill(&mut own.shard, world, "SMOKESTACK_SHARD", any)?;
        own.share = match &own.shard {
            Some(text) => Some(
                shard::read(text, world)
                    .map_err(|why| format!("invalid value `{text}` of --shard: {why}"))?,
            ),
            None => None,
        };
        fill(&mut own.run_limit, world, "SMOKESTACK_RUN_LIMIT", time_limit)?;
        switch_on(&mut own.rerun_failed, world, "SMOKESTACK_RERUN_FAILED")?;
        switch_on(&mut own.fail_fast, world, "SMOKESTACK_FAIL_FAST")?;
        switch_on(&mut own.shuffle, world, "SMOKESTACK_SHUFFLE")?;
        fill(&mut own.flaky, world, "SMOKESTACK_FLAKY", flaky)?;
        fill(&mut own.baseline, world, "SMOKESTACK_BASELINE", any)?;
        fill(&mut own.expect_release, world, "SMOKESTACK_EXPECT_RELEASE", any)?;
        fill(&mut own.reuse_sessions, world, "SMOKESTACK_REUSE_SESSIONS", time_limit)?;
        switch_on(&mut own.allow_mutations, world, "SMOKESTACK_ALLOW_MUTATIONS")?;
        switch_on(&mut own.gate, world, "SMOKESTACK_GATE")
    }
}

/// `suites [OPTIONS] [FILTER]...`, whichever hash cargo has put behind the program's name.
fn usage(program: Option<&OsString>) -> String {
    let stem = program.and_then(|program| Path::new(program).file_stem()?.to_str()).unwrap_or("suites");
    let is_hash = |end: &str| end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = stem.rsplit_once('-').filter(|(_, end)| is_hash(end)).map_or(stem, |(name, _)| name);
    format!("{name} [OPTIONS] [FILTER]...")
}

type Read<T> = fn(&str) -> Result<T, String>;

fn fill<T>(value: &mut Option<T>, world: &World, name: &str, read: Read<T>) -> Result<(), String> {
    if let (None, Some(text)) = (&value, world.var(name)) {
        *value = Some(read(text).map_err(|why| format!("invalid value `{text}` of {name}: {why}"))?);
    }
    Ok(())
}

fn switch_on(flag: &mut bool, world: &World, name: &str) -> Result<(), String> {
    let mut value = None;
    fill(&mut value, world, name, yes_or_no)?;
    *flag |= value.unwrap_or(false);
    Ok(())
}

fn any<T: From<String>>(text: &str) -> Result<T, String> {
    Ok(text.to_owned().into())
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err("must be `1`, `true` or `yes`, or else `0`, `false` or `no`".to_owned()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    // libtest-mimic waits for ever with no thread to run on.
    match number(text)? {
        0 => Err("must be at least 1".to_owned()),
        threads => Ok(threads),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    number(text)
}

fn retries(text: &str) -> Result<u32, String> {
    number(text)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "must be a whole number".to_owned())
}

/// What a case that passed at last does to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaky {
    Fails,
    Passes,
}

fn flaky(text: &str) -> Result<Flaky, String> {
    match text {
        "fail" => Ok(Flaky::Fails),
        "pass" => Ok(Flaky::Passes),
        _ => Err("must be `fail` or `pass`".to_owned()),
    }
}

fn expression(text: &str) -> Result<Expression, String> {
    text.parse::<Expression>().map_err(|error| format!("\n{error}"))
}

fn time_limit(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(limit) if limit.is_zero() => Err("must be longer than nothing".to_owned()),
        Ok(limit) => Ok(limit),
        Err(why) => Err(format!("{why}; write a time as `10s` or `1m 30s`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str], env: &[(&str, &str)]) -> Result<Args, String> {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let world = World {
            args: std::iter::once(&"suite").chain(args).map(Into::into).collect(),
            env: env.iter().map(owned).collect(),
            ..World::default()
        };
        Args::parse_from_world(&world).map_err(|error| {
            assert_eq!(error.exit_code(), 2);
            error.to_string()
        })
    }

    #[test]
    fn the_command_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn libtests_flags_are_taken() {
        let flags = "--include-ignored --test --list --nocapture --show-output -Z unstable-options --exact \
                     --test-threads=4 --logfile x --skip a --skip b --color never --format terse one two";
        let args = parse(&flags.split_whitespace().collect::<Vec<_>>(), &[]).unwrap();
        assert_eq!(args.filters, ["one", "two"]);
        assert_eq!(args.skip, ["a", "b"]);
        assert_eq!(args.test_threads, Some(4));
        assert!(args.no_capture && args.exact && args.list && args.include_ignored);
        assert!(parse(&["--no-capture", "-q", "--ignored"], &[]).unwrap().quiet);
    }

    #[test]
    fn the_command_line_goes_before_the_environment() {
        let env = [("SMOKESTACK_TARGET", "staging"), ("SMOKESTACK_RETRIES", "3"), ("RUST_TEST_THREADS", "8")];
        let args = parse(&["--target", "prod"], &env).unwrap();
        assert_eq!(args.own.target.as_deref(), Some("prod"));
        assert_eq!(args.own.retries, Some(3));
        assert_eq!(args.test_threads, Some(8));
    }

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let names =
            ["TARGET", "CONFIG", "URL", "SEED", "ALLOW_MUTATIONS", "REPORTS", "JUNIT", "TIME_LIMIT", "GATE"];
        let names: Vec<String> = names.iter().map(|name| format!("SMOKESTACK_{name}")).collect();
        let env: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), " ")).collect();
        let args = parse(&[], &env).unwrap();
        assert!(args.own.target.is_none() && args.own.seed.is_none() && !args.own.gate);
    }

    #[test]
    fn switches_are_read_from_words() {
        for (word, on) in [("1", true), ("TRUE", true), ("yes", true), ("0", false), ("no", false)] {
            assert_eq!(parse(&[], &[("SMOKESTACK_GATE", word)]).unwrap().own.gate, on, "{word}");
        }
        insta::assert_snapshot!(
            parse(&[], &[("SMOKESTACK_GATE", "maybe")]).unwrap_err().lines().next().unwrap(),
            @"error: invalid value `maybe` of SMOKESTACK_GATE: must be `1`, `true` or `yes`, or else `0`, `false` or `no`"
        );
    }

    #[test]
    fn no_thread_at_all_is_a_usage_error() {
        assert!(parse(&["--test-threads", "0"], &[]).unwrap_err().contains("must be at least 1"));
        assert!(parse(&[], &[("RUST_TEST_THREADS", "0")]).unwrap_err().contains("RUST_TEST_THREADS"));
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        let args = parse(&["--time-limit", "1m 30s"], &[]).unwrap();
        assert_eq!(args.own.time_limit, Some(Duration::from_secs(90)));
        assert!(parse(&["--time-limit", "0s"], &[]).is_err());
        assert!(parse(&["--time-limit", "soon"], &[]).unwrap_err().contains("write a time as `10s`"));
    }

    #[test]
    fn the_usage_line_has_the_programs_name_without_its_hash() {
        for (program, name) in [
            ("/target/debug/deps/suites-0123456789abcdef", "suites"),
            ("my-suites", "my-suites"),
            ("C/acme-smoke.exe", "acme-smoke"),
        ] {
            assert_eq!(usage(Some(&program.into())), format!("{name} [OPTIONS] [FILTER]..."));
        }
    }

    #[test]
    fn help_has_our_flags_under_a_heading_and_names_their_variables() {
        let help = Args::command().render_help().to_string();
        let own = help.split("Smokestack:").nth(1).unwrap();
        for flag in
            "target config url seed allow-mutations reports junit time-limit retries carried expect-release select \
             shard rerun-failed fail-fast shuffle run-limit flaky \
             baseline \
             reuse-sessions gate"
                .split(' ')
        {
            let variable = format!("SMOKESTACK_{}", flag.replace('-', "_").to_uppercase());
            assert!(own.contains(&format!("--{flag}")) && own.contains(&variable), "{flag}");
        }
        assert!(!help.contains("nocapture"));
    }
}
