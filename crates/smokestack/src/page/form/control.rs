//! A control of a form: what it is called, what it holds, and what a browser demands of it.

use std::fmt;
use std::sync::Arc;

use super::constraints::Rules;
use super::spoken::bare;
use super::typed::Type;

/// An input, a list, a text area or a button.
#[derive(Clone, Debug, Default)]
pub(super) struct Control {
    pub(super) name: String,
    pub(super) id: String,
    /// What people call it: its labels, its own first.
    pub(super) labels: Vec<String>,
    /// What the group is called that it stands in: the legend of a fieldset.
    pub(super) group: String,
    pub(super) placeholder: String,
    pub(super) disabled: bool,
    pub(super) readonly: bool,
    /// Somebody filled it, so that its length counts.
    pub(super) touched: bool,
    pub(super) rules: Rules,
    /// The name under which the direction of its text is sent, and the direction.
    pub(super) direction: Option<(String, &'static str)>,
    pub(super) kind: Kind,
}

/// What a control holds.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// What nobody sees.
    Hidden(String),
    Text(Type, String),
    List(List),
    Toggle(Toggle),
    Files {
        multiple: bool,
        files: Vec<File>,
    },
    Button(Button),
}

impl Default for Kind {
    fn default() -> Kind {
        Kind::Hidden(String::new())
    }
}

/// A `select`.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) multiple: bool,
    /// Of one line: something is always selected.
    pub(super) drops_down: bool,
    pub(super) options: Vec<Choice>,
}

/// An `option`.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) value: String,
    pub(super) disabled: bool,
    pub(super) selected: bool,
    /// It stands in an `optgroup`.
    pub(super) grouped: bool,
}

/// A box to check, or one of a group of radio buttons.
#[derive(Clone, Debug)]
pub(super) struct Toggle {
    pub(super) radio: bool,
    pub(super) value: String,
    pub(super) checked: bool,
}

/// What a button does.
#[derive(Clone, Debug)]
pub(super) struct Button {
    pub(super) does: Does,
    pub(super) value: String,
    pub(super) action: Option<String>,
    pub(super) method: Option<String>,
    pub(super) enctype: Option<String>,
    pub(super) novalidate: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Send,
    /// It tells where it was pressed.
    SendPlace,
    Reset,
    /// What a script makes of it.
    Nothing,
}

/// A file that somebody chose. Its content is shown nowhere.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) content: Arc<[u8]>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({}, {} bytes)", self.name, self.content_type, self.content.len())
    }
}

impl Control {
    pub(super) fn is_button(&self) -> bool {
        matches!(self.kind, Kind::Button(_))
    }

    pub(super) fn button(&self) -> Option<&Button> {
        match &self.kind {
            Kind::Button(button) => Some(button),
            _ => None,
        }
    }

    pub(super) fn toggle(&self) -> Option<&Toggle> {
        match &self.kind {
            Kind::Toggle(toggle) => Some(toggle),
            _ => None,
        }
    }

    /// Whether it is a button that sends the form.
    pub(super) fn sends(&self) -> bool {
        self.button().is_some_and(|button| matches!(button.does, Does::Send | Does::SendPlace))
    }

    /// What it holds, if that is one text; of a box that is not checked, nothing.
    pub(super) fn value(&self) -> Option<&str> {
        match &self.kind {
            Kind::Hidden(value) | Kind::Text(_, value) => Some(value),
            Kind::List(list) => {
                list.options.iter().find(|option| option.selected).map(|option| &*option.value)
            }
            Kind::Toggle(toggle) => toggle.checked.then_some(&*toggle.value),
            Kind::Files { files, .. } => files.first().map(|file| &*file.name),
            Kind::Button(button) => Some(&button.value),
        }
    }

    /// What a person calls it, or else a program.
    pub(super) fn called(&self) -> &str {
        let label = self.labels.first().map(|label| bare(label)).filter(|label| !label.is_empty());
        let own = [self.placeholder.as_str(), &self.name, &self.id].into_iter().find(|name| !name.is_empty());
        label.or(own).unwrap_or("")
    }

    /// What sort of control it is, as people say it.
    pub(super) fn sort(&self) -> &'static str {
        match &self.kind {
            Kind::Hidden(_) => "a hidden field",
            Kind::Text(kind, _) => kind.sort(),
            Kind::List(_) => "a list to choose from",
            Kind::Toggle(toggle) if toggle.radio => "a radio button",
            Kind::Toggle(_) => "a checkbox",
            Kind::Files { .. } => "a field for files",
            Kind::Button(_) => "a button",
        }
    }
}

impl List {
    /// Selects an option; of a list where one can be selected, none but this.
    pub(super) fn select(&mut self, chosen: usize) {
        let multiple = self.multiple;
        for (n, option) in self.options.iter_mut().enumerate() {
            option.selected = n == chosen || (multiple && option.selected);
        }
    }

    /// As a browser does with a list that it just read (HTML, "selectedness setting algorithm").
    pub(super) fn settle(&mut self) {
        if self.multiple {
            return;
        }
        let last = self.options.iter().rposition(|option| option.selected);
        let first = || self.options.iter().position(|option| !option.disabled).filter(|_| self.drops_down);
        if let Some(chosen) = last.or_else(first) {
            self.select(chosen);
        }
    }
}
