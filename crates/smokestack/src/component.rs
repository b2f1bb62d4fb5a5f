//! A component, as a case sees it.

use std::time::Duration;

use url::Url;

use crate::platform::ComponentConfig;
use crate::settings;

/// A separately deployed part of the platform: its name and the addresses that the platform file gives it.
///
/// Addresses are paths, or whole addresses where the component has a host of its own; both go into
/// [`Session::get`](crate::Session::get).
#[derive(Clone, Debug)]
pub struct Component {
    pub(crate) config: ComponentConfig,
    pub(crate) base: Option<Url>,
    /// Whether a page says who is signed in; where there are only APIs none does.
    pub(crate) has_pages: bool,
    pub(crate) is_issuer: bool,
}

impl Component {
    /// Its name in the platform file.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// The page that people come to first.
    pub fn landing(&self) -> String {
        self.address(&self.config.landing)
    }

    /// The address by which a component shows whether it accepts a session: its landing page, or its JSON address on a
    /// platform without pages.
    pub fn entry(&self) -> String {
        self.api().filter(|_| !self.has_pages).unwrap_or_else(|| self.landing())
    }

    /// Whether the platform has pages that show who is signed in.
    pub fn has_pages(&self) -> bool {
        self.has_pages
    }

    /// Whether it issues the session.
    pub fn is_issuer(&self) -> bool {
        self.is_issuer
    }

    /// How many instances it has, if the platform file says so.
    pub fn instances(&self) -> Option<usize> {
        self.config.instances
    }

    /// A JSON address that needs a session, if the platform file names one.
    pub fn api(&self) -> Option<String> {
        self.config.api.as_deref().map(|path| self.address(path))
    }

    /// A page with a form, if the platform file names one.
    pub fn form_page(&self) -> Option<String> {
        self.config.form.as_ref().map(|form| self.address(&form.page))
    }

    /// The CSS selector of that page's form, if the platform file gives one.
    pub fn form_selector(&self) -> Option<&str> {
        self.config.form.as_ref().and_then(|form| form.selector.as_deref())
    }

    /// The field of that form that takes a made-up text by which the saved record is known again; with it, the
    /// form may be submitted.
    pub fn form_field(&self) -> Option<&str> {
        self.config.form.as_ref().and_then(|form| form.field.as_deref())
    }

    /// Whether the platform file says how its form is filled.
    pub fn can_write(&self) -> bool {
        self.form_field().is_some()
    }

    /// The CSS selector of the form that takes a saved record away again.
    pub fn undo_selector(&self) -> Option<&str> {
        self.config.form.as_ref().and_then(|form| form.undo.as_deref())
    }

    /// Whether the platform file describes a write by JSON.
    pub fn can_write_json(&self) -> bool {
        self.config.api_write.is_some()
    }

    /// Whether the platform file names its health check.
    pub fn has_health(&self) -> bool {
        self.config.health.is_some()
    }

    /// How long its landing page may usually take, if the platform file says so.
    pub fn budget(&self) -> Option<Duration> {
        self.config.budget
    }

    pub(crate) fn health(&self) -> Option<String> {
        self.config.health.as_deref().map(|path| self.address(path))
    }

    pub(crate) fn settings(&self) -> Option<&settings::Source> {
        self.config.settings.as_ref()
    }

    pub(crate) fn address(&self, path: &str) -> String {
        match self.base.as_ref().and_then(|base| base.join(path).ok()) {
            Some(url) => url.to_string(),
            None => path.to_owned(),
        }
    }
}

/// Where a target is: its own address, and those of components that have hosts of their own.
#[derive(Clone, Copy)]
pub(crate) struct Hosts<'t> {
    pub(crate) target: &'t Url,
    pub(crate) own: &'t [(String, Url)],
}

