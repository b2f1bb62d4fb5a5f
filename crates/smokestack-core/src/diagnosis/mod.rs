//! From a record to findings: which component is to blame, and why. Pure functions of the record.

mod answers;
mod login;
mod not_refused;
mod refusal;
mod seen;
mod session;
mod settings;
mod silence;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Fact, Record};

/// What diagnosis concludes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The whole in a line: `work-orders does not accept the platform session`.
    pub title: String,
    /// The component to blame.
    pub component: String,
    /// The instance to blame, where only some of the component's are.
    pub instance: Option<String>,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why it is so.
    pub cause: String,
    /// The settings that show the cause: component, key, value.
    pub settings: Vec<(String, String, String)>,
    /// What was seen.
    pub proof: Vec<String>,
    /// What else helps to understand.
    pub notes: Vec<String>,
}

/// How sure a finding is of its cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The cause itself was seen.
    Certain,
    /// The component is certain, the cause is what fits best.
    Likely,
    /// More than one component may be to blame.
    Possible,
}

/// All findings of a run. Whoever merely suffers from somebody else's fault is not named.
pub fn diagnose(record: &Record) -> Vec<Finding> {
    let mut findings = login::findings(record);
    findings.extend(session::findings(record));
    findings.extend(not_refused::findings(record));
    findings.extend(silence::findings(record));
    // Who is named already is not named again for what follows from it.
    let more: Vec<_> = answers::findings(record)
        .into_iter()
        .filter(|answer| findings.iter().all(|finding| finding.component != answer.component))
        .collect();
    findings.extend(more);
    findings
}

/// What a component's health check says, for a finding's notes.
fn health_notes(record: &Record, name: &str) -> Vec<String> {
    let told = record.facts().find_map(|fact| match fact {
        Fact::Health { component, url, status } if component == name => Some(match status {
            Some(status) => format!("its health check answers {status} ({url})"),
            None => format!("its health check gives no answer ({url})"),
        }),
        _ => None,
    });
    told.into_iter().collect()
}

impl fmt::Display for Finding {
    /// The finding as aligned text, without colour.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INDENT: &str = "          ";
        let sure = match self.certainty {
            Certainty::Certain => "",
            Certainty::Likely => "likely: ",
            Certainty::Possible => "possibly: ",
        };
        write!(f, "finding: {}\n  cause   {sure}{}", one_line(&self.title), one_line(&self.cause))?;
        let components =
            self.settings.iter().map(|(component, ..)| component.chars().count()).max().unwrap_or(0);
        let keys = self.settings.iter().map(|(_, key, _)| key.chars().count()).max().unwrap_or(0);
        for (component, key, value) in &self.settings {
            write!(f, "\n{INDENT}  {component:components$}   {key:keys$} = {}", one_line(value))?;
        }
        for (head, lines) in [("proof", &self.proof), ("note", &self.notes)] {
            for (index, line) in lines.iter().enumerate() {
                let line = one_line(line);
                match index {
                    0 => write!(f, "\n  {head:8}{line}")?,
                    _ => write!(f, "\n{INDENT}{line}")?,
                }
            }
        }
        Ok(())
    }
}

/// A text of the platform's as one line, so that it cannot pass for a line of ours.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() { format!("{line}…") } else { line }
}
