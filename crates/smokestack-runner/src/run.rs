//! The way of a run, from arguments to exit code.

use std::os::unix::fs::FileTypeExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use libtest_mimic::Completion;
use smokestack_core::{
    Case, Event, ExitCode, Limits, LiveTarget, Plan, Program, Record, Refusal, RunInfo, Selection, Trouble,
    Verdict, diagnosis, duplicate_names,
};
use smokestack_report::page_text::escape;
use smokestack_report::summary::{self, Closing};
use smokestack_report::{Format, Paint};

use crate::args::{Args, Flaky};
use crate::console::Console;
use crate::durations::Durations;
use crate::execution::{Execution, Printed, print, trials};
use crate::interruption::Interruption;
use crate::job::Job;
use crate::order::order;
use crate::reporters::Reporters;
use crate::runtime::{Runtime, Unfinished};
use crate::settings::Settings;
use crate::slots::Slots;
use crate::source::Sources;
use crate::world::World;
use crate::{journals, panics, refusal, reports};

/// How long findings may be looked for once all cases have ended.
const EVIDENCE_LIMIT: Duration = Duration::from_secs(30);
/// How many threads at the most are kept by cases that wait for others.
const MOST_WAITING: usize = 256;
/// How long the target may take to end what it started.
const TEAR_DOWN_LIMIT: Duration = Duration::from_secs(10);

/// Runs a suite binary: reads arguments and environment, plans, runs the selected cases, reports, and says with
/// the exit code what a pipeline should do; see [`ExitCode`].
pub fn main(program: impl Program + 'static) -> std::process::ExitCode {
    panics::install();
    // A panic that left `main` would exit with 101, at which a pipeline rolls back.
    let code = catch_unwind(AssertUnwindSafe(|| start(&program, &World::read())));
    code.unwrap_or(ExitCode::Inconclusive).into()
}

fn start(program: &dyn Program, world: &World) -> ExitCode {
    let args = match Args::parse_from_world(world) {
        Ok(args) => args,
        Err(error) => {
            // Help may be cut short by `| head`.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Usage } else { ExitCode::Pass };
        }
    };
    let mut settings = Settings::of(args, world);
    let console = Console { colour: settings.colour };
    let plan = match plan(program, &settings) {
        Ok(plan) => plan,
        Err(refusal) => {
            console.say(&refusal::text(&refusal, console.colour));
            return ExitCode::Usage;
        }
    };
    if settings.rerun_failed {
        let folder = settings.reports.clone().or_else(|| reports::folder(world, &plan.run));
        match journals::failed(folder.as_deref()) {
            Ok(failed) => {
                settings.narrowed.push("what did not pass in the last run".to_owned());
                settings.selection.only = Some(failed);
            }
            Err(why) => {
                console.complain(&why);
                return ExitCode::Usage;
            }
        }
    }
    if settings.list {
        let arguments = settings.mimic(&plan.cases, 1);
        print(&arguments, trials(&plan.cases, 0..plan.cases.len(), |_| || Ok(Completion::Completed)));
        return ExitCode::Pass;
    }
    if let Some(expression) = &settings.selection.expression {
        for word in expression.idle(&plan.cases) {
            console.say(&format!("warning: `{word}` in `--select` stands for no case"));
        }
    }
    match Run::prepare(plan, settings, console, world) {
        Ok(run) => run.carry_out(world),
        Err(why) => {
            console.complain(&why);
            ExitCode::Usage
        }
    }
}

fn plan(program: &dyn Program, settings: &Settings) -> Result<Plan, Refusal> {
    let mut plan = program.plan(&settings.wishes)?;
    let mistakes = duplicate_names(&plan.cases);
    if !mistakes.is_empty() {
        return Err(Refusal { mistakes });
    }
    plan.run.planned = plan.cases.len();
    plan.run.seed = settings.wishes.seed;
    if plan.run.program.is_empty() {
        program.name().clone_into(&mut plan.run.program);
    }
    Ok(plan)
}

/// A run whose reports can be written.
struct Run {
    settings: Settings,
    console: Console,
    info: RunInfo,
    cases: Vec<Case>,
    limits: Limits,
    target: Arc<dyn LiveTarget>,
    /// A job for every selected case, in the order of the cases.
    jobs: Vec<Option<Arc<Job>>>,
    reporters: Arc<Reporters>,
    junit: Option<PathBuf>,
    html: Option<PathBuf>,
    interruption: Arc<Interruption>,
    start: Instant,
}

