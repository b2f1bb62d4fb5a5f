//! Which control somebody means who says its label, its name, its placeholder or its `#id`.

use super::control::{Control, Kind, List};
use super::spoken::is_called;
use crate::platform::nearest::distance;

/// More of them are not told.
const MOST_TOLD: usize = 8;

/// Of a longer name, the rest is not told.
const LONGEST_NAME: usize = 60;

/// Nothing is meant, or more than one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Miss {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) notes: Vec<String>,
    pub(super) help: Option<String>,
}

impl Miss {
    pub(super) fn new(expected: impl Into<String>, found: impl Into<String>) -> Miss {
        Miss { expected: expected.into(), found: found.into(), notes: Vec::new(), help: None }
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Miss {
        self.notes.push(note.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Miss {
        self.help = Some(help.into());
        self
    }
}

/// What can be chosen from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choices {
    /// The options of this list.
    Of(usize),
    /// These radio buttons or boxes.
    Among(Vec<usize>),
}

/// The field of these words. Of several, the one that fits is meant.
pub(super) fn field(
    controls: &[Control],
    wanted: &str,
    fits: impl Fn(&Control) -> bool,
) -> Result<usize, Miss> {
    let visible = |control: &Control| !matches!(control.kind, Kind::Hidden(_));
    let ways: [&dyn Fn(&Control) -> bool; 4] = [
        &|control| visible(control) && control.labels.iter().any(|label| is_called(label, wanted)),
        &|control| control.name == wanted,
        &|control| visible(control) && control.placeholder == wanted,
        &|control| is_id(control, wanted),
    ];
    for way in ways {
        let found = meant(controls, |control| !control.is_button() && way(control));
        if let Some(found) = only(controls, &found, "field", &fits)? {
            return Ok(found);
        }
    }
    let fields: Vec<&Control> = controls.iter().filter(|control| !control.is_button()).collect();
    Err(none(&fields, wanted, "field", "fields"))
}

/// The button of these words: its text, its label, its value, its name.
pub(super) fn button(controls: &[Control], wanted: &str) -> Result<usize, Miss> {
    let value = |control: &Control| control.button().is_some_and(|button| button.value == wanted);
    let ways: [&dyn Fn(&Control) -> bool; 4] = [
        &|control| control.labels.iter().any(|label| is_called(label, wanted)),
        &value,
        &|control| control.name == wanted,
        &|control| is_id(control, wanted),
    ];
    for way in ways {
        let found = meant(controls, |control| control.is_button() && way(control));
        if let Some(found) = only(controls, &found, "button", &Control::sends)? {
            return Ok(found);
        }
    }
    let buttons: Vec<&Control> = controls.iter().filter(|control| control.is_button()).collect();
    Err(none(&buttons, wanted, "button", "buttons"))
}

/// What can be chosen from under these words: a list, or buttons and boxes by their legend or their common name.
pub(super) fn choices(controls: &[Control], wanted: &str) -> Result<Choices, Miss> {
    let list = |control: &Control| matches!(control.kind, Kind::List(_));
    let toggle = |control: &Control| control.toggle().is_some();
    let ways: [&dyn Fn(&Control) -> bool; 3] = [
        &|control| {
            let called = control.labels.iter().any(|label| is_called(label, wanted));
            (list(control) && called) || (toggle(control) && is_called(&control.group, wanted))
        },
        &|control| (list(control) || toggle(control)) && control.name == wanted,
        &|control| list(control) && is_id(control, wanted),
    ];
    for way in ways {
        let found = meant(controls, way);
        let lists: Vec<usize> = found.iter().copied().filter(|n| list(&controls[*n])).collect();
        match (lists.as_slice(), found.len()) {
            (_, 0) => {}
            ([one], _) => return Ok(Choices::Of(*one)),
            ([], _) => return Ok(Choices::Among(found)),
            (many, _) => return Err(several(controls, many, "field")),
        }
    }
    // It may be there, but as something that nobody chooses from.
    let found = field(controls, wanted, |_| true)?;
    let help = how(&controls[found], wanted).unwrap_or_default();
    Err(Miss::new("something to choose from", controls[found].sort()).help(help))
}

/// The option of a list by its text or its value.
pub(super) fn option(list: &List, wanted: &str) -> Result<usize, Miss> {
    for by_text in [true, false] {
        let mut found = (0..list.options.len()).filter(|n| {
            let option = &list.options[*n];
            if by_text { is_called(&option.text, wanted) } else { option.value == wanted }
        });
        match (found.next(), found.count()) {
            (None, _) => {}
            (Some(one), 0) => return Ok(one),
            (Some(_), more) => {
                let help = "say which by its value";
                let miss = Miss::new(format!("one option `{wanted}`"), (more + 1).to_string());
                return Err(miss.note(told_options(list, wanted)).help(help));
            }
        }
    }
    Err(Miss::new(format!("an option `{wanted}`"), "none").note(told_options(list, wanted)))
}

/// The radio button or box among these by its label or its value.
pub(super) fn member(controls: &[Control], among: &[usize], wanted: &str) -> Result<usize, Miss> {
    let own: Vec<&Control> = among.iter().map(|n| &controls[*n]).collect();
    for by_label in [true, false] {
        let found: Vec<usize> = among
            .iter()
            .copied()
            .filter(|n| {
                let control = &controls[*n];
                let value = control.toggle().is_some_and(|toggle| toggle.value == wanted);
                if by_label { control.labels.iter().any(|label| is_called(label, wanted)) } else { value }
            })
            .collect();
        if let Some(found) = only(controls, &found, "option", &|_| true)? {
            return Ok(found);
        }
    }
    let mut miss = none(&own, wanted, "option", "options");
    miss.expected = format!("an option `{wanted}`");
    Err(miss)
}

/// How a control is used that was not meant so.
pub(super) fn how(control: &Control, wanted: &str) -> Option<String> {
    Some(match &control.kind {
        Kind::Hidden(_) | Kind::Text(..) => format!("`.fill({wanted:?}, ..)` writes into it"),
        Kind::List(_) => format!("`.choose({wanted:?}, ..)` chooses one of its options"),
        Kind::Toggle(toggle) if toggle.radio => "`.choose(.., ..)` chooses one of a group".to_owned(),
        Kind::Toggle(_) => format!("`.check({wanted:?})` and `.uncheck({wanted:?})` are for it"),
        Kind::Files { .. } => format!("`.attach({wanted:?}, ..)` gives it a file"),
        Kind::Button(_) => return None,
    })
}

fn is_id(control: &Control, wanted: &str) -> bool {
    wanted.strip_prefix('#').is_some_and(|id| !id.is_empty() && control.id == id)
}

fn meant(controls: &[Control], way: impl Fn(&Control) -> bool) -> Vec<usize> {
    (0..controls.len()).filter(|n| way(&controls[*n])).collect()
}

/// The one that is meant, if any is.
fn only(
    controls: &[Control],
    found: &[usize],
    what: &str,
    fits: &dyn Fn(&Control) -> bool,
) -> Result<Option<usize>, Miss> {
    let fitting: Vec<usize> = found.iter().copied().filter(|n| fits(&controls[*n])).collect();
    match (found, fitting.as_slice()) {
        ([], _) => Ok(None),
        (_, [one]) => Ok(Some(*one)),
        // The caller says why it does not fit.
        ([one], []) => Ok(Some(*one)),
        _ => Err(several(controls, found, what)),
    }
}

fn several(controls: &[Control], found: &[usize], what: &str) -> Miss {
    let told: Vec<String> = found.iter().take(MOST_TOLD).map(|n| told(&controls[*n])).collect();
    let help = match what {
        "button" => "say which by its value, its name or its `#id`",
        "option" => "say which by its value",
        _ => "say which by its name or its `#id`",
    };
    Miss::new(format!("one {what}"), found.len().to_string()).note(told.join(", ")).help(help)
}

fn none(controls: &[&Control], wanted: &str, what: &str, plural: &str) -> Miss {
    let miss = Miss::new(format!("a {what} of this label, name or placeholder"), "none");
    let miss =
        if what == "button" { Miss::new("a button of this text, value or name", "none") } else { miss };
    if controls.is_empty() {
        return miss.note(format!("the form has no {plural}"));
    }
    let mut near: Vec<(usize, String)> =
        controls.iter().map(|control| (away(control, wanted), told(control))).collect();
    near.sort_by_key(|(away, _)| *away);
    let more = near.len().saturating_sub(MOST_TOLD);
    let mut names: Vec<String> = near.into_iter().take(MOST_TOLD).map(|(_, told)| told).collect();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    miss.note(format!("its {plural}, nearest first: {}", names.join(", ")))
}

fn told_options(list: &List, wanted: &str) -> String {
    let mut near: Vec<(usize, &str)> =
        list.options.iter().map(|option| (near(&option.text, wanted), option.text.as_str())).collect();
    near.sort_by_key(|(away, _)| *away);
    let more = near.len().saturating_sub(MOST_TOLD);
    let mut names: Vec<String> = near.iter().take(MOST_TOLD).map(|(_, text)| quoted(text)).collect();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    if names.is_empty() {
        "it has no options".to_owned()
    } else {
        format!("its options, nearest first: {}", names.join(", "))
    }
}

/// How far a control is from what was said.
fn away(control: &Control, wanted: &str) -> usize {
    let names = control.labels.iter().chain([&control.name, &control.placeholder]);
    names.filter(|name| !name.is_empty()).map(|name| near(name, wanted)).min().unwrap_or(usize::MAX)
}

fn near(name: &str, wanted: &str) -> usize {
    let [name, wanted] = [name, wanted].map(|text| cut(text).to_lowercase());
    let within = !wanted.is_empty() && (name.contains(&wanted) || wanted.contains(&name));
    if within { 0 } else { distance(&wanted, &name) }
}

/// `` `Title` (name `title`) ``
pub(super) fn told(control: &Control) -> String {
    let called = control.called();
    let value = match &control.kind {
        Kind::Button(button) if !button.value.is_empty() && button.value != called => {
            format!(", value {}", quoted(&button.value))
        }
        _ => String::new(),
    };
    let hidden = if matches!(control.kind, Kind::Hidden(_)) { ", hidden" } else { "" };
    let name = match control.name.as_str() {
        "" => String::new(),
        name if name == called => String::new(),
        name => format!(", name {}", quoted(name)),
    };
    let aside = format!("{name}{value}{hidden}");
    let called = if called.is_empty() { control.sort().to_owned() } else { quoted(called) };
    match aside.strip_prefix(", ") {
        Some(aside) => format!("{called} ({aside})"),
        None => called,
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST_NAME).map_or(text, |(cut, _)| &text[..cut])
}

/// In backticks, as short as fits in a line.
fn quoted(text: &str) -> String {
    let cut = cut(text);
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
}
