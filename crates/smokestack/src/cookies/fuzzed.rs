//! What holds whatever servers send. The fuzz target asks it of bytes that find new ways through the code, a property
//! test of bytes at random.

use smokestack_core::CookieAction;
use url::Url;

use super::{Jar, Occasion, value};

const ADDRESSES: [&str; 4] =
    ["https://a.test/b/c", "http://a.test/", "https://d.a.test/b/", "http://127.0.0.1:8080/"];
const NOW: i64 = 1_600_000_000;

/// Each line is a `Set-Cookie` header; its first byte says which address answers with it.
///
/// # Panics
///
/// If one of the jar's promises does not hold.
#[cfg_attr(not(fuzzing), expect(unreachable_pub, reason = "seen from outside by the fuzz target alone"))]
pub fn set_cookies(lines: &[u8]) {
    let addresses = ADDRESSES.map(|address| Url::parse(address).expect("a constant"));
    let mut jar = Jar::default();
    for line in lines.split(|byte| *byte == b'\n') {
        let Some((first, header)) = line.split_first() else { continue };
        let occasion = Occasion::typed(&addresses[usize::from(*first) % addresses.len()], NOW);
        let before = jar.clone();
        let note = jar.take(header, 200, &occasion);
        let is_kept = matches!(note.action, CookieAction::Stored | CookieAction::Replaced);
        let is_changed = is_kept || note.action == CookieAction::Deleted;
        assert!(is_changed || before == jar, "a refused cookie changed the jar: {note:?}");
        assert_eq!(note.scope.is_some(), is_changed || note.why.starts_with("it has ended"), "{note:?}");
        assert!(!note.why.is_empty() && !note.name.is_empty());
        let secret = value(header);
        assert!(!is_kept || jar.values().any(|value| value == secret), "a kept cookie is not in the jar");
        let again = { jar.clone().take(header, 200, &occasion) };
        assert!(!is_kept || again.action == CookieAction::Replaced, "{again:?}");
    }
    for address in &addresses {
        let occasion = Occasion::typed(address, NOW);
        let (header, notes) = jar.header(&occasion);
        let sent = notes.iter().filter(|note| note.action == CookieAction::Sent).count();
        assert_eq!((notes.len(), header.is_some()), (jar.len(), sent > 0));
        let header = header.unwrap_or_default();
        assert!(!header.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t'));
        assert_eq!(
            jar.explain(&occasion).lines().count(),
            jar.len().max(1) + jar.duplicates(&occasion).len()
        );
        assert!(notes.iter().all(|note| !jar.described(&note.name, NOW).is_empty()));
    }
    let written = serde_json::to_string(&jar).expect("a jar can be written");
    let read: Jar = serde_json::from_str(&written).expect("a written jar can be read");
    assert_eq!(read, jar);
}
