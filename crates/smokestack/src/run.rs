//! What all cases of a run share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use smokestack_core::{NoAnswer, Redactor, Stage, Wishes};
use url::Url;

use crate::carried::{self, Carried, CarriedError};
use crate::component::{Component, Hosts};
use crate::credentials;
use crate::http::Client;
use crate::login::Ways;
use crate::page::selectors::Selectors;
use crate::platform::{Account, Address, ComponentConfig, Platform, Target};
use crate::resources::{Pace, Shelf};
use crate::session::foreign::Teller;
use crate::session::idle::Unused;
use crate::session::lease::Leasing;
use crate::session::pool::Pool;
use crate::session::{State, is_of_site};
use crate::snapshot::Snapshots;
use crate::store::{AccountState, Notes, Store, file_name, now_ms};
use crate::twin::Watched;

/// What all cases of a run share.
pub(crate) struct Run {
    pub(crate) platform: Platform,
    pub(crate) target: Target,
    pub(crate) client: Client,
    pub(crate) selectors: Arc<Selectors>,
    pub(crate) pool: Pool,
    /// Sessions that nobody uses, to be looked at after a pause.
    pub(crate) unused: Unused,
    pub(crate) foreign_teller: Teller,
    /// Accounts that cases have for themselves.
    pub(crate) leasing: Leasing,
    /// The account whose login ended as one does whose cookies are lost on the way, whoever loses them.
    pub(crate) cookieless: OnceLock<String>,
    pub(crate) expected_release: Option<String>,
    pub(crate) snapshots: Snapshots,
    pub(crate) store: Store,
    /// What has to be taken away should this process never come to do it.
    pub(crate) notes: Notes,
    /// Milliseconds since 1970.
    pub(crate) began_at: i64,
    /// The suite binary's own ways of logging in.
    pub(crate) ways: Ways,
    pub(crate) known_credentials: credentials::Known,
    run_id: Option<String>,
    /// How old a session of an earlier run may be that this one uses.
    pub(crate) reuse: Option<Duration>,
    /// The files that pages named so far.
    pub(crate) shelf: Shelf,
    pub(crate) pace: Pace,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) seed: u64,
    pub(crate) allow_mutations: bool,
    /// The target whose sessions must be refused here.
    pub(crate) foreign: Option<Arc<Run>>,
    /// The file with sessions from before the deploy, if the run looks at them.
    pub(crate) carried_file: Option<PathBuf>,
    passphrase: Option<String>,
    carried: OnceLock<Carried>,
    url: OnceLock<Url>,
    selected: OnceLock<BTreeSet<String>>,
    account_cases: Mutex<Vec<(String, String)>>,
    env: Mutex<BTreeMap<String, String>>,
    reach: Mutex<Reach>,
    /// The first page of each component that was an error of the server, and when.
    first_errors: Mutex<BTreeMap<String, (Url, Instant)>>,
    /// What tells an account's pages from others', by account.
    shown: Mutex<BTreeMap<String, String>>,
    /// The pages that lines of suites fetched, where somebody compares them.
    pub(crate) watched: Watched,
}

/// Whether the target was ever heard of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// Nothing was sent so far.
    Unknown,
    /// It answered.
    Answered,
    /// It did not, and this case said so first.
    Silent { case: String },
}

/// The kinds of cookies and hidden fields that are no secret are short.
const SHORTEST_TOKEN: usize = 12;

impl Run {
    pub(crate) fn new(platform: Platform, target: Target, redactor: Arc<Redactor>, wishes: &Wishes) -> Run {
        let client = Client::new(target.request_limit, target.max_body, target.resolve.clone());
        // A demo platform lives and dies with this process: nobody else can use what was kept of it.
        let (store, notes) = match target.address {
            Address::Demo => (Store::default(), Notes::default()),
            Address::Url(_) => (Store::of(wishes), Notes::of(wishes)),
        };
        let beside = || platform.file.as_ref().map(|_| platform.beside(Path::new("snapshots")));
        let snapshots = Snapshots::new(wishes.snapshots.clone().or_else(beside), platform.rules.clone());
        Run {
            shelf: Shelf::default(),
            pace: Pace::of(&target),
            platform,
            target,
            client,
            selectors: Arc::default(),
            pool: Pool::default(),
            unused: Unused::default(),
            foreign_teller: Teller::default(),
            leasing: Leasing::default(),
            cookieless: OnceLock::new(),
            expected_release: wishes.expect_release.clone(),
            snapshots,
            store,
            notes,
            began_at: now_ms(),
            ways: Ways::default(),
            known_credentials: credentials::Known::default(),
            run_id: wishes.run_id.clone(),
            reuse: wishes.reuse_sessions,
            redactor,
            seed: wishes.seed,
            allow_mutations: wishes.allow_mutations,
            foreign: None,
            carried_file: wishes.carried.clone(),
            passphrase: carried::passphrase(wishes).map(str::to_owned),
            carried: OnceLock::new(),
            url: OnceLock::new(),
            selected: OnceLock::new(),
            account_cases: Mutex::default(),
            env: Mutex::new(wishes.env.clone()),
            reach: Mutex::new(Reach::Unknown),
            first_errors: Mutex::default(),
            shown: Mutex::default(),
            watched: Watched::default(),
        }
    }

