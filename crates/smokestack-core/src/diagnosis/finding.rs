//! What diagnosis concludes, and how it reads.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What diagnosis concludes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The whole in a line: `work-orders does not accept the platform session`.
    pub title: String,
    /// The component to blame; `edge`, `session store`, `identity provider` or `both targets` where none is.
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

impl Finding {
    /// A finding about a component, with what is likely its cause.
    pub(super) fn new(component: &str, title: impl Into<String>, cause: impl Into<String>) -> Finding {
        Finding {
            title: title.into(),
            component: component.to_owned(),
            instance: None,
            certainty: Certainty::Likely,
            cause: cause.into(),
            settings: Vec::new(),
            proof: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The same about one instance of the component.
    pub(super) fn of_instance(mut self, instance: Option<&str>) -> Finding {
        self.instance = instance.map(str::to_owned);
        self
    }

    /// The same, known so well.
    pub(super) fn sure(mut self, certainty: Certainty) -> Finding {
        self.certainty = certainty;
        self
    }

    /// The same with more of what was seen.
    pub(super) fn proven_by(mut self, lines: impl IntoIterator<Item = String>) -> Finding {
        self.proof.extend(lines);
        self
    }

    /// The same with more that helps to understand.
    pub(super) fn noted(mut self, lines: impl IntoIterator<Item = String>) -> Finding {
        self.notes.extend(lines);
        self
    }
}

impl Finding {
    /// Whom it blames: `work-orders`, or `work-orders (work-orders-2)` where one instance is.
    pub fn blamed(&self) -> String {
        match &self.instance {
            Some(instance) => format!("{} ({instance})", self.component),
            None => self.component.clone(),
        }
    }
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
