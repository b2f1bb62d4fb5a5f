//! What both targets are asked for: nothing that writes.

use crate::platform::Platform;
use crate::platform::pages::SeenBy;

/// Something that both targets are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// Whose it is.
    pub(super) component: String,
    /// As the platform file has it.
    pub(super) path: String,
    /// Who asks; nobody in particular has not signed in.
    pub(super) account: Option<String>,
}

/// What was asked for, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) component: String,
    pub(super) path: String,
    /// ``/work-orders/ as `dispatcher` ``
    pub(super) told: String,
}

impl Visit {
    /// What it is selected by.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.component, self.asked().told)
    }

    pub(super) fn asked(&self) -> Asked {
        let who = match &self.account {
            Some(account) => format!("as `{account}`"),
            None => "as a visitor".to_owned(),
        };
        let (component, path) = (self.component.clone(), self.path.clone());
        Asked { told: format!("{path} {who}"), component, path }
    }
}

impl Asked {
    #[cfg(test)]
    pub(super) fn by_hand(component: &str, path: &str) -> Asked {
        Asked { component: component.to_owned(), path: path.to_owned(), told: path.to_owned() }
    }
}

/// The pages that people come to first, with APIs and forms, by the first account and by a visitor; then the page tables.
/// Nothing twice.
pub(super) fn all(platform: &Platform) -> Vec<Visit> {
    let first = platform.shared_accounts().next().map(|account| account.name.clone());
    let has_pages = platform.session.signed_in.is_some();
    let mut visits: Vec<Visit> = Vec::new();
    let mut add = |component: &str, path: &str, account: Option<&String>| {
        let visit =
            Visit { component: component.to_owned(), path: path.to_owned(), account: account.cloned() };
        if !visits.contains(&visit) {
            visits.push(visit);
        }
    };
    for component in &platform.components {
        let landing = has_pages.then_some(component.landing.as_str());
        let open = [landing, component.api.as_deref()];
        let form = component.form.as_ref().map(|form| form.page.as_str());
        if first.is_some() {
            let seen = open.into_iter().chain([form]).flatten();
            seen.for_each(|path| add(&component.name, path, first.as_ref()));
        }
        open.into_iter().flatten().for_each(|path| add(&component.name, path, None));
        for row in platform.pages.iter().filter(|row| row.component == component.name) {
            match &row.seen_by {
                SeenBy::Visitor => add(&component.name, &row.path, None),
                SeenBy::FirstAccount => add(&component.name, &row.path, first.as_ref()),
                SeenBy::Account(account) => add(&component.name, &row.path, Some(account)),
            }
        }
    }
    visits
}

/// The accounts that have to sign in for that.
pub(super) fn accounts(visits: &[Visit]) -> Vec<String> {
    let mut accounts: Vec<String> = Vec::new();
    for account in visits.iter().filter_map(|visit| visit.account.as_ref()) {
        if !accounts.contains(account) {
            accounts.push(account.clone());
        }
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_forms_and_apis_are_asked_for_once_by_whoever_sees_them() {
        let text = r#"
            platform.name = "Shop"
            session.signed_in = ".user"
            targets.a.url = "http://a.example"
            login = { component = "shop", form = "form" }
            [components.shop]
            path = "/"
            landing = "/home"
            form = { page = "/profile" }
            [components.depot]
            path = "/depot"
            api = "/depot/api"
            [accounts.reader]
            username = { env = "A" }
            password = { env = "A" }
            [accounts.writer]
            username = { env = "A" }
            password = { env = "A" }
            [[pages]]
            name = "home"
            path = "/home"
            [[pages]]
            name = "as-writer"
            path = "/home"
            account = "writer"
        "#;
        let platform = Platform::parse("smokestack.toml", text, &[]).unwrap();
        let visits = all(&platform);
        let told: Vec<String> = visits.iter().map(|visit| visit.asked().told).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        /home as `reader`
        /profile as `reader`
        /home as a visitor
        /home as `writer`
        /depot/ as `reader`
        /depot/api as `reader`
        /depot/ as a visitor
        /depot/api as a visitor
        ");
        assert_eq!(accounts(&visits), ["reader", "writer"]);
    }
}