    /// The run is about these cases.
    pub(crate) fn select(&self, cases: Vec<String>) {
        // Called once, before the first case.
        let _ = self.selected.set(cases.into_iter().collect());
    }

    /// Whether the run is about this case too.
    pub(crate) fn has_case(&self, full_name: &str) -> bool {
        self.selected.get().is_some_and(|selected| selected.contains(full_name))
    }

    /// This case is about this account.
    pub(crate) fn add_account_case(&self, account: &str, full_name: String) {
        let mut cases = self.account_cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.push((account.to_owned(), full_name));
    }

    /// The first case of the run that is about this account.
    pub(crate) fn case_about(&self, account: &str) -> Option<String> {
        let cases = self.account_cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.iter().find(|(of, case)| of == account && self.has_case(case)).map(|(_, case)| case.clone())
    }

    /// The target is ready at this address; `env` holds what else the environment should have.
    pub(crate) fn ready(&self, url: Url, env: Vec<(String, String)>) {
        self.env.lock().unwrap_or_else(PoisonError::into_inner).extend(env);
        // Called once, before the first case.
        let _ = self.url.set(url);
    }

    /// The target's address; only asked for once the target is ready.
    pub(crate) fn url(&self) -> &Url {
        self.url.get().expect("the target is set up before the first case")
    }

    pub(crate) fn component(&self, name: &str) -> Option<Component> {
        let config = self.platform.components.iter().find(|component| component.name == name)?;
        Some(Component { base: self.hosts().base(config), ..self.described(config) })
    }

    /// A component before it is known where the target is.
    pub(crate) fn described(&self, config: &ComponentConfig) -> Component {
        let has_pages = self.platform.session.signed_in.is_some();
        let is_issuer = config.name == self.platform.login.component;
        Component { config: config.clone(), base: None, has_pages, is_issuer }
    }

    /// A path where it is: at the component whose paths it is one of. Of two with one path, at the one that asks.
    pub(crate) fn address_of(&self, asking: &Component, path: &str) -> String {
        let covering = self.platform.components.iter().filter(|config| config.covers(path));
        let best = covering.max_by_key(|config| (config.path.len(), config.name == asking.name()));
        let owner = best.filter(|_| path.starts_with('/')).and_then(|config| self.component(&config.name));
        owner.map_or_else(|| path.to_owned(), |owner| owner.address(path))
    }

    /// The name of the file in which the processes of this run share an account's login of this kind; none where this
    /// process is the whole run.
    pub(crate) fn kept_name(&self, account: &str, kind: &str) -> Option<String> {
        let run = self.run_id.as_deref()?;
        Some(file_name(&[&self.target.name, account], &[self.url().as_str(), run], kind))
    }

    /// Where all processes of this run know something of this kind of an account, and under which name.
    pub(crate) fn shared_by_processes(&self, account: &str, kind: &str) -> (&Store, String) {
        match self.kept_name(account, kind) {
            Some(name) => (&self.store, name),
            None => (&self.leasing.memory, format!("{account}.{kind}")),
        }
    }

    /// The name of the file in which an account's session is kept for later runs.
    pub(crate) fn reused_name(&self, account: &str) -> String {
        file_name(&[&self.target.name, account], &[self.url().as_str()], "reuse")
    }

    /// The name of the lock that whoever leases an account holds, whichever run it is of.
    pub(crate) fn lease_name(&self, account: &str) -> String {
        file_name(&[&self.target.name, account], &[self.url().as_str()], "lease")
    }

