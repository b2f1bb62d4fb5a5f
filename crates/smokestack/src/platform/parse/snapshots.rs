//! `[snapshots]`: rules that make the parts of a page that change from run to run the same.

use crate::platform::nearest::nearest;
use crate::platform::reader::{Reader, Table};
use crate::snapshot::rules::{Rule, Rules};

pub(super) fn rules(reader: &Reader, table: Table<'_>) -> Rules {
    let mut rules = Rules::default();
    if let Some(own) = table.table("rules") {
        for entry in own.entries() {
            super::valid_name(reader, "a rule", &entry.name);
            let Some(texts) = entry.text_or_texts() else { continue };
            let (pattern, with) = match &texts[..] {
                [pattern] => (pattern, format!("[{}]", entry.name.value)),
                [pattern, with] => (pattern, with.value.clone()),
                _ => {
                    let what = format!("rule `{}` is no rule", entry.name.value);
                    let label = "a pattern, or a list of a pattern and what stands in its place";
                    reader.mistake(what, entry.name.range.clone(), label);
                    continue;
                }
            };
            match Rule::new(&entry.name.value, &pattern.value, &with) {
                Ok(rule) => rules.add(rule),
                Err(why) => {
                    let what =
                        format!("the pattern of rule `{}` is not a regular expression", entry.name.value);
                    let help = "write it in single quotes, so that `\\` stands for itself: 'WO-\\d+'";
                    reader.mistake_with_help(what, pattern.range.clone(), why, help);
                }
            }
        }
    }
    for name in table.placed_texts("off").unwrap_or_default() {
        if !rules.switch_off(&name.value) {
            let names = rules.names();
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let label = nearest(&name.value, &known)
                .map_or("not among the rules".to_owned(), |near| format!("did you mean `{near}`?"));
            let what = format!("there is no rule `{}`", name.value);
            reader.mistake_with_help(what, name.range, label, format!("rules: {}", known.join(", ")));
        }
    }
    table.finish();
    rules
}
