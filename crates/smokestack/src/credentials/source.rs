//! Where a credential comes from: an environment variable, a file, a command.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::Missing;
use crate::program_output::{self, Bounds};
use crate::regular_file;

/// Where a credential comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An environment variable.
    Env(String),
    /// A file, relative to the platform file.
    File(String),
    /// What a program prints: its name and its arguments.
    Command(Vec<String>),
}

/// The credentials that an account may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Username,
    Password,
    Token,
    Totp,
}

/// Where an account's credentials come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    pub(crate) username: Option<Source>,
    pub(crate) password: Option<Source>,
    pub(crate) token: Option<Source>,
    pub(crate) totp: Option<Source>,
}

/// The largest file that is read as a credential.
const LARGEST: u64 = 64 << 10;

/// Of a program: long enough for a vault far away, and not as long as a case may take.
const BOUNDS: Bounds = Bounds { limit: Duration::from_secs(10), largest: LARGEST };

impl Source {
    /// The variable that it is, if that is not set.
    pub(super) fn unset(&self, env: &BTreeMap<String, String>) -> Option<&str> {
        match self {
            Source::Env(name) => value(name, env).is_none().then_some(name),
            Source::File(_) | Source::Command(_) => None,
        }
    }

    /// The credential, without the line end that files and programs put behind it.
    pub(crate) async fn read(
        &self,
        folder: &Path,
        env: &BTreeMap<String, String>,
    ) -> Result<String, Missing> {
        match self {
            Source::Env(name) => value(name, env).cloned().ok_or_else(|| Missing::variable(name)),
            Source::File(name) => {
                let text = file(&folder.join(name)).map_err(|why| Missing::file(name, why))?;
                filled(text).map_err(|why| Missing::file(name, why))
            }
            Source::Command(words) => {
                let why = |why| Missing::command(&words.join(" "), why);
                let printed = program_output::output(BOUNDS, words, folder, env).await;
                let text = printed.map_err(|error| why(error.to_string()))?;
                filled(text).map_err(|empty| why(empty.replace("is empty", "prints nothing")))
            }
        }
    }
}

fn value<'e>(name: &str, env: &'e BTreeMap<String, String>) -> Option<&'e String> {
    env.get(name).filter(|value| !value.is_empty())
}

fn file(path: &Path) -> Result<String, String> {
    let bytes = regular_file::read(path, LARGEST).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("is larger than {} KiB: it is no credential", LARGEST >> 10));
    }
    String::from_utf8(bytes).map_err(|_| "is not a text in UTF-8".to_owned())
}

fn filled(text: String) -> Result<String, String> {
    let trimmed = text.trim_end_matches(['\n', '\r']);
    if trimmed.is_empty() { Err("is empty".to_owned()) } else { Ok(trimmed.to_owned()) }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Env(name) => write!(f, "`{name}`"),
            Source::File(name) => write!(f, "file `{name}`"),
            Source::Command(words) => write!(f, "command `{}`", words.join(" ")),
        }
    }
}

impl Kind {
    pub(crate) const ALL: [Kind; 4] = [Kind::Username, Kind::Password, Kind::Token, Kind::Totp];

    /// The key in the platform file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Kind::Username => "username",
            Kind::Password => "password",
            Kind::Token => "token",
            Kind::Totp => "totp",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::Username => "user name",
            Kind::Password => "password",
            Kind::Token => "token",
            Kind::Totp => "secret of one-time codes",
        }
    }
}

impl Sources {
    pub(crate) fn get(&self, kind: Kind) -> Option<&Source> {
        match kind {
            Kind::Username => self.username.as_ref(),
            Kind::Password => self.password.as_ref(),
            Kind::Token => self.token.as_ref(),
            Kind::Totp => self.totp.as_ref(),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Kind, &Source)> {
        Kind::ALL.into_iter().filter_map(|kind| Some((kind, self.get(kind)?)))
    }

    /// These, and the others where there are none.
    pub(crate) fn or(&self, others: &Sources) -> Sources {
        let of = |kind| self.get(kind).or(others.get(kind)).cloned();
        Sources {
            username: of(Kind::Username),
            password: of(Kind::Password),
            token: of(Kind::Token),
            totp: of(Kind::Totp),
        }
    }

    /// Their names, for a message about all of them.
    pub(super) fn named(&self) -> String {
        let names: Vec<String> = self.all().map(|(_, source)| source.to_string()).collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(source: &Source, folder: &Path) -> Result<String, String> {
        source.read(folder, &BTreeMap::new()).await.map_err(|missing| missing.to_string())
    }

    #[tokio::test]
    async fn a_files_line_end_is_no_part_of_the_credential() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pw"), "open sesame \r\n").unwrap();
        assert_eq!(read(&Source::File("pw".into()), folder.path()).await.unwrap(), "open sesame ");
    }

    #[tokio::test]
    async fn a_file_that_holds_no_credential_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        std::fs::write(folder.path().join("bytes"), [0xff, 0xfe]).unwrap();
        std::fs::write(folder.path().join("huge"), vec![b'x'; LARGEST as usize + 1]).unwrap();
        let told = async |name: &str| read(&Source::File(name.into()), folder.path()).await.unwrap_err();
        assert_eq!(told("empty").await, "file `empty` is empty");
        assert_eq!(told("bytes").await, "file `bytes` is not a text in UTF-8");
        assert_eq!(told("huge").await, "file `huge` is larger than 64 KiB: it is no credential");
        assert_eq!(told("none").await, "file `none` cannot be read: No such file or directory (os error 2)");
    }

    #[test]
    fn what_another_target_does_not_say_is_the_accounts_own() {
        let own = Sources {
            username: Some(Source::Env("USER".into())),
            password: Some(Source::Env("PASSWORD".into())),
            ..Sources::default()
        };
        let on = Sources { password: Some(Source::File("staging".into())), ..Sources::default() };
        assert_eq!(on.or(&own).named(), "`USER` and file `staging`");
    }
}
