//! The platform under test, as `smokestack.toml` describes it.

pub(crate) use parse::{size, target_address};

pub(crate) mod api_write;
mod hidden;
pub(crate) mod login;
#[cfg(test)]
mod mistakes;
pub(crate) mod nearest;
pub(crate) mod pages;
mod parse;
mod reader;
pub(crate) mod twin;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use smokestack_core::{Mistake, Policy, Refusal};
use url::Url;

use crate::contract::Contract;
use crate::credentials::Sources;
use crate::http::Detour;
use crate::regular_file;
use crate::settings;
use crate::snapshot::rules::Rules;
use crate::transport::demands::Demands;
use api_write::ApiWrite;
use login::LoginConfig;
use pages::PageRow;
use twin::Allowed;

/// The platform under test.
#[derive(Clone, Debug)]
pub(crate) struct Platform {
    pub(crate) name: String,
    pub(crate) login: LoginConfig,
    pub(crate) session: SessionConfig,
    pub(crate) components: Vec<ComponentConfig>,
    pub(crate) targets: Vec<Target>,
    pub(crate) accounts: Vec<Account>,
    /// The pages that its tables list.
    pub(crate) pages: Vec<PageRow>,
    pub(crate) impostors: Impostors,
    /// What makes snapshots the same in every run, beside the rules that are there by default.
    pub(crate) rules: Rules,
    pub(crate) resources: ResourcesConfig,
    pub(crate) transport: Demands,
    /// What may differ between two targets.
    pub(crate) allowed: Vec<Allowed>,
    /// What a pipeline relies on.
    pub(crate) policy: Policy,
    /// The platform file, where it is one; files that it names stand beside it.
    pub(crate) file: Option<PathBuf>,
}

/// What may be asked for beside pages, and named on them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourcesConfig {
    /// Other sites whose files are fetched.
    pub(crate) sites: Vec<Url>,
    /// Paths whose links are not followed.
    pub(crate) not_followed: Vec<String>,
    /// Internal hosts, with or without a port, that pages may name.
    pub(crate) may_name: Vec<String>,
}

/// How somebody signed in is known, and what the answers say of themselves.
#[derive(Clone, Debug)]
pub(crate) struct SessionConfig {
    /// Selects what stands on every page of somebody signed in, and on no other; absent where there are only APIs.
    pub(crate) signed_in: Option<String>,
    /// What tells one account's pages from another's.
    pub(crate) who: Option<Marker>,
    pub(crate) logout: String,
    /// A deploy may end the sessions from before it.
    pub(crate) expect_relogin: bool,
    pub(crate) instance_header: String,
    pub(crate) release_header: String,
    /// Selects the element whose text names the instance, where no header does.
    pub(crate) instance_marker: Option<String>,
    /// The pause after which a session must still be accepted.
    pub(crate) idle: Option<Duration>,
    /// The cookie by which the edge keeps a visitor with one instance.
    pub(crate) affinity: Option<String>,
    /// What the session's cookie has to look like.
    pub(crate) contract: Option<Contract>,
    /// What tells one environment's pages from another's.
    pub(crate) environment: Option<Marker>,
}

/// What tells pages apart: those of accounts, or of environments.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) selector: String,
    /// The attribute that names the account; without it the element's text does.
    pub(crate) attribute: Option<String>,
}

/// How pages are known that are not what they should be, beside what is known of most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Impostors {
    /// Selectors of forms to sign in on.
    pub(crate) login: Vec<String>,
    /// Selectors of what stands on pages of maintenance.
    pub(crate) maintenance: Vec<String>,
    /// Selectors of what stands on pages of errors.
    pub(crate) error: Vec<String>,
    /// Texts that are on no page that works.
    pub(crate) texts: Vec<String>,
    /// Paths below which all this may stand.
    pub(crate) except: Vec<String>,
}