impl Run {
    /// Opens what was asked for. Nothing has been sent when this fails.
    fn prepare(plan: Plan, settings: Settings, console: Console, world: &World) -> Result<Run, String> {
        let Plan { run: mut info, cases, limits, target, redactor } = plan;
        info.started_unix_ms = jiff::Timestamp::now().as_millisecond();
        let job = |case: &Case| {
            settings.selects(case).then(|| Arc::new(Job::new(case.clone(), settings.runs(case))))
        };
        let jobs: Vec<Option<Arc<Job>>> = cases.iter().map(job).collect();
        if let Some(path) = settings.logfile() {
            open_log(Path::new(path))
                .map_err(|error| format!("the log file `{path}` cannot be written: {error}"))?;
        }
        info.cases = jobs.iter().flatten().map(|job| job.info.clone()).collect();
        info.run_id.clone_from(&settings.wishes.run_id);
        info.narrowed.clone_from(&settings.narrowed);
        info.policy.gate = settings.gate;
        info.policy.is_shard = settings.selection.shard.is_some();
        if let Some(flaky) = settings.flaky {
            info.policy.flaky_fails = flaky == Flaky::Fails;
        }
        // What another shard has is not left out.
        let whole = Selection { shard: None, ..settings.selection.clone() };
        let left_out = cases.iter().filter(|case| !case.ignored && !whole.selects(case)).map(Case::full_name);
        info.left_out = left_out.filter(|name| info.policy.requires(name).is_some()).collect();
        info.baseline = settings.baseline.as_deref().map(journals::baseline).transpose()?;
        let reports = reports::open(&info, &settings, console, world)?;
        let reporters = Arc::new(Reporters::new(redactor, console, reports.reporters));
        let (interruption, start) = (Interruption::listen(console), Instant::now());
        Ok(Run {
            settings,
            console,
            info,
            cases,
            limits,
            target,
            jobs,
            reporters,
            junit: reports.junit,
            html: reports.html,
            interruption,
            start,
        })
    }

    fn carry_out(mut self, world: &World) -> ExitCode {
        if !self.jobs.iter().flatten().any(|job| job.runs) {
            return self.run_nothing();
        }
        let runtime = match Runtime::start() {
            Ok(runtime) => runtime,
            Err(error) => return self.give_up(&Trouble { what: error.to_string(), help: None }),
        };
        let target = Arc::clone(&self.target);
        let running = self.jobs.iter().flatten().filter(|job| job.runs);
        target.selected(running.map(|job| job.case.full_name()).collect());
        // The target knows its own limits: a demo platform may take minutes to build.
        let ready = runtime.wait_for(None, &self.interruption, async move { target.set_up().await });
        let ready = ready.unwrap_or_else(|unfinished| {
            Err(Trouble { what: format!("making the target ready {unfinished}"), help: None })
        });
        let code = match ready {
            Ok(url) => {
                self.info.url = url;
                self.run_cases(&runtime, world)
            }
            Err(trouble) => {
                self.tear_down(&runtime);
                self.give_up(&trouble)
            }
        };
        runtime.leave();
        code
    }

    fn run_cases(self, runtime: &Runtime, world: &World) -> ExitCode {
        self.reporters.tell(Event::RunStarted(self.info.clone()));
        let at_once = self.settings.at_once(&self.limits);
        let slots = Slots::new(at_once, &self.limits);
        self.interruption.watch(&slots);
        let execution = Arc::new(Execution {
            jobs: self.jobs.iter().flatten().cloned().collect(),
            reporters: Arc::clone(&self.reporters),
            handle: runtime.handle().clone(),
            interruption: Arc::clone(&self.interruption),
            patience: self.settings.patience,
            limits: self.limits.clone(),
            slots: Arc::clone(&slots),
            deadline: self.settings.run_limit.map(|limit| (Instant::now() + limit, limit)),
            flaky_fails: self.info.policy.flaky_fails,
            fail_fast: self.settings.fail_fast,
            failed_first: OnceLock::new(),
            sources: Sources::of(world),
            process_per_case: self.settings.wishes.process_per_case,
            list: Paint { colour: self.settings.list_colour },
        });
        let durations = Durations::read(self.durations_path(world));
        let places = order(&self.cases, self.settings.order(&self.limits), &durations.took);
        let trials = trials(&self.cases, places, |index| {
            let execution = Arc::clone(&execution);
            let job = self.jobs[index].clone();
            move || match job {
                Some(job) => execution.run(&job),
                None => Ok(Completion::ignored_with("not selected")),
            }
        });
        // Whoever waits for others keeps a thread, and no place.
        let waiting = self.jobs.iter().flatten().filter(|job| slots.may_wait(&job.case)).count();
        let waiting = waiting.min(MOST_WAITING);
        let threads = if at_once == 1 { 1 } else { at_once + waiting };
        let printed = print(&self.settings.mimic(&self.cases, threads), trials);
        execution.finish();
        self.reporters.look_at(|record| durations.remember(record));
        if let Some(signal) = self.interruption.signal() {
            self.reporters.tell(Event::Interrupted { signal });
        }
        self.reporters.tell(Event::CasesFinished);
        let (target, record) = (Arc::clone(&self.target), self.reporters.record());
        let evidence = async move { target.evidence(&record).await };
        match runtime.wait_for(Some(EVIDENCE_LIMIT), &self.interruption, evidence) {
            Err(Unfinished::Interrupted(signal)) => {
                self.reporters.tell(Event::Interrupted { signal });
            }
            Ok(facts) => facts.into_iter().for_each(|fact| {
                self.reporters.tell(Event::EvidenceFound(fact));
            }),
            Err(why) => self.complain(&format!("looking for evidence {why}")),
        }
        let told = if self.settings.wishes.process_per_case { self.told_before(runtime) } else { Vec::new() };
        self.tear_down(runtime);
        let verdict = self.reporters.look_at(Record::verdict);
        let is_good = matches!(verdict, Verdict::Pass | Verdict::NothingRan);
        if is_good && printed == (Printed::Whole { failed: true }) {
            // A green exit code below a red list would be a lie, whoever is right.
            let what = "a case failed in the list of outcomes and in no report".to_owned();
            self.reporters.tell(Event::Trouble { what });
        }
        self.tell_of_list(printed);
        self.close(true, &told)
    }

