//! Which paths belong to whom: no two components in one place, and each at home where people come to it.

use std::ops::Range;

use url::Url;

use crate::component::Hosts;
use crate::platform::reader::Reader;
use crate::platform::{Address, ComponentConfig, Target};

/// Where the file says where a component is.
pub(super) struct Places {
    /// Its path, or its name if it says none.
    pub(super) path: Range<usize>,
    pub(super) landing: Option<Range<usize>>,
}

/// Looks at all components as they are at each of the targets.
pub(super) fn check(reader: &Reader, components: &[ComponentConfig], places: &[Places], targets: &[Target]) {
    for (n, (component, places)) in components.iter().zip(places).enumerate() {
        let same_path = |other: &&ComponentConfig| trimmed(&other.path) == trimmed(&component.path);
        let first = components[..n].iter().filter(same_path);
        if let Some(first) = first.into_iter().find(|other| are_neighbours(component, other, targets)) {
            let what =
                format!("`{}` and `{}` have one path, `{}`", first.name, component.name, component.path);
            let label = format!("`{}` is there", first.name);
            let help = "give each a `path` of its own, or a `subdomain`";
            reader.mistake_with_help(what, places.path.clone(), label, help);
            continue;
        }
        let Some(range) = &places.landing else { continue };
        let page = component.landing.split(['?', '#']).next().unwrap_or_default();
        let own = if component.covers(page) { trimmed(&component.path).len() } else { 0 };
        let covers = |other: &&ComponentConfig| {
            let is_nearer = trimmed(&other.path).len() > own || !component.covers(page);
            is_nearer && other.covers(page) && are_neighbours(component, other, targets)
        };
        let whose = components.iter().filter(|other| other.name != component.name).filter(covers);
        if let Some(other) = whose.max_by_key(|other| other.path.len()) {
            let what = format!("the landing page of `{}` is a page of `{}`", component.name, other.name);
            let label = format!("`{}` has all below `{}`", other.name, other.path);
            let help =
                format!("name a page below `{}`, or give `{}` its `path`", component.path, component.name);
            reader.mistake_with_help(what, range.clone(), label, help);
        }
    }
}

/// Whether the two share a host at any target.
fn are_neighbours(one: &ComponentConfig, other: &ComponentConfig, targets: &[Target]) -> bool {
    let home = |component: &ComponentConfig, target: &Target| {
        let url = match &target.address {
            Address::Url(url) => url.clone(),
            // Wherever it will be, all of it is there.
            Address::Demo => Url::parse("http://demo.localhost").ok()?,
        };
        let url = Hosts { target: &url, own: &target.hosts }.base(component).unwrap_or(url);
        Some((url.host_str()?.to_owned(), url.port_or_known_default()))
    };
    targets.iter().any(|target| home(one, target) == home(other, target))
}

fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}
