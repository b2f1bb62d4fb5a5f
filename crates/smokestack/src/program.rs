//! A set of suites that a runner can plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use smokestack_core::{ComponentInfo, Limits, Mistake, Plan, Program, Redactor, Refusal, RunInfo, Wishes};
use url::Url;

use crate::Suite;
use crate::demo::{Demo, StartDemo};
use crate::login::{LoginWay, Ways};
use crate::platform::{Address, Platform, Target, target_address};
use crate::run::Run;
use crate::run_target::RunTarget;
use crate::snapshot::{self, BuiltIn};

/// A set of suites: hand it to the runner.
///
/// ```no_run
/// # use smokestack::{Suite, Suites};
/// let suites = Suites::new("smoke", [Suite::new("work-orders")]);
/// // In the suite binary: fn main() -> ExitCode { smokestack_runner::main(suites) }
/// ```
pub struct Suites {
    name: String,
    suites: Vec<Suite>,
    demo: Option<StartDemo>,
    platform: Option<String>,
    ways: Ways,
    snapshots: BuiltIn,
}

impl Suites {
    /// Suites under a name, which reports carry.
    pub fn new(name: &str, suites: impl IntoIterator<Item = Suite>) -> Suites {
        Suites {
            name: name.to_owned(),
            suites: suites.into_iter().collect(),
            demo: None,
            platform: None,
            ways: Ways::default(),
            snapshots: BuiltIn::default(),
        }
    }

    /// How to start the platform for a target that says `demo = true`.
    pub fn demo(mut self, start: fn() -> Result<Demo, String>) -> Suites {
        self.demo = Some(start);
        self
    }

    /// A platform file's text to use where the user names none.
    pub fn platform(mut self, text: &str) -> Suites {
        self.platform = Some(text.to_owned());
        self
    }

    /// Snapshots that the suite binary has in itself, each by the name of its file, so that a machine needs nothing but the
    /// binary. A file beside the platform file, or in `--snapshots DIR`, wins over the one of its name.
    ///
    /// ```no_run
    /// # use smokestack::Suites;
    /// # macro_rules! include_str { ($path:literal) => { "" } }
    /// # let suites = Suites::new("smoke", []);
    /// let suites = suites.snapshots([("orders.snap", include_str!("snapshots/orders.snap"))]);
    /// ```
    pub fn snapshots<'t>(mut self, files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Suites {
        files.into_iter().for_each(|(name, text)| self.snapshots.add(name, text));
        self
    }

    /// A way of logging in of the suite binary's own, which a platform file names with `way = "name"`. One with the
    /// name of a built-in way (`form`, `json`, `basic`, `bearer`, `client-credentials`, `oidc`) replaces that.
    ///
    /// ```no_run
    /// # use smokestack::{LoginWay, Pending, Suites, Visitor};
    /// /// A platform that takes a key in a header of its own.
    /// struct ApiKey;
    ///
    /// impl LoginWay for ApiKey {
    ///     fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
    ///         Box::pin(async move {
    ///             let answer = visitor.post("/keys", &[("user", visitor.username()?)]).await?;
    ///             let Some(key) = answer.json("/key").value().and_then(|key| key.as_str().map(str::to_owned)) else {
    ///                 return Err(visitor.refuse(&answer, "the answer has no `key`"));
    ///             };
    ///             visitor.set_header("x-api-key", &key);
    ///             Ok(())
    ///         })
    ///     }
    /// }
    /// # let suites = Suites::new("smoke", []);
    /// let suites = suites.login_way("api-key", ApiKey);
    /// ```
    pub fn login_way(mut self, name: &str, way: impl LoginWay) -> Suites {
        self.ways.add(name, Arc::new(way));
        self
    }

    pub(crate) fn suites(&self) -> &[Suite] {
        &self.suites
    }

    fn read_platform(&self, wishes: &Wishes) -> Result<Platform, Refusal> {
        match (&wishes.config, &self.platform) {
            (None, Some(text)) => Platform::parse("smokestack.toml (built in)", text, &self.ways.names()),
            (named, _) => {
                let current = wishes.directory.as_deref();
                let current = current.ok_or_else(|| Mistake::new("the current folder is not known"))?;
                Platform::read(&Platform::find(named.as_deref(), current)?, &self.ways.names())
            }
        }
    }
}

impl Suites {
    /// The run as the platform file and the wishes have it, and whatever else is wrong with the plan.
    pub(crate) fn prepare(&self, wishes: &Wishes) -> Result<(Arc<Run>, Vec<Mistake>), Refusal> {
        self.prepare_with(wishes, Arc::default())
    }

