//! A contract as a text: sections with lines of a key and a value, to be read by people and compared line by line.

use std::fmt;

/// A contract as a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) sections: Vec<Section>,
}

/// What is said of one thing: `cookie sid`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) head: String,
    pub(super) lines: Vec<(String, String)>,
}

/// Something that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) head: String,
    /// Absent where the whole section came or went.
    pub(super) key: Option<String>,
    was: Option<String>,
    is: Option<String>,
}

impl Change {
    /// The same with those in one that happened to several keys of a section.
    pub(super) fn together(changes: &[Change]) -> Vec<Change> {
        let mut together: Vec<Change> = Vec::new();
        for change in changes {
            let same = |other: &&mut Change| {
                (&other.head, &other.was, &other.is) == (&change.head, &change.was, &change.is)
            };
            match (together.iter_mut().find(same).map(|other| &mut other.key), &change.key) {
                (Some(Some(keys)), Some(key)) => keys.push_str(&format!("`, `{key}")),
                _ => together.push(change.clone()),
            }
        }
        together
    }
}

impl Sheet {
    /// Reads what [`fmt::Display`] wrote; spaces may differ. A line that says nothing is kept as a key.
    pub(super) fn parse(text: &str) -> Sheet {
        let mut sections: Vec<Section> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match sections.last_mut().filter(|_| line.starts_with(' ')) {
                Some(section) => {
                    let (key, value) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
                    section.lines.push((key.to_owned(), value.trim().to_owned()));
                }
                None => sections.push(Section { head: line.trim().to_owned(), lines: Vec::new() }),
            }
        }
        Sheet { sections }
    }

    /// What is said there.
    pub(super) fn get(&self, head: &str, key: &str) -> Option<&str> {
        self.section(head)?.get(key)
    }

    fn section(&self, head: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.head == head)
    }

    /// What of this is another in `found`.
    pub(super) fn changes(&self, found: &Sheet) -> Vec<Change> {
        let mut changes = Vec::new();
        let whole = |head: &str, was: bool| Change {
            head: head.to_owned(),
            key: None,
            was: was.then(String::new),
            is: (!was).then(String::new),
        };
        for old in &self.sections {
            match found.section(&old.head) {
                Some(new) => changes.extend(old.changes(new)),
                None => changes.push(whole(&old.head, true)),
            }
        }
        let new = found.sections.iter().filter(|new| self.section(&new.head).is_none());
        changes.extend(new.map(|new| whole(&new.head, false)));
        changes
    }
}

impl Section {
    fn get(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn changes(&self, found: &Section) -> Vec<Change> {
        let change = |key: &str, was: Option<&str>, is: Option<&str>| Change {
            head: self.head.clone(),
            key: Some(key.to_owned()),
            was: was.map(str::to_owned),
            is: is.map(str::to_owned),
        };
        let old = self.lines.iter().filter(|(key, was)| found.get(key) != Some(was));
        let old = old.map(|(key, was)| change(key, Some(was), found.get(key)));
        let new = found.lines.iter().filter(|(key, _)| self.get(key).is_none());
        old.chain(new.map(|(key, is)| change(key, None, Some(is)))).collect()
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, section) in self.sections.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            writeln!(f, "{gap}{}", section.head)?;
            let width = section.lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
            for (key, value) in &section.lines {
                writeln!(f, "{}", format!("  {key:width$}  {value}").trim_end())?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    /// ``cookie `sid`: `Secure` was set, is missing``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.head.split_once(' ') {
            Some((kind, name)) => write!(f, "{kind} `{name}`")?,
            None => f.write_str(&self.head)?,
        }
        match (&self.key, &self.was, &self.is) {
            (None, Some(_), _) => f.write_str(" is gone"),
            (None, ..) => f.write_str(" is new"),
            (Some(key), Some(was), Some(is)) => write!(f, ": `{key}` was {was}, is {is}"),
            (Some(key), Some(was), None) => write!(f, ": `{key}` was {was}, is gone"),
            (Some(key), None, is) => write!(f, ": `{key}` is new: {}", is.as_deref().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::diff;

    const ACCEPTED: &str = "\
cookie csrf
  Path    /
  Secure  set

cookie sid
  Domain    {host}
  Path      /
  Secure    set
  HttpOnly  set
  SameSite  Lax
";

    fn told(accepted: &str, found: &str) -> String {
        let (accepted, found) = (Sheet::parse(accepted), Sheet::parse(found));
        let changes = accepted.changes(&found).iter().map(Change::to_string).collect::<Vec<_>>();
        [changes, diff(&accepted.to_string(), &found.to_string())].concat().join("\n")
    }

    #[test]
    fn a_sheet_can_be_read_again_however_it_is_spaced() {
        assert_eq!(Sheet::parse(ACCEPTED).to_string(), ACCEPTED);
        assert_eq!(told(ACCEPTED, &ACCEPTED.replace("    ", "  ").replace("\n\n", "\n")), "");
    }

    #[test]
    fn a_change_is_one_line_and_a_diff_of_what_is_around_it() {
        insta::assert_snapshot!(told(ACCEPTED, &ACCEPTED.replace("HttpOnly  set", "HttpOnly  missing")), @r"
        cookie `sid`: `HttpOnly` was set, is missing
          cookie sid
            Secure    set
        -   HttpOnly  set
        +   HttpOnly  missing
            SameSite  Lax
        ");
    }

    #[test]
    fn a_cookie_that_came_or_went_is_told_as_a_whole() {
        insta::assert_snapshot!(told(ACCEPTED, &ACCEPTED.replace("cookie csrf", "cookie xsrf")), @r"
        cookie `csrf` is gone
        cookie `xsrf` is new
        - cookie csrf
        + cookie xsrf
            Path    /
        ");
    }

    #[test]
    fn what_happened_to_several_is_told_once() {
        let [before, after] = ["no cookie", "track"].map(|cookies| {
            Sheet::parse(&format!("visitors\n  portal  {cookies}\n  assets  {cookies}\n  reports  csrf\n"))
        });
        let told: Vec<_> = Change::together(&before.changes(&after)).iter().map(Change::to_string).collect();
        assert_eq!(told, ["visitors: `portal`, `assets` was no cookie, is track"]);
    }

    #[test]
    fn lines_that_came_or_went_are_told() {
        let changed = ACCEPTED.replace("  SameSite  Lax\n", "  size      at most 64 bytes\n");
        insta::assert_snapshot!(told(ACCEPTED, &changed), @r"
        cookie `sid`: `SameSite` was Lax, is gone
        cookie `sid`: `size` is new: at most 64 bytes
          cookie sid
            HttpOnly  set
        -   SameSite  Lax
        +   size      at most 64 bytes
        ");
    }
}