/// A separately deployed part of the platform.
#[derive(Clone, Debug, Default)]
pub(crate) struct ComponentConfig {
    pub(crate) name: String,
    /// The paths that belong to it, `/` for the one that has all the rest.
    pub(crate) path: String,
    /// The label before the target's host name, where components have hosts of their own.
    pub(crate) subdomain: Option<String>,
    pub(crate) landing: String,
    pub(crate) api: Option<String>,
    /// A write by JSON.
    pub(crate) api_write: Option<ApiWrite>,
    pub(crate) form: Option<FormPage>,
    pub(crate) health: Option<String>,
    /// How many running copies there should be.
    pub(crate) instances: Option<usize>,
    pub(crate) settings: Option<settings::Source>,
    /// How long its landing page may usually take.
    pub(crate) budget: Option<Duration>,
    /// How many cases about it may be in flight at once.
    pub(crate) concurrency: Option<usize>,
}

/// A page with a form, and how to fill it.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormPage {
    pub(crate) page: String,
    /// Without one it is the only form that does not sign out.
    pub(crate) selector: Option<String>,
    /// The field that gets a text made up for the run, by which the saved record is known again.
    pub(crate) field: Option<String>,
    /// The form that takes the record away again.
    pub(crate) undo: Option<String>,
    /// The page whose rows show the records by their texts, each with a link to its page.
    pub(crate) list: Option<String>,
}

/// One environment of the platform.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) default: bool,
    pub(crate) protected: bool,
    /// The components that have hosts of their own.
    pub(crate) hosts: Vec<(String, Url)>,
    /// The instances of components, behind the edge.
    pub(crate) origins: Vec<(String, Vec<Url>)>,
    /// Where names lead, instead of what DNS says.
    pub(crate) resolve: Vec<Detour>,
    /// The target whose sessions must be refused here.
    pub(crate) foreign: Option<String>,
    /// The file with certificates to trust beside the system's.
    pub(crate) ca: Option<PathBuf>,
    /// How long one request may take, its redirects apart.
    pub(crate) request_limit: Duration,
    pub(crate) case_limit: Option<Duration>,
    /// The name of its environment, as its pages show it.
    pub(crate) environment: Option<String>,
    /// How many bytes an answer may have, unpacked.
    pub(crate) max_body: usize,
    /// Where it speaks plain http, if not at port 80.
    pub(crate) http_port: Option<u16>,
    pub(crate) concurrency: Option<usize>,
    /// How many files and linked pages are asked for in a second.
    pub(crate) per_second: Option<usize>,
}

/// Where a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// At this address.
    Url(Url),
    /// The suite binary starts it.
    Demo,
}

/// A named test user. Its credentials come from elsewhere, never from the file.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) sources: Sources,
    /// Other credentials on some targets.
    pub(crate) on: BTreeMap<String, Sources>,
    /// What tells its pages from another account's, where that is not the user name.
    pub(crate) shows: Option<String>,
    /// It is leased to one case at a time, as one of this pool.
    pub(crate) pool: Option<String>,
}

impl Account {
    /// Where its credentials on a target come from.
    pub(crate) fn sources(&self, target: &str) -> Sources {
        self.on.get(target).map_or_else(|| self.sources.clone(), |on| on.or(&self.sources))
    }
}

