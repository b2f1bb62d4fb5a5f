//! What insta's variables say is to become of a text that is not the accepted one.

use std::collections::BTreeMap;

use smokestack_core::Mistake;

type Env = BTreeMap<String, String>;

/// What is done with a text that is not the accepted one, as insta does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Nothing is written.
    No,
    /// It is written beside the accepted one, for `cargo insta review`.
    Pending,
    /// It is accepted as it is.
    Accept,
}

/// The values of `INSTA_UPDATE`.
const MODES: [&str; 7] = ["auto", "always", "1", "new", "unseen", "no", "force"];

impl Update {
    /// As insta decides it, from `INSTA_UPDATE` and the variables that pipelines set.
    pub(crate) fn wanted(env: &Env, is_known: bool) -> Update {
        let is_ci = match env.get("CI").map(String::as_str) {
            Some("false" | "0" | "") => false,
            Some(_) => true,
            None => env.contains_key("TF_BUILD"),
        };
        match env.get("INSTA_UPDATE").map(String::as_str) {
            Some("always" | "1" | "force") => Update::Accept,
            Some("unseen") if !is_known => Update::Accept,
            Some("new" | "unseen") => Update::Pending,
            Some("no") => Update::No,
            _ if is_ci => Update::No,
            _ => Update::Pending,
        }
    }
}

/// Whether a text that is not the accepted one passes all the same: `cargo insta test` wants to see all of them.
pub(crate) fn is_forced(env: &Env) -> bool {
    env.get("INSTA_FORCE_PASS").is_some_and(|value| value == "1")
}

/// What insta's variables say and insta would not understand, or must not be said of this target.
pub(crate) fn mistakes(env: &Env, target: &str, is_protected: bool) -> Vec<Mistake> {
    let unknown = |name: &str, known: &[&str], help: &str| {
        let value = env.get(name).filter(|value| !value.is_empty() && !known.contains(&value.as_str()))?;
        let what = format!("`{name}` is `{}`, which insta does not know", value.escape_debug());
        Some(Mistake::new(what).help(help))
    };
    let modes = "write `auto`, `new`, `always`, `unseen`, `force` or `no`";
    let update = unknown("INSTA_UPDATE", &MODES, modes);
    let force = unknown("INSTA_FORCE_PASS", &["0", "1"], "write `1` or `0`");
    // Where a pipeline looks, nothing that differs may be green.
    let blind = (is_protected && is_forced(env)).then(|| {
        let what = format!("`INSTA_FORCE_PASS` is not for a protected target, and `{target}` is one");
        Mistake::new(what)
            .help("leave it out: what differs is written all the same, for `cargo insta review`")
    });
    update.into_iter().chain(force).chain(blind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(env: &[(&str, &str)]) -> Env {
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn update(vars: &[(&str, &str)], is_known: bool) -> Update {
        Update::wanted(&env(vars), is_known)
    }

    #[test]
    fn what_is_written_is_what_insta_would_write() {
        for is_known in [false, true] {
            assert_eq!(update(&[], is_known), Update::Pending);
            assert_eq!(update(&[("CI", "true")], is_known), Update::No);
            assert_eq!(update(&[("CI", "false")], is_known), Update::Pending);
            assert_eq!(update(&[("TF_BUILD", "True")], is_known), Update::No);
            assert_eq!(update(&[("INSTA_UPDATE", "no")], is_known), Update::No);
            assert_eq!(update(&[("INSTA_UPDATE", "new"), ("CI", "true")], is_known), Update::Pending);
            assert_eq!(update(&[("INSTA_UPDATE", "always"), ("CI", "true")], is_known), Update::Accept);
            assert_eq!(update(&[("INSTA_UPDATE", "auto"), ("CI", "1")], is_known), Update::No);
        }
        assert_eq!(update(&[("INSTA_UPDATE", "unseen")], false), Update::Accept);
        assert_eq!(update(&[("INSTA_UPDATE", "unseen")], true), Update::Pending);
    }

    #[test]
    fn a_word_that_insta_does_not_know_is_told_and_not_passed_over() {
        let told = |vars: &[(&str, &str)]| {
            mistakes(&env(vars), "prod", false).iter().map(|mistake| mistake.what.clone()).collect::<Vec<_>>()
        };
        for mode in MODES {
            assert!(told(&[("INSTA_UPDATE", mode), ("INSTA_FORCE_PASS", "1")]).is_empty());
        }
        assert!(told(&[("INSTA_UPDATE", ""), ("INSTA_FORCE_PASS", "")]).is_empty());
        assert_eq!(
            told(&[("INSTA_UPDATE", "never")]),
            ["`INSTA_UPDATE` is `never`, which insta does not know"]
        );
        assert_eq!(told(&[("INSTA_FORCE_PASS", "yes")]).len(), 1);
    }
    #[test]
    fn what_differs_on_a_protected_target_is_never_made_green() {
        let told = |env: &Env, is_protected| mistakes(env, "prod", is_protected).len();
        let forced = env(&[("INSTA_FORCE_PASS", "1")]);
        assert_eq!((told(&forced, false), told(&forced, true)), (0, 1));
        assert_eq!(told(&env(&[("INSTA_FORCE_PASS", "0")]), true), 0);
    }
}
