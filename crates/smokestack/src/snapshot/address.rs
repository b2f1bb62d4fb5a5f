//! The target's addresses as they stand in texts, and the words for them: the same text for all targets.

use std::cmp::Reverse;

use url::{Position, Url};

/// Of `url`, and of the components that have hosts of their own. What is part of another comes after it.
pub(super) fn words(url: &Url, own: &[(String, Url)]) -> Vec<(String, String)> {
    let own = own.iter().map(|(name, url)| (url, format!("{{{name}}}"), format!("{{host of {name}}}")));
    let mut words = Vec::new();
    for (url, target, host) in std::iter::once((url, "{target}".to_owned(), "{host}".to_owned())).chain(own) {
        words.push((url.origin().ascii_serialization(), target));
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        // A name alone, such as `shop`, is a word too.
        if authority.contains(['.', ':']) {
            words.push((authority.to_owned(), host.clone()));
        }
        words.extend(url.domain().filter(|name| name.contains('.')).map(|name| (name.to_owned(), host)));
    }
    words.sort_by_key(|(address, _)| Reverse(address.len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::rules::Rules;

    #[test]
    fn addresses_of_a_target_become_words_the_longer_ones_first() {
        let url = |text| Url::parse(text).unwrap();
        let own = [("invoices".to_owned(), url("https://invoices.shop.example:8443/"))];
        let words = words(&url("https://shop.example:8443/"), &own);
        let text = "https://shop.example:8443/a https://invoices.shop.example:8443 wss://shop.example:8443 \
                    Domain=shop.example; shops";
        assert_eq!(
            Rules::default().apply(text, &words),
            "{target}/a {invoices} wss://{host} Domain={host}; shops"
        );
    }
}
