//! What stands behind the cases: makes the target ready, and gathers the evidence that findings need.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::{
    Blame, BoxFuture, Class, Exchange, Fact, FailedCheck, LiveTarget, Record, Stage, Trouble,
};
use url::Url;

use crate::clean_up::{Found, Sweep};
use crate::demo::{Demo, StartDemo};
use crate::evidence::{self, Asks};
use crate::login;
use crate::platform::Address;
use crate::regular_file;
use crate::run::Run;
use crate::settings::Settings;
use crate::store::Holder;

pub(crate) struct RunTarget {
    run: Arc<Run>,
    start: Option<StartDemo>,
    demo: Mutex<Option<Demo>>,
    settings: Arc<Settings>,
}

impl RunTarget {
    pub(crate) fn new(run: Arc<Run>, start: Option<StartDemo>) -> RunTarget {
        let settings = Arc::new(Settings::new(run.clone()));
        RunTarget { run, start, demo: Mutex::new(None), settings }
    }

    async fn start_demo(&self) -> Result<Demo, Trouble> {
        let trouble =
            |what: String| Trouble { what: format!("the demo platform does not start: {what}"), help: None };
        let start = self.start.ok_or_else(|| trouble("this suite binary has none".to_owned()))?;
        match tokio::task::spawn_blocking(start).await {
            Ok(started) => started.map_err(trouble),
            Err(error) => Err(trouble(error.to_string())),
        }
    }
}

impl LiveTarget for RunTarget {
    fn selected(&self, cases: Vec<String>) {
        self.run.select(cases);
    }

    fn set_up(&self) -> BoxFuture<'_, Result<String, Trouble>> {
        Box::pin(async move {
            trust_file(&self.run)?;
            if let Some(other) = &self.run.foreign {
                trust_file(other)?;
                if let Address::Url(url) = &other.target.address {
                    other.ready(url.clone(), Vec::new());
                }
            }
            let (url, env) = match &self.run.target.address {
                Address::Url(url) => (url.clone(), Vec::new()),
                Address::Demo => {
                    let mut demo = self.start_demo().await?;
                    let url = Url::parse(&demo.url).map_err(|error| Trouble {
                        what: format!("the demo platform says it is at `{}`: {error}", demo.url),
                        help: None,
                    })?;
                    let env = std::mem::take(&mut demo.env);
                    if let Some(pem) = &demo.ca_pem {
                        let trusted = self.run.client.trust(pem.as_bytes());
                        trusted.map_err(|error| Trouble {
                            what: format!("the demo platform's certificates are of no use: {error}"),
                            help: None,
                        })?;
                    }
                    *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(demo);
                    (url, env)
                }
            };
            self.run.ready(url.clone(), env);
            self.run.read_carried().map_err(|error| Trouble {
                what: error.to_string(),
                help: error.help().map(str::to_owned),
            })?;
            Ok(url.to_string())
        })
    }

    fn evidence<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Vec<Fact>> {
        Box::pin(async move {
            let lost = components(record, |check| check.class == Class::SessionLost);
            let ended = components(record, |check| check.class == Class::SessionDestroyed);
            let elsewhere = components(record, |check| {
                matches!(
                    check.class,
                    Class::Records | Class::Environment | Class::Identity | Class::SessionNotRefused
                )
            });
            let agreed = !has_failed(record, |check| check.class == Class::Contract);
            let forgotten = has_failed(record, |check| check.class == Class::SessionShortLived);
            let failed = components(record, |check| check.blame != Blame::Harness);
            let asked = record.run.components.iter().filter_map(|info| {
                let (failed, lost_it) = (failed.contains(&info.name), lost.contains(&info.name));
                let any = !lost.is_empty() || !ended.is_empty();
                let any = any || !elsewhere.is_empty();
                let theirs = lost_it || ended.contains(&info.name) || elsewhere.contains(&info.name);
                let settings = theirs || (info.issuer && (forgotten || any || !agreed));
                let broke_off = failed && breaks_off(record, &info.name);
                let asks = Asks { failed, lost: lost_it, broke_off, settings };
                Some((self.run.component(&info.name)?, asks))
            });
            let mut facts = evidence::gather(&self.run, &self.settings, asked).await;
            if has_failed(record, |check| check.class == Class::SessionLost) {
                facts.extend(evidence::lost(&self.run).await);
            }
            if has_failed(record, |check| check.class == Class::Login) {
                facts.extend(login::provider(&self.run).await);
                facts.extend(evidence::past_edge(&self.run).await);
            }
            if is_session_gone(record) {
                facts.extend(evidence::rotation(&self.run, record).await);
                facts.extend(evidence::one_session(&self.run, record, &facts).await);
            }
            let (found, odd) = Sweep::TakeAway.go(&self.run).await;
            facts.extend(found.into_iter().filter_map(Found::fact));
            facts.extend(odd.into_iter().map(|why| Fact::LeftBehind {
                what: "what a run that came to no end had made".to_owned(),
                case: String::new(),
                why,
            }));
            facts
        })
    }

    fn told_before<'a>(&'a self, finding: &'a str, case: &'a str) -> BoxFuture<'a, Option<String>> {
        Box::pin(async move {
            let name = self.run.kept_name("findings", "told")?;
            let tell = |told: &mut BTreeMap<String, String>| {
                let first = told.entry(finding.to_owned()).or_insert_with(|| case.to_owned());
                // The same case again is another attempt of nextest's.
                (first != case).then(|| first.clone())
            };
            self.run.store.change(&name, Holder::new(case), tell).await
        })
    }

    fn tear_down(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let demo = self.demo.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(demo) = demo {
                // Ending a platform waits for its threads.
                let _ = tokio::task::spawn_blocking(move || drop(demo)).await;
            }
        })
    }
}