impl Hosts<'_> {
    /// The address of a component's own host, if it has one.
    pub(crate) fn base(&self, component: &ComponentConfig) -> Option<Url> {
        if let Some((_, url)) = self.own.iter().find(|(name, _)| *name == component.name) {
            return Some(url.clone());
        }
        let label = component.subdomain.as_ref()?;
        let mut url = self.target.clone();
        let host = format!("{label}.{}", url.host_str()?);
        url.set_host(Some(&host)).ok()?;
        Some(url)
    }

    /// Whether an address is the target's own: its host, one below it, or one of its components.
    pub(crate) fn has(&self, url: &Url) -> bool {
        let own = std::iter::once(self.target).chain(self.own.iter().map(|(_, url)| url));
        own.into_iter().any(|own| is_below(url, own))
    }

    /// The component of the list that an address belongs to: by host first, then by the longest path.
    pub(crate) fn owner<'c>(&self, components: &'c [ComponentConfig], url: &Url) -> Option<&'c str> {
        let at_home =
            |component: &&ComponentConfig| self.base(component).is_some_and(|base| same_place(&base, url));
        let at_home: Vec<&ComponentConfig> = components.iter().filter(at_home).collect();
        match at_home.as_slice() {
            [] if self.target.host_str() == url.host_str() => self.by_path(components.iter(), url),
            [] => None,
            [only] => Some(only.name.as_str()),
            several => self.by_path(several.iter().copied(), url),
        }
    }

    fn by_path<'c>(
        &self,
        components: impl Iterator<Item = &'c ComponentConfig>,
        url: &Url,
    ) -> Option<&'c str> {
        let by_path = components.filter(|component| component.covers(url.path()));
        // Of two with one path, the one that lives elsewhere has it there.
        let best = by_path.max_by_key(|component| (component.path.len(), self.base(component).is_none()));
        best.map(|component| component.name.as_str())
    }
}

impl ComponentConfig {
    /// Whether a path is one of those that belong to it, wherever it lives.
    pub(crate) fn covers(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.path.trim_end_matches('/'));
        self.path == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Same host and port. One that speaks http and https is one host.
fn same_place(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str() && one.port() == other.port()
}

/// The host itself or one below it, at the same port.
fn is_below(url: &Url, own: &Url) -> bool {
    let (Some(host), Some(own_host)) = (url.host_str(), own.host_str()) else { return false };
    let below = host.strip_suffix(own_host).is_some_and(|label| label.is_empty() || label.ends_with('.'));
    below && url.port_or_known_default() == own.port_or_known_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn components() -> Vec<ComponentConfig> {
        let component = |name: &str, path: &str, subdomain: Option<&str>| ComponentConfig {
            name: name.into(),
            path: path.into(),
            subdomain: subdomain.map(Into::into),
            ..ComponentConfig::default()
        };
        vec![
            component("portal", "/", None),
            component("orders", "/orders", None),
            component("shop", "/shop", Some("shop")),
            component("ledger", "/ledger", None),
            component("taxes", "/taxes", None),
            component("depot", "/", None),
        ]
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn owner_of(address: &str) -> Option<String> {
        let (target, components) = (url("http://platform.test:8080"), components());
        let own = [
            ("ledger".to_owned(), url("https://money.test")),
            ("taxes".to_owned(), url("https://money.test")),
            ("depot".to_owned(), url("http://platform.test:9090")),
        ];
        Hosts { target: &target, own: &own }.owner(&components, &url(address)).map(str::to_owned)
    }

    #[test]
    fn an_address_belongs_to_the_component_with_the_longest_path() {
        assert_eq!(owner_of("http://platform.test:8080/orders/1").as_deref(), Some("orders"));
        assert_eq!(owner_of("http://platform.test:8080/orders").as_deref(), Some("orders"));
        assert_eq!(owner_of("http://platform.test:8080/orders-old").as_deref(), Some("portal"));
    }

    #[test]
    fn a_host_of_its_own_wins_over_the_path() {
        assert_eq!(owner_of("http://shop.platform.test:8080/orders").as_deref(), Some("shop"));
    }

    #[test]
    fn several_components_of_one_host_are_told_apart_by_their_paths() {
        assert_eq!(owner_of("https://money.test/ledger/1").as_deref(), Some("ledger"));
        assert_eq!(owner_of("https://money.test/taxes/1").as_deref(), Some("taxes"));
        assert_eq!(owner_of("https://money.test/"), None);
    }

    #[test]
    fn a_port_is_part_of_where_a_component_is() {
        assert_eq!(owner_of("http://platform.test:9090/orders").as_deref(), Some("depot"));
        assert_eq!(owner_of("http://platform.test:8080/").as_deref(), Some("portal"));
    }

    #[test]
    fn what_is_the_targets_own_is_where_its_cookies_and_credentials_may_go() {
        let (target, own) =
            (url("https://platform.test"), [("ledger".to_owned(), url("https://money.test"))]);
        let hosts = Hosts { target: &target, own: &own };
        let own = ["https://platform.test/a", "https://shop.platform.test/", "https://money.test/x"];
        let foreign = [
            "https://test/",
            "https://otherplatform.test/",
            "https://money.test:8443/",
            "http://money.test/",
        ];
        assert!(own.iter().all(|address| hosts.has(&url(address))));
        assert!(!foreign.iter().any(|address| hosts.has(&url(address))));
    }

    #[test]
    fn a_foreign_host_belongs_to_nobody() {
        assert_eq!(owner_of("http://example.com/orders"), None);
        assert_eq!(owner_of("http://other.platform.test:8080/orders"), None);
    }
}
