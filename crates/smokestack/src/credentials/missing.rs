//! Why credentials are not there: the message names the variable, the file or the command.

use smokestack_core::SHORTEST_SECRET;

use super::source::{Kind, Source};

/// Why credentials are not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Missing {
    what: String,
    /// The variable, if that is all that is wrong.
    variable: Option<String>,
    pub(crate) help: String,
}

impl Missing {
    pub(super) fn variable(name: &str) -> Missing {
        Missing {
            what: format!("environment variable `{name}` is not set"),
            variable: Some(name.to_owned()),
            help: "set it where the suite runs; credentials never stand in the platform file".to_owned(),
        }
    }

    pub(super) fn file(name: &str, why: impl std::fmt::Display) -> Missing {
        let help =
            "its path is relative to the platform file; the file holds the credential and nothing else";
        Missing { what: format!("file `{name}` {why}"), variable: None, help: help.to_owned() }
    }

    pub(super) fn command(named: &str, why: impl std::fmt::Display) -> Missing {
        let help =
            "run it by hand in the platform file's folder: it must print the credential and nothing else";
        Missing { what: format!("command `{named}` {why}"), variable: None, help: help.to_owned() }
    }

    pub(super) fn too_short(kind: Kind, source: &Source) -> Missing {
        let what = format!(
            "the {} in {source} is shorter than {SHORTEST_SECRET} characters: it could not be kept out of reports",
            kind.words()
        );
        Missing { what, variable: None, help: "give the account a longer one".to_owned() }
    }

    /// All of them in one.
    pub(super) fn together(all: Vec<Missing>) -> Option<Missing> {
        let variables: Vec<String> =
            all.iter().filter_map(|one| Some(format!("`{}`", one.variable.as_ref()?))).collect();
        let first = all.first()?;
        let what = match variables.len() == all.len() && all.len() > 1 {
            true => format!("environment variables {} are not set", variables.join(" and ")),
            false => all.iter().map(|one| one.what.as_str()).collect::<Vec<_>>().join("; "),
        };
        Some(Missing { what, variable: None, help: first.help.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_together() {
        let both = Missing::together(vec![Missing::variable("A"), Missing::variable("B")]).unwrap();
        assert_eq!(both.to_string(), "environment variables `A` and `B` are not set");
    }

    #[test]
    fn whatever_is_missing_is_named() {
        let file = Missing::file("pw", "is empty");
        let both = Missing::together(vec![Missing::variable("A"), file]).unwrap();
        assert_eq!(both.to_string(), "environment variable `A` is not set; file `pw` is empty");
        assert_eq!(Missing::together(Vec::new()), None);
    }
}