    /// What is remembered of an account, whichever process uses it; for a case.
    pub(crate) fn account_state<'r>(&'r self, account: &'r str, case: &'r str) -> AccountState<'r> {
        let url = self.url().as_str();
        AccountState { store: &self.store, target: &self.target.name, url, account, case }
    }

    /// The component that an address belongs to.
    pub(crate) fn owner(&self, url: &Url) -> Option<String> {
        self.hosts().owner(&self.platform.components, url).map(str::to_owned)
    }

    /// Whether an address is the target's own.
    pub(crate) fn is_own(&self, url: &Url) -> bool {
        self.hosts().has(url)
    }

    /// Whether an address is of another site that the platform file names as its own business: where people sign in.
    pub(crate) fn is_known_elsewhere(&self, url: &Url) -> bool {
        self.platform.login.beyond().iter().any(|site| is_of_site(url, site))
    }

    fn hosts(&self) -> Hosts<'_> {
        Hosts { target: self.url(), own: &self.target.hosts }
    }

    /// The first two accounts, to be told apart.
    pub(crate) fn pair(&self) -> Option<[&Account; 2]> {
        let mut accounts = self.platform.shared_accounts();
        Some([accounts.next()?, accounts.next()?])
    }

    /// Remembers what the pages of an account show, where anybody will look at it.
    pub(crate) async fn know(&self, account: &str) {
        let known = self.platform.accounts.iter().find(|known| known.name == account);
        let Some(account) = known.filter(|_| self.platform.session.who.is_some()) else { return };
        let name = match &account.shows {
            Some(shows) => Some(shows.clone()),
            // Without credentials the login has said so already.
            None => self
                .credentials(account, &self.target.name)
                .await
                .ok()
                .and_then(|known| known.username.clone()),
        };
        if let Some(name) = name {
            self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(account.name.clone(), name);
        }
    }

    /// What the pages of an account show.
    pub(crate) fn shown_name(&self, account: &str) -> Option<String> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }

    /// Whether the pages of an account show this, as far as that is known.
    pub(crate) fn is_shown_by_an_account(&self, name: &str) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.values().any(|known| known == name)
    }

    /// Reads the file with sessions from before the deploy, if one was named. All that is in it is secret from here on.
    pub(crate) fn read_carried(&self) -> Result<(), CarriedError> {
        let Some(path) = &self.carried_file else { return Ok(()) };
        let carried = carried::read(path, self.passphrase.as_deref())?;
        carried.fits(path, &self.target.name, self.url())?;
        for kept in carried.sessions.iter().chain(&carried.spare) {
            self.learn_state(&kept.state, &format!("session of `{}`", kept.account));
        }
        self.learn_state(&carried.anonymous, "cookie of a visitor");
        for (name, value) in carried.forms.iter().flat_map(|form| &form.fields) {
            self.learn_token(value, &format!("form field `{name}`"));
        }
        // Called once, before the first case.
        let _ = self.carried.set(carried);
        Ok(())
    }

    /// The sessions from before the deploy.
    pub(crate) fn carried(&self) -> Option<&Carried> {
        self.carried.get()
    }

    fn learn_state(&self, state: &State, label: &str) {
        state.jar.values().for_each(|value| self.learn_token(&value, label));
        state.headers.iter().for_each(|(_, value)| self.learn_token(value, label));
    }

    /// The environment, with what a demo platform adds to it.
    pub(crate) fn env(&self) -> BTreeMap<String, String> {
        self.env.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A value that must not be shown: a cookie, a form's token.
    pub(crate) fn learn_token(&self, value: &str, label: &str) {
        if value.len() >= SHORTEST_TOKEN {
            self.redactor.learn(value, label);
            // Many frameworks percent-encode a cookie's value, and show it decoded.
            let decoded = percent_decoded(value);
            if decoded != value {
                self.redactor.learn(&decoded, label);
            }
        }
    }

    /// A page of a component was an error of the server.
    pub(crate) fn erred(&self, component: &str, url: &Url) {
        let mut errors = self.first_errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.entry(component.to_owned()).or_insert_with(|| (url.clone(), Instant::now()));
    }

    /// The first page of a component that was an error of the server, and when.
    pub(crate) fn first_error(&self, component: &str) -> Option<(Url, Instant)> {
        self.first_errors.lock().unwrap_or_else(PoisonError::into_inner).get(component).cloned()
    }

    /// The target answered.
    pub(crate) fn heard(&self) {
        *self.reach.lock().unwrap_or_else(PoisonError::into_inner) = Reach::Answered;
    }

    /// A request of this case could not be delivered. If the target never answered and another case said so
    /// before, that case's name: one case tells of an unreachable target, not all.
    pub(crate) fn not_heard(&self, case: &str, no_answer: &NoAnswer) -> Option<String> {
        use Stage::{Connect, Dns, Tls};
        if !matches!(no_answer.stage, Dns | Connect | Tls) {
            return None;
        }
        let mut reach = self.reach.lock().unwrap_or_else(PoisonError::into_inner);
        match &*reach {
            Reach::Answered => None,
            Reach::Silent { case: first } => (first != case).then(|| first.clone()),
            Reach::Unknown => {
                // The case about the first account is in most runs, and the same one every time.
                let account =
                    self.platform.accounts.first().and_then(|account| self.case_about(&account.name));
                let first = account.unwrap_or_else(|| case.to_owned());
                *reach = Reach::Silent { case: first.clone() };
                (first != case).then_some(first)
            }
        }
    }
}

/// The text with its percent-encoded bytes as they are.
pub(crate) fn percent_decoded(value: &str) -> String {
    // Parsed as the value of a query; a `+` in a cookie is a plus.
    let query = format!("v={}", value.replace('+', "%2B").replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(query.as_bytes()).next();
    decoded.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Seconds since 1970, for the lifetime of cookies.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