impl Platform {
    /// Finds the platform file: the named one, or `smokestack.toml` here or in a folder above.
    pub(crate) fn find(named: Option<&Path>, current: &Path) -> Result<PathBuf, Refusal> {
        const NAME: &str = "smokestack.toml";
        match named {
            // Under `cargo test` the current folder is the package's, not the one where the path was typed.
            Some(path) if path.is_relative() && !path.exists() => {
                let found = current.ancestors().map(|folder| folder.join(path)).find(|path| path.is_file());
                Ok(found.unwrap_or_else(|| path.to_owned()))
            }
            Some(path) => Ok(path.to_owned()),
            None => {
                let found = current.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file());
                let missing = || {
                    Mistake::new(format!("no `{NAME}` in `{}` or a folder above it", current.display()))
                        .help("name the platform file with `--config FILE` or `SMOKESTACK_CONFIG`")
                };
                found.ok_or_else(|| missing().into())
            }
        }
    }

    /// Reads a platform file. All mistakes are told at once, each with its place. `ways` are the names of own ways of
    /// logging in.
    pub(crate) fn read(path: &Path, ways: &[String]) -> Result<Platform, Refusal> {
        let text = text_of(path).map_err(|error| {
            Mistake::new(format!("platform file `{}` cannot be read: {error}", path.display()))
                .help("name the platform file with `--config FILE` or `SMOKESTACK_CONFIG`")
        })?;
        let beside = |name: &str| {
            let file = path.parent().unwrap_or(Path::new("")).join(name);
            (file.display().to_string(), text_of(&file))
        };
        let platform = parse::platform(&path.display().to_string(), &text, ways, &beside)
            .map_err(|mistakes| Refusal { mistakes })?;
        Ok(Platform { file: Some(path.to_owned()), ..platform })
    }

    /// Reads the text of a platform file that is no file; `path` is its name in messages.
    pub(crate) fn parse(path: &str, text: &str, ways: &[String]) -> Result<Platform, Refusal> {
        let nothing = |name: &str| {
            let why = "this platform file is built in, and nothing is beside it";
            (name.to_owned(), Err(std::io::Error::new(std::io::ErrorKind::NotFound, why)))
        };
        parse::platform(path, text, ways, &nothing).map_err(|mistakes| Refusal { mistakes })
    }

    /// The accounts that all cases share: those of no pool.
    pub(crate) fn shared_accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|account| account.pool.is_none())
    }

    /// The names of the pools, in the order of their first accounts.
    pub(crate) fn pools(&self) -> Vec<&str> {
        let mut pools: Vec<&str> = Vec::new();
        for pool in self.accounts.iter().filter_map(|account| account.pool.as_deref()) {
            if !pools.contains(&pool) {
                pools.push(pool);
            }
        }
        pools
    }

    /// The path of a file that the platform file names.
    pub(crate) fn beside(&self, path: &Path) -> PathBuf {
        match self.file.as_deref().and_then(Path::parent) {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }

    /// The target of this name; without a name the one marked `default`, or the only one.
    pub(crate) fn target(&self, name: Option<&str>) -> Result<&Target, Refusal> {
        let names =
            || self.targets.iter().map(|target| format!("`{}`", target.name)).collect::<Vec<_>>().join(", ");
        match name {
            Some(name) => self.targets.iter().find(|target| target.name == name).ok_or_else(|| {
                Mistake::new(format!("there is no target `{name}`"))
                    .help(format!("targets: {}", names()))
                    .into()
            }),
            None => {
                let default = self.targets.iter().find(|target| target.default);
                let only = self.targets.first().filter(|_| self.targets.len() == 1);
                default.or(only).ok_or_else(|| {
                    Mistake::new("no target was named, and none is marked `default = true`")
                        .help(format!("name one with `--target` or `SMOKESTACK_TARGET`: {}", names()))
                        .into()
                })
            }
        }
    }
}

/// What a platform file holds, or one of pages beside it.
fn text_of(path: &Path) -> io::Result<String> {
    /// More than anybody writes.
    const LARGEST: u64 = 16 << 20;
    let bytes = regular_file::read(path, LARGEST)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let fine = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let byte = error.as_bytes()[fine.len()];
        let line = fine.iter().filter(|byte| **byte == b'\n').count() + 1;
        let in_line = fine.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let column = String::from_utf8_lossy(in_line).chars().count() + 1;
        let place = format!("byte 0x{byte:02X} in line {line}, column {column}");
        io::Error::other(format!("it is not a text in UTF-8: {place}"))
    })
}
