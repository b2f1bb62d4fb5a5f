//! A component's settings as a text: what it goes by, without what is secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use smokestack_core::{Blame, Class, Fact, FailedCheck, Place};

use super::Settings;
use crate::cx::{Cx, Scope};
use crate::session::Pending;
use crate::snapshot::{Built, Snapshot};
use crate::{Checked, Stop};

impl Cx {
    /// The settings that a component says it goes by, as a text: a line each, secrets left out. Where its instances
    /// disagree, each has a part of its own.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// cx.settings("work-orders").await?.matches("settings-of-work-orders");
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// There is no such component, or the platform file does not say where its settings are.
    #[track_caller]
    pub fn settings(&self, component: &str) -> Pending<'_, Snapshot> {
        let (component, place) = (component.to_owned(), Place::caller());
        Box::pin(async move { read(&self.scope, &component, place).await })
    }
}

async fn read(scope: &Arc<Scope>, name: &str, place: Place) -> Checked<Snapshot> {
    let component = scope.run.component(name).filter(|component| component.settings().is_some());
    let Some(component) = component else {
        let what =
            format!("this case asks for the settings of `{name}`, and the platform file does not have them");
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
        scope.log.failed(check.help(format!("add `settings` to `[components.{name}]`")));
        return Err(Stop::failed());
    };
    let what = format!("settings of `{name}`");
    let text = text(&what, Settings::new(scope.run.clone()).of(&component).await);
    Ok(Snapshot::of_case(scope.clone(), &what, text))
}

fn text(what: &str, facts: Vec<Fact>) -> Built {
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Settings { instance, values, .. } => {
                let lines = values.into_iter().map(|(key, value)| format!("{key} = {value}"));
                let lines: Vec<String> = lines.collect();
                parts.entry(lines.join("\n")).or_default().extend(instance);
            }
            Fact::SettingsUnreadable { source, why, .. } => {
                let what = format!("the {what} cannot be read");
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
                return Built::None(Box::new(
                    FailedCheck { found: Some(why), ..check }.note(format!("from {source}")),
                ));
            }
            _ => {}
        }
    }
    if parts.len() < 2 {
        return Built::Text(parts.into_keys().next().unwrap_or_default());
    }
    let part = |(lines, instances): (String, Vec<String>)| {
        let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
        format!("{}\n{lines}", instances.join(", "))
    };
    let mut parts: Vec<String> = parts.into_iter().map(part).collect();
    parts.sort();
    Built::Text(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(instance: &str, store: &str) -> Fact {
        let values = [("session.store", store), ("debug", "false")];
        Fact::Settings {
            component: "orders".into(),
            instance: Some(instance.into()),
            source: "/settings".into(),
            values: values.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }

    fn told(facts: Vec<Fact>) -> String {
        match text("settings of `orders`", facts) {
            Built::Text(text) => text,
            Built::None(check) => format!("{}: {}", check.what, check.found.unwrap_or_default()),
            _ => String::new(),
        }
    }

    #[test]
    fn instances_that_agree_are_one_text() {
        assert_eq!(told(vec![settings("a", "x"), settings("b", "x")]), "debug = false\nsession.store = x");
    }

    #[test]
    fn instances_that_disagree_have_a_part_each() {
        insta::assert_snapshot!(told(vec![settings("b", "y"), settings("a", "x"), settings("c", "y")]), @r"
        a
          debug = false
          session.store = x
        b, c
          debug = false
          session.store = y
        ");
    }

    #[test]
    fn settings_that_cannot_be_read_are_no_text() {
        let (component, source, why) = ("orders".into(), "/settings".into(), "status 404".into());
        let fact = Fact::SettingsUnreadable { component, source, why };
        assert_eq!(
            told(vec![settings("a", "x"), fact]),
            "the settings of `orders` cannot be read: status 404"
        );
    }
}
