//! What a form sends, in order (HTML, "constructing the entry list").

use encoding_rs::Encoding;

use super::control::{Control, Does, File, Kind};

/// A name with what it has.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Text(String, String),
    File(String, File),
}

impl Entry {
    /// As a text: of a file, its name.
    pub(super) fn pair(&self) -> (&str, &str) {
        match self {
            Entry::Text(name, value) => (name, value),
            Entry::File(name, file) => (name, &file.name),
        }
    }
}

/// What is sent if this button was pressed.
pub(super) fn entries(
    controls: &[Control],
    pressed: Option<usize>,
    encoding: &'static Encoding,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (n, control) in controls.iter().enumerate() {
        let is_pressed = pressed == Some(n);
        if control.disabled && !is_pressed {
            continue;
        }
        let name = &control.name;
        let mut add = |value: &str| entries.push(Entry::Text(name.clone(), value.to_owned()));
        match &control.kind {
            Kind::Button(button) if is_pressed && button.does == Does::SendPlace => {
                // Whoever presses it with a key presses its corner.
                let prefix = if name.is_empty() { String::new() } else { format!("{name}.") };
                entries.push(Entry::Text(format!("{prefix}x"), "0".to_owned()));
                entries.push(Entry::Text(format!("{prefix}y"), "0".to_owned()));
            }
            _ if name.is_empty() => {}
            Kind::Button(button) if is_pressed => add(&button.value),
            Kind::Button(_) => {}
            Kind::Hidden(_) if name.eq_ignore_ascii_case("_charset_") => add(encoding.name()),
            Kind::Hidden(value) | Kind::Text(_, value) => add(value),
            Kind::List(list) => {
                let chosen = list.options.iter().filter(|option| option.selected && !option.disabled);
                chosen.for_each(|option| add(&option.value));
            }
            Kind::Toggle(toggle) if toggle.checked => add(&toggle.value),
            Kind::Toggle(_) => {}
            Kind::Files { files, .. } if files.is_empty() => {
                let content_type = "application/octet-stream".to_owned();
                let none = File { name: String::new(), content_type, content: [].into() };
                entries.push(Entry::File(name.clone(), none));
            }
            Kind::Files { files, .. } => {
                entries.extend(files.iter().map(|file| Entry::File(name.clone(), file.clone())));
            }
        }
        if let Some((direction, way)) = control.direction.as_ref().filter(|_| !name.is_empty()) {
            entries.push(Entry::Text(direction.clone(), (*way).to_owned()));
        }
    }
    entries
}