    /// The same; its secrets are hidden by this redactor.
    pub(crate) fn prepare_with(
        &self,
        wishes: &Wishes,
        redactor: Arc<Redactor>,
    ) -> Result<(Arc<Run>, Vec<Mistake>), Refusal> {
        let platform = self.read_platform(wishes)?;
        let mut target = platform.target(wishes.target.as_deref())?.clone();
        if let Some(url) = &wishes.url {
            let parsed = Url::parse(url).map_err(|error| error.to_string());
            let url = parsed.and_then(|url| target_address(url).map_err(str::to_owned));
            target.address = Address::Url(url.map_err(|why| {
                Mistake::new(format!("`--url` (`SMOKESTACK_URL`) is not the address of a target: {why}"))
                    .help("write it as `https://staging.example.com`")
            })?);
        }
        let mut mistakes = Vec::new();
        if platform.file.is_none()
            && wishes.snapshots.is_none()
            && self.snapshots.is_empty()
            && platform.session.contract.as_ref().is_some_and(|contract| contract.snapshot)
        {
            let what = "`snapshot = true` in `[session.contract]` needs a platform file: snapshots are kept beside it";
            mistakes.push(Mistake::new(what).help("name it with `--config FILE` or `SMOKESTACK_CONFIG`"));
        }
        mistakes.extend(snapshot::mistakes(&wishes.env, &target.name, target.protected));
        mistakes.extend(mistake_of_reuse(&target, wishes));
        if wishes.url.is_some() {
            mistakes.extend(mistake_of_another_address(&mut target));
        }
        if target.address == Address::Demo && self.demo.is_none() {
            let what = format!("target `{}` is a demo, and this suite binary cannot start one", target.name);
            mistakes.push(Mistake::new(what).help("name another target, or its address with `--url`"));
        }
        let foreign = match target.foreign.as_deref() {
            Some(name) => match platform.target(Some(name))? {
                Target { address: Address::Demo, .. } => {
                    let what =
                        format!("target `{name}` is a demo: `{}` has none of its sessions", target.name);
                    mistakes.push(Mistake::new(what).help("`foreign` names a target with an address"));
                    None
                }
                other => {
                    let mut run = Run::new(platform.clone(), other.clone(), redactor.clone(), wishes);
                    run.ways = self.ways.clone();
                    run.snapshots.built_in = self.snapshots.clone();
                    Some(Arc::new(run))
                }
            },
            None => None,
        };
        let mut run = Run::new(platform, target, redactor, wishes);
        run.foreign = foreign;
        run.ways = self.ways.clone();
        run.snapshots.built_in = self.snapshots.clone();
        Ok((Arc::new(run), mistakes))
    }
}

/// Where a pipeline looks, somebody has to sign in: with the session of an earlier run nobody would see that nobody can.
fn mistake_of_reuse(target: &Target, wishes: &Wishes) -> Option<Mistake> {
    let asked = target.protected && wishes.reuse_sessions.is_some();
    asked.then(|| {
        let what = format!(
            "`--reuse-sessions` (`SMOKESTACK_REUSE_SESSIONS`) is not for a protected target, and `{}` is one",
            target.name
        );
        Mistake::new(what).help("a run there has to sign in: leave it out")
    })
}

/// With `--url` the platform file knows nothing of what stands behind that address. Sessions must not go to what belongs
/// to the target's own one.
fn mistake_of_another_address(target: &mut Target) -> Option<Mistake> {
    target.origins.clear();
    let (name, host) = target.hosts.first()?;
    let what = format!(
        "`--url` (`SMOKESTACK_URL`) says where target `{}` is, but `{name}` has a host of its own, {host}",
        target.name
    );
    Some(Mistake::new(what).help("write a target of its own with `hosts` into the platform file"))
}

/// How many cases about one component may be in flight, where it has a limit of its own.
fn of_components(platform: &Platform) -> BTreeMap<String, usize> {
    let limits =
        platform.components.iter().filter_map(|config| Some((config.name.clone(), config.concurrency?)));
    limits.collect()
}

impl Program for Suites {
    fn name(&self) -> &str {
        &self.name
    }

    fn plan(&self, wishes: &Wishes) -> Result<Plan, Refusal> {
        let (shared, mut mistakes) = self.prepare(wishes)?;
        let (platform, target) = (&shared.platform, &shared.target);
        let limits = Limits {
            case: target.case_limit.unwrap_or(Limits::default().case),
            concurrency: target.concurrency.unwrap_or(Limits::default().concurrency),
            of_components: of_components(platform),
        };
        let run = RunInfo {
            program: self.name.clone(),
            platform: platform.name.clone(),
            target: target.name.clone(),
            url: match &target.address {
                Address::Url(url) => url.to_string(),
                Address::Demo => String::new(),
            },
            seed: wishes.seed,
            expected_release: wishes.expect_release.clone(),
            components: components(platform),
            policy: platform.policy.clone(),
            ..RunInfo::default()
        };
        let cases: Vec<_> =
            self.suites.iter().flat_map(|suite| suite.lay_out(&shared, &mut mistakes)).collect();
        if !mistakes.is_empty() {
            return Err(Refusal { mistakes });
        }
        let run = RunInfo { planned: cases.len(), ..run };
        let redactor = shared.redactor.clone();
        Ok(Plan { run, cases, limits, target: Arc::new(RunTarget::new(shared, self.demo)), redactor })
    }
}

fn components(platform: &Platform) -> Vec<ComponentInfo> {
    let info = |name: &str| ComponentInfo { name: name.to_owned(), issuer: name == platform.login.component };
    platform.components.iter().map(|component| info(&component.name)).collect()
}
