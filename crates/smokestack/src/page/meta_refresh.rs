//! Pages that lead on by themselves: `<meta http-equiv="refresh">` (HTML, "shared declarative refresh steps").

use url::Url;

use super::Page;

/// Who waits longer is meant to read the page.
const AT_ONCE: u64 = 3;

impl Page {
    /// Where a browser goes from here without anybody's doing.
    pub(crate) fn leads_on_to(&self) -> Option<Url> {
        if self.code() >= 400 {
            return None;
        }
        let contents = self
            .document()
            .select("meta[http-equiv=refresh i]", 1, |meta| meta.attr("content").map(str::to_owned));
        let content = contents.ok()?.pop()??;
        let (_, target) = read(&content).filter(|(seconds, _)| *seconds <= AT_ONCE)?;
        self.address().join(target).ok().filter(|next| next != self.address())
    }
}

/// Seconds and address of such a `content`; none without an address, which loads the same page again.
fn read(content: &str) -> Option<(u64, &str)> {
    let content = content.trim_start();
    let digits = content.find(|c: char| !c.is_ascii_digit())?;
    let (seconds, rest) = content.split_at(digits);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).map(|_| rest[3..].trim_start());
    let target = named.and_then(|rest| rest.strip_prefix('=')).map_or(rest, str::trim_start);
    let target = match target.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) => target[1..].split(quote).next().unwrap_or_default(),
        None => target,
    };
    let target = target.trim();
    (!target.is_empty()).then_some((if seconds.is_empty() { 0 } else { seconds.parse().ok()? }, target))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_read_as_browsers_do() {
        for content in ["0;url=/home", "0; URL='/home'", "0, /home", " 0 ; url = \"/home\" more", "0.5;/home"]
        {
            assert_eq!(read(content), Some((0, "/home")), "{content}");
        }
        assert_eq!(read("30;url=/home?a=b;c"), Some((30, "/home?a=b;c")));
        for content in ["", "5", "5;", "0;url="] {
            assert_eq!(read(content), None, "{content}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_read(content in ".{0,40}") {
            read(&content);
        }
    }
}
