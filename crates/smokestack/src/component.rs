//! A component, as a case sees it.

use url::Url;

use crate::platform::ComponentConfig;

/// A separately deployed part of the platform: its name and the addresses that the platform file gives it.
///
/// Addresses are paths, or whole addresses where the component has a host of its own; both go into
/// [`Session::get`](crate::Session::get).
#[derive(Clone, Debug)]
pub struct Component {
    pub(crate) config: ComponentConfig,
    pub(crate) base: Option<Url>,
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

    /// A JSON address that needs a session, if the platform file names one.
    pub fn api(&self) -> Option<String> {
        self.config.api.as_deref().map(|path| self.address(path))
    }

    /// A page with a form, if the platform file names one.
    pub fn form_page(&self) -> Option<String> {
        self.config.form.as_ref().map(|form| self.address(&form.page))
    }

    /// The CSS selector of that page's form.
    pub fn form_selector(&self) -> Option<&str> {
        self.config.form.as_ref().map(|form| form.selector.as_str())
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

    pub(crate) fn health(&self) -> Option<String> {
        self.config.health.as_deref().map(|path| self.address(path))
    }

    pub(crate) fn settings(&self) -> Option<String> {
        self.config.settings.as_deref().map(|path| self.address(path))
    }

    fn address(&self, path: &str) -> String {
        match self.base.as_ref().and_then(|base| base.join(path).ok()) {
            Some(url) => url.to_string(),
            None => path.to_owned(),
        }
    }
}

/// The component of the list that an address belongs to: by host first, then by the longest path.
pub(crate) fn owner<'c>(components: &'c [ComponentConfig], target: &Url, url: &Url) -> Option<&'c str> {
    let below = url.host_str()?.strip_suffix(target.host_str()?)?;
    if let Some(label) = below.strip_suffix('.') {
        let named = |component: &&ComponentConfig| component.subdomain.as_deref() == Some(label);
        return components.iter().find(named).map(|component| component.name.as_str());
    }
    let covers = |path: &str| {
        let rest = url.path().strip_prefix(path.trim_end_matches('/'));
        path == "/" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let by_path = components.iter().filter(|component| covers(&component.path));
    by_path.max_by_key(|component| component.path.len()).map(|component| component.name.as_str())
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
        ]
    }

    fn owner_of(url: &str) -> Option<String> {
        let target = Url::parse("http://platform.test:8080").unwrap();
        owner(&components(), &target, &Url::parse(url).unwrap()).map(str::to_owned)
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
    fn a_foreign_host_belongs_to_nobody() {
        assert_eq!(owner_of("http://example.com/orders"), None);
        assert_eq!(owner_of("http://other.platform.test:8080/orders"), None);
    }
}
