//! The addresses that an answer names: in its headers and redirects, in links and forms, in scripts, in JSON.

use std::collections::BTreeMap;

use ego_tree::NodeRef;
use scraper::Node;
use smokestack_core::{Blame, Class, FailedCheck, Place};
use url::Url;

use super::{Judged, Page};

/// How many addresses a failed check shows.
const SHOWN: usize = 5;

impl Page {
    /// Checks that nothing of the answer names an address from inside the platform: a loopback or private address, a name in
    /// `.internal`, `.local`, `.svc` or without a dot, another port of the platform's own host, an origin of the platform
    /// file. Redirects, headers, links, forms, scripts and JSON are looked at, text that people read is not.
    ///
    /// What the target itself is, is not inside: a target on `localhost` may name loopback addresses. `may_name` in
    /// `[resources]` of the platform file allows for others.
    #[track_caller]
    pub fn names_no_internal_address(&self) -> Judged {
        let place = Place::caller();
        let inside = self.inside();
        let mut found: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (where_, address) in self.named_addresses() {
            if let Some(why) = inside.why(&address) {
                let shown = format!("{}://{}", address.scheme(), authority(&address));
                found.entry(shown).or_insert((why, where_));
            }
        }
        let Some((first, (why, _))) = found.first_key_value() else {
            return self.judge(Ok(()), place);
        };
        let more = if found.len() > 1 { format!(" and {} more", found.len() - 1) } else { String::new() };
        let check =
            FailedCheck::new(Blame::Wrong, Class::Redirect, format!("addresses that {} names", self.url()))
                .expected_found("none from inside the platform", format!("{first}, {why}{more}"));
        let lines =
            found.iter().take(SHOWN).map(|(shown, (why, where_))| format!("{where_}: {shown}, {why}"));
        self.judge(Err(Box::new(FailedCheck { notes: lines.collect(), ..check })), place)
    }

    /// Every address with where it stands.
    fn named_addresses(&self) -> Vec<(String, Url)> {
        let mut named = Vec::new();
        for (at, hop) in self.exchange().hops.iter().enumerate() {
            let next =
                hop.location.as_deref().and_then(|location| Url::parse(&hop.url).ok()?.join(location).ok());
            named.extend(next.map(|next| (format!("`location` of hop {}", at + 1), next)));
        }
        for (name, value) in self.header_map() {
            let value = String::from_utf8_lossy(value.as_bytes());
            named.extend(addresses(&value).map(|address| (format!("header `{name}`"), address)));
        }
        if self.is_html() {
            self.document().each_node(|node| {
                for (where_, text) in spoken(node) {
                    let relative = text.starts_with("//").then(|| self.address().join(text).ok()).flatten();
                    let all = addresses(text).chain(relative);
                    named.extend(all.map(|address| (where_.clone(), address)));
                }
            });
        } else {
            named.extend(addresses(self.body()).map(|address| ("body".to_owned(), address)));
        }
        named
    }
}

/// What a node says to a browser, and not to a reader: attributes, scripts, comments.
fn spoken<'n>(node: NodeRef<'n, Node>) -> Vec<(String, &'n str)> {
    match node.value() {
        Node::Element(element) => {
            let name = element.name();
            element.attrs().map(|(attribute, value)| (format!("`{name}[{attribute}]`"), value)).collect()
        }
        Node::Text(text) => {
            let parent = node.parent().and_then(|parent| parent.value().as_element().map(|it| it.name()));
            let parent = parent.filter(|name| matches!(*name, "script" | "style" | "template" | "noscript"));
            parent.map(|name| (format!("`{name}`"), &**text)).into_iter().collect()
        }
        Node::Comment(text) => vec![("a comment".to_owned(), &**text)],
        _ => Vec::new(),
    }
}

/// The addresses with a scheme and a host in a text, also where JSON escapes their slashes.
fn addresses(text: &str) -> impl Iterator<Item = Url> + '_ {
    let plain = text.match_indices("://").map(|(at, mark)| (at, at + mark.len()));
    let escaped = text.match_indices(":\\/\\/").map(|(at, mark)| (at, at + mark.len()));
    plain.chain(escaped).filter_map(|(at, after)| {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let begins = text[..at]
            .rfind(|c| !is_scheme(c))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let scheme = text[begins..at].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let rest = &text[after..];
        let is_host =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']' | '@' | '%');
        let host = &rest[..rest.find(|c| !is_host(c)).unwrap_or(rest.len())];
        // The next character belongs to a text that a program completes: `http://${host}/`.
        let is_whole = !rest[host.len()..].starts_with(['$', '{', '<', '*']);
        let is_there = !scheme.is_empty() && !host.is_empty() && is_whole;
        let host = host.trim_end_matches([':', '.', '-']);
        is_there.then(|| Url::parse(&format!("{scheme}://{host}/")).ok()).flatten().filter(Url::has_host)
    })
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        addresses(text).map(|url| url.to_string()).collect()
    }

    #[test]
    fn addresses_are_found_in_any_text() {
        let text =
            "api='http://orders:8080/v1'; ws=\"wss://a.example.com/live\" db=jdbc:postgresql://db:5432/x";
        assert_eq!(found(text), ["http://orders:8080/", "wss://a.example.com/", "postgresql://db:5432/"]);
        assert_eq!(found(r#"{"next":"http:\/\/10.0.0.7:9000\/p"}"#), ["http://10.0.0.7:9000/"]);
        assert_eq!(
            found("see (https://example.com). Or http://[fd00::1]:80/x"),
            ["https://example.com/", "http://[fd00::1]/"]
        );
    }

    #[test]
    fn what_a_program_completes_is_no_address() {
        assert!(
            found("`http://${host}/` 'http://' + host \"https://{tenant}.example\" http://*.example")
                .is_empty()
        );
    }

    #[test]
    fn text_before_an_address_is_no_part_of_its_scheme() {
        assert_eq!(found("é1http://a.example/ 3://b"), ["http://a.example/"]);
    }
}
