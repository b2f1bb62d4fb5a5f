//! The one place where secrets are hidden: every text passes here before a reporter hears it.

mod address;
mod forms;
mod spelling;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod writers;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use spelling::{DEEPEST, Spelled};

/// The shortest secret that is hidden. Hiding shorter ones would black out ordinary words and prove nothing.
pub const SHORTEST_SECRET: usize = 4;

/// Stands where no label can. Shorter than any secret, so that it never spells one.
const HIDDEN: &str = "***";

/// Stands for a token in an address that nobody has learned.
const TOKEN: &str = "[hidden]";

/// Knows the run's secrets and hides them wherever they stand, also in base64 or hex, and however a text spells them:
/// percent-encoded, escaped for JSON, HTML, JavaScript or SQL, in latin-1, letter by letter, several times over. In
/// addresses it hides what looks like a token, too.
///
/// ```
/// let redactor = smokestack_core::Redactor::default();
/// redactor.learn("pass word&1", "password of `alice`");
/// assert_eq!(redactor.redact("sent pass+word%261"), "sent [password of `alice`]");
/// assert_eq!(redactor.redact("shown pass&#x20;w\\u006frd&amp;1"), "shown [password of `alice`]");
/// assert_eq!(redactor.redact("to /login;jsessionid=3F2A9C?next=/orders"), "to /login;jsessionid=[hidden]?next=/orders");
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
    sieve: Sieve,
}

/// Tells at once of most texts that no form starts so.
#[derive(Debug, Default)]
struct Sieve {
    /// Bits by a hash of the start; none before the first form.
    starts: Vec<u64>,
    /// Bits by the first byte alone.
    firsts: [u64; 4],
}

type Start = [u8; SHORTEST_SECRET];

/// A stretch of a text in which a secret stands, or several that overlap.
struct Found<'k> {
    range: Range<usize>,
    /// How much of it the longest secret takes; nothing if it only looks like one.
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
        self.sieve.add(*start);
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
            let tells = label != TOKEN && label.contains(&text[range.clone()]);
            clean.push_str(if tells { HIDDEN } else { label });
            end = range.end;
        }
        clean.push_str(&text[end..]);
        Some(clean)
    }

    /// Where secrets stand, in the text's order. Those that overlap are hidden as one: hiding the first of them
    /// would leave the rest of the other.
    fn find(&self, text: &str) -> Vec<Found<'_>> {
        let mut all = self.known_in(text);
        let tokens = address::tokens(text);
        if !tokens.is_empty() {
            all.extend(tokens.into_iter().map(|range| Found { range, longest: 0, label: TOKEN }));
            all.sort_by_key(|found| found.range.start);
        }
        let mut apart: Vec<Found<'_>> = Vec::with_capacity(all.len());
        for found in all {
            match apart.last_mut().filter(|last| found.range.start < last.range.end) {
                Some(last) => {
                    last.range.end = last.range.end.max(found.range.end);
                    if found.longest > last.longest {
                        (last.longest, last.label) = (found.longest, found.label);
                    }
                }
                None => apart.push(found),
            }
        }
        apart
    }

    /// Where known secrets stand, at each place the longest.
    fn known_in(&self, text: &str) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        if self.forms.is_empty() {
            return found;
        }
        let (spelled, mut odd) = (&Spelled::new(text.as_bytes()), 0);
        for at in 0..(text.len() + 1).saturating_sub(SHORTEST_SECRET) {
            if odd < at || at == 0 {
                odd = (at..text.len()).find(|at| spelled.is_odd(*at)).unwrap_or(text.len());
            }
            let here = if odd < at + SHORTEST_SECRET {
                if !text.is_char_boundary(at) {
                    continue;
                }
                self.spelled_at(spelled, at)
            } else {
                // Most of any text: what stands there is what it is.
                text.as_bytes()[at..].first_chunk().and_then(|start| self.longest_of(*start, spelled, at))
            };
            if let Some((end, label)) = here {
                let end = (end..).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                found.push(Found { range: at..end, longest: end - at, label });
            }
        }
        found
    }

    /// The longest secret whose spelling begins here, whichever way.
    fn spelled_at(&self, spelled: &Spelled<'_>, at: usize) -> Option<(usize, &str)> {
        let mut starts = Vec::new();
        self.starts(spelled, at, &[], &mut starts);
        let longest = starts.into_iter().filter_map(|start| {
            let (end, label) = self.longest_of(start, spelled, at)?;
            // Of two that end at one place, the one that was escaped less often.
            let depth = (0..DEEPEST).take_while(|depth| !self.ends(start, spelled, *depth, at, end)).count();
            Some((end, Reverse(depth), label))
        });
        longest.max_by_key(|(end, depth, _)| (*end, *depth)).map(|(end, _, label)| (end, label))
    }

    /// Every first few bytes that may be spelled here.
    fn starts(&self, spelled: &Spelled<'_>, at: usize, before: &[u8], starts: &mut Vec<Start>) {
        for piece in spelled.pieces(DEEPEST, at).as_slice() {
            let (mut bytes, length) = ([0; 2 * SHORTEST_SECRET + 4], before.len() + piece.bytes().len());
            bytes[..before.len()].copy_from_slice(before);
            bytes[before.len()..length].copy_from_slice(piece.bytes());
            if !self.sieve.may_begin(bytes[0]) {
                continue;
            }
            match bytes[..length].first_chunk::<SHORTEST_SECRET>() {
                Some(start) if !self.sieve.may_start(*start) || starts.contains(start) => {}
                Some(start) => starts.push(*start),
                None => self.starts(spelled, piece.next(), &bytes[..length], starts),
            }
        }
    }

    fn longest_of(&self, start: Start, spelled: &Spelled<'_>, at: usize) -> Option<(usize, &str)> {
        if !self.sieve.may_start(start) {
            return None;
        }
        let alike = self.forms.get(&start)?.iter();
        let ends =
            alike.filter_map(|(form, label)| Some((spelled.end_of(form.as_bytes(), DEEPEST, at)?, label)));
        ends.max_by_key(|(end, _)| *end).map(|(end, label)| (end, label.as_str()))
    }

    fn ends(&self, start: Start, spelled: &Spelled<'_>, depth: u8, at: usize, end: usize) -> bool {
        let mut alike = self.forms.get(&start).into_iter().flatten();
        alike.any(|(form, _)| spelled.end_of(form.as_bytes(), depth, at) == Some(end))
    }
}

impl Sieve {
    const BITS: u32 = 19;

    fn add(&mut self, start: Start) {
        if self.starts.is_empty() {
            self.starts.resize(1 << (Sieve::BITS - 6), 0);
        }
        let (word, bit) = Sieve::place(start);
        self.starts[word] |= bit;
        self.firsts[usize::from(start[0] >> 6)] |= 1 << (start[0] & 63);
    }

    fn may_start(&self, start: Start) -> bool {
        let (word, bit) = Sieve::place(start);
        self.starts.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn may_begin(&self, first: u8) -> bool {
        self.firsts[usize::from(first >> 6)] & 1 << (first & 63) != 0
    }

    fn place(start: Start) -> (usize, u64) {
        let hash = u32::from_le_bytes(start).wrapping_mul(0x9e37_79b1) >> (32 - Sieve::BITS);
        ((hash >> 6) as usize, 1 << (hash & 63))
    }
}