    /// Where it is remembered how long cases take; nowhere where each is a process.
    fn durations_path(&self, world: &World) -> Option<PathBuf> {
        let folder = reports::folder(world, &self.info).filter(|_| !self.settings.wishes.process_per_case)?;
        let mut name = folder.file_name()?.to_owned();
        name.push(".durations.json");
        Some(folder.with_file_name(name))
    }

    /// Whoever reads a list that is not whole must not take it for a good one.
    fn tell_of_list(&self, printed: Printed) {
        let Printed::Broken(why) = printed else { return };
        let what = format!("the list of outcomes could not be written: {why}");
        self.complain(&what);
        self.reporters.tell(Event::Trouble { what });
    }

    /// For each finding the case that told of it in another process of this run.
    fn told_before(&self, runtime: &Runtime) -> Vec<Option<String>> {
        let record = self.reporters.record();
        let failed = record.cases.iter().find(|case| case.outcome.reason().is_some());
        let Some(case) = failed.map(|case| case.full_name.clone()) else { return Vec::new() };
        let told = diagnosis::diagnose(&record).into_iter().map(|finding| {
            let (target, case) = (Arc::clone(&self.target), case.clone());
            let what = format!("{}: {}", finding.title, finding.cause);
            let asked = async move { target.told_before(&what, &case).await };
            // Told twice is better than not told.
            runtime.wait_for(Some(EVIDENCE_LIMIT), &self.interruption, asked).ok().flatten()
        });
        told.collect()
    }

    /// libtest-mimic's summary of nothing, and the reports that were asked for.
    fn run_nothing(self) -> ExitCode {
        self.reporters.tell(Event::RunStarted(self.info.clone()));
        for job in self.jobs.iter().flatten() {
            self.reporters.tell_end(job.skipped());
        }
        let arguments = self.settings.mimic(&self.cases, 1);
        let nothing = trials(&self.cases, 0..self.cases.len(), |_| || Ok(Completion::Completed));
        let printed = print(&arguments, nothing);
        self.tell_of_list(printed);
        self.close(true, &[])
    }

    /// The target is not ready: every selected case says so.
    fn give_up(self, trouble: &Trouble) -> ExitCode {
        self.reporters.tell(Event::RunStarted(self.info.clone()));
        if let Some(signal) = self.interruption.signal() {
            self.reporters.tell(Event::Interrupted { signal });
        }
        for job in self.jobs.iter().flatten() {
            let record = if job.runs { job.not_run(&trouble.what) } else { job.skipped() };
            self.reporters.tell_end(record);
        }
        self.complain(&trouble.what);
        if let Some(help) = &trouble.help {
            self.console.say(&format!("help: {}", escape(&self.reporters.redact(help))));
        }
        self.reporters.tell(Event::Trouble { what: trouble.what.clone() });
        self.close(false, &[])
    }

    fn tear_down(&self, runtime: &Runtime) {
        let target = Arc::clone(&self.target);
        if let Err(why) = runtime.wait_for(Some(TEAR_DOWN_LIMIT), &Interruption::default(), async move {
            target.tear_down().await
        }) {
            self.complain(&format!("ending what the run started {why}"));
        }
    }

    fn complain(&self, what: &str) {
        self.console.complain(&escape(&self.reporters.redact(what)));
    }

    fn close(self, was_ready: bool, told: &[Option<String>]) -> ExitCode {
        let took_ms = self.start.elapsed().as_secs_f64() * 1000.0;
        self.reporters.tell(Event::RunFinished { took_ms });
        let record = self.reporters.record();
        let verdict = record.verdict();
        let code = verdict.exit_code(&record.run.policy);
        let closing = Closing {
            record: &record,
            verdict: &verdict,
            code,
            was_ready,
            junit: self.junit.as_deref().filter(|_| self.reporters.is_well(Format::Junit.name())),
            html: self.html.as_deref().filter(|_| self.reporters.is_well(Format::Html.name())),
            process_per_case: self.settings.wishes.process_per_case,
            told,
        };
        let text = summary::text(&closing, self.console.paint());
        if !text.is_empty() {
            self.console.say(&text);
        }
        code
    }
}

/// Empties the log file, or makes it.
fn open_log(path: &Path) -> std::io::Result<()> {
    // Opening a pipe waits for a reader, who may never come.
    if std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
        return Err(std::io::Error::other("it is a pipe"));
    }
    std::fs::File::create(path).map(drop)
}