/// Trusts the certificates of the file that the target names; it stands beside the platform file.
fn trust_file(run: &Run) -> Result<(), Trouble> {
    /// More than all certificates of a system.
    const LARGEST: u64 = 4 << 20;
    let Some(file) = &run.target.ca else { return Ok(()) };
    let file = run.platform.beside(file);
    let trouble = |why: String| Trouble {
        what: format!("the certificates to trust, `{}`, cannot be read: {why}", file.display()),
        help: Some(format!("`ca` in `[targets.{}]` names a file in PEM form", run.target.name)),
    };
    let pem = regular_file::read(&file, LARGEST).map_err(|error| trouble(error.to_string()))?;
    if pem.len() as u64 > LARGEST {
        return Err(trouble(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    run.client.trust(&pem).map_err(|error| trouble(error.to_string()))
}

/// Whether a component ended a connection before its answer was complete.
fn breaks_off(record: &Record, component: &str) -> bool {
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let mut hops = exchanges.flat_map(|exchange| &exchange.hops);
    hops.any(|hop| {
        let broken = hop.no_answer.as_ref().is_some_and(|silence| silence.stage == Stage::BrokenOff);
        broken && hop.component.as_deref() == Some(component)
    })
}

/// Whether any case failed in this way.
fn has_failed(record: &Record, way: fn(&FailedCheck) -> bool) -> bool {
    record.cases.iter().any(|case| case.outcome.reason().is_some_and(|attempt| attempt.failed().any(way)))
}

/// Whether a session that there was is none any more, of many cases or of one.
fn is_session_gone(record: &Record) -> bool {
    record.cases.iter().any(|case| {
        let is_gone = |check: &FailedCheck| match check.class {
            Class::SessionLost | Class::SessionDestroyed | Class::SessionShortLived => true,
            Class::Login => {
                let exchange = check.exchange.and_then(|index| case.notes.exchanges.get(index));
                exchange.is_some_and(Exchange::is_login_undone)
            }
            _ => false,
        };
        case.outcome.reason().is_some_and(|attempt| attempt.failed().any(is_gone))
    })
}

/// The components about which a case failed in this way.
fn components(record: &Record, way: fn(&FailedCheck) -> bool) -> BTreeSet<String> {
    let failed = record
        .cases
        .iter()
        .filter(|case| case.outcome.reason().is_some_and(|attempt| attempt.failed().any(way)));
    failed.filter_map(|case| case.component.clone()).collect()
}
