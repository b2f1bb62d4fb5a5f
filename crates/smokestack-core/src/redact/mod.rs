//! The one place where secrets are hidden: every text passes here before a reporter hears it.

mod forms;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The shortest secret that is hidden. Hiding shorter ones would black out ordinary words and prove nothing.
pub const SHORTEST_SECRET: usize = 4;

/// Stands where no label can. Shorter than any secret, so that it never spells one.
const HIDDEN: &str = "***";

/// Knows the run's secrets and hides them wherever they stand, also percent-encoded, in base64 or hex, and escaped
/// for JSON or HTML.
///
/// ```
/// let redactor = smokestack_core::Redactor::default();
/// redactor.learn("pass word&1", "password of `alice`");
/// assert_eq!(redactor.redact("sent pass+word%261"), "sent [password of `alice`]");
/// assert_eq!(redactor.redact("nothing here"), "nothing here");
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    known: Mutex<Known>,
}

/// An index instead of an automaton: secrets are learned all through a run, and nothing has to be built anew.
#[derive(Debug, Default)]
struct Known {
    secrets: HashSet<String>,
    /// The forms of all secrets with their labels, by how they start. A form of one secret may be another secret,
    /// which has forms of its own.
    forms: HashMap<Start, Vec<(String, String)>>,
}

type Start = [u8; SHORTEST_SECRET];

/// A stretch of a text in which a secret stands, or several that overlap.
struct Found<'k> {
    range: Range<usize>,
    /// The longest secret in it, and its label.
    longest: usize,
    label: &'k str,
}

impl Redactor {
    /// Learns a secret and what to print in its place. Secrets shorter than [`SHORTEST_SECRET`] bytes are not
    /// taken, and `false` is returned.
    pub fn learn(&self, secret: &str, label: &str) -> bool {
        if secret.len() < SHORTEST_SECRET {
            return false;
        }
        let mut known = self.lock();
        if known.secrets.insert(secret.to_owned()) {
            for form in forms::of(secret) {
                known.add(form, label);
            }
        }
        true
    }

    /// The text with every known secret replaced by its label.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        /// More than any text that was not made for it.
        const ROUNDS: usize = 8;
        let known = self.lock();
        let Some(mut clean) = known.hide(text) else { return Cow::Borrowed(text) };
        // A label may spell a secret, by itself or with what it came to stand beside.
        for _ in 0..ROUNDS {
            match known.hide(&clean) {
                Some(cleaner) => clean = cleaner,
                None => return Cow::Owned(clean),
            }
        }
        Cow::Borrowed(HIDDEN)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn add(&mut self, form: String, label: &str) {
        let Some(start) = form.as_bytes().first_chunk::<SHORTEST_SECRET>() else { return };
        let alike = self.forms.entry(*start).or_default();
        if !alike.iter().any(|(known, _)| *known == form) {
            alike.push((form, format!("[{label}]")));
        }
    }

    /// The text with a label for each stretch in which secrets stand; `None` if there is none.
    fn hide(&self, text: &str) -> Option<String> {
        let found = self.find(text);
        if found.is_empty() {
            return None;
        }
        let mut clean = String::with_capacity(text.len());
        let mut end = 0;
        for Found { range, label, .. } in found {
            clean.push_str(&text[end..range.start]);
            // An account whose password is its own name.
            let tells = label.contains(&text[range.clone()]);
            clean.push_str(if tells { HIDDEN } else { label });
            end = range.end;
        }
        clean.push_str(&text[end..]);
        Some(clean)
    }

    /// Where secrets stand, in the text's order. Those that overlap are hidden as one: hiding the first of them
    /// would leave the rest of the other.
    fn find(&self, text: &str) -> Vec<Found<'_>> {
        let mut apart: Vec<Found<'_>> = Vec::new();
        for (at, start) in text.as_bytes().windows(SHORTEST_SECRET).enumerate() {
            let alike = Start::try_from(start).ok().and_then(|start| self.forms.get(&start));
            let here = alike
                .into_iter()
                .flatten()
                .filter(|(form, _)| text.as_bytes()[at..].starts_with(form.as_bytes()));
            let Some((form, label)) = here.max_by_key(|(form, _)| form.len()) else { continue };
            let (longest, end) = (form.len(), at + form.len());
            match apart.last_mut().filter(|last| at < last.range.end) {
                Some(last) => {
                    last.range.end = last.range.end.max(end);
                    if longest > last.longest {
                        (last.longest, last.label) = (longest, label);
                    }
                }
                None => apart.push(Found { range: at..end, longest, label }),
            }
        }
        apart
    }
}
