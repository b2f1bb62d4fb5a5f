//! Rules of `Cargo.toml` files.

use toml::{Table, Value};

use super::{File, Finding};

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
/// Who must not depend on whom.
const APART: [(&str, &[&str]); 3] = [
    ("crates/smokestack/Cargo.toml", &["smokestack-runner"]),
    ("crates/smokestack-runner/Cargo.toml", &["smokestack"]),
    ("crates/smokestack-core/Cargo.toml", &["smokestack", "smokestack-runner"]),
];

/// The manifest of a member; a file that is no TOML is cargo's to complain of. What is a workspace of its own, as fuzz
/// targets are, can inherit nothing.
fn member(file: &File) -> Option<Table> {
    if !file.path.ends_with("/Cargo.toml") {
        return None;
    }
    file.text.parse().ok().filter(|manifest: &Table| !manifest.contains_key("workspace"))
}

/// All dependencies of the manifest, of all kinds and platforms.
fn dependencies(manifest: &Table) -> Vec<(&str, &Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let places = std::iter::once(manifest).chain(platforms.filter_map(Value::as_table));
    let tables = places.flat_map(|place| TABLES.iter().filter_map(|name| place.get(*name)?.as_table()));
    tables.flatten().map(|(name, value)| (name.as_str(), value)).collect()
}

/// The names in `[workspace.dependencies]`, apart from our own crates.
pub(super) fn foreign_crates(root: &File) -> Vec<String> {
    let manifest: Table = root.text.parse().unwrap_or_default();
    let shared = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")?.as_table());
    let foreign = shared.into_iter().flatten().filter(|(_, value)| value.get("path").is_none());
    foreign.map(|(name, _)| name.clone()).collect()
}

/// Where a name is a key.
pub(super) fn line_of(file: &File, name: &str) -> usize {
    let is_key = |line: &str| {
        let rest = line.trim_start().trim_start_matches('"').strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start_matches('"').starts_with(['.', ' ', '=']))
            || line.trim_end().ends_with(&format!(".{name}]"))
    };
    file.lines().find(|(_, line)| is_key(line)).map_or(1, |(number, _)| number)
}

pub(super) fn versions_stand_in_the_workspace(file: &File) -> Vec<Finding> {
    let Some(manifest) = member(file) else { return Vec::new() };
    let inherits = |value: &Value| value.get("workspace").and_then(Value::as_bool) == Some(true);
    let own = dependencies(&manifest).into_iter().filter(|(_, value)| !inherits(value));
    own.map(|(name, _)| {
        let message = format!(
            "put `{name}` into `[workspace.dependencies]` of the root and write `{name}.workspace = true`"
        );
        file.finding(line_of(file, name), message)
    })
    .collect()
}

pub(super) fn dsl_and_runner_do_not_know_each_other(file: &File) -> Vec<Finding> {
    let Some((_, strangers)) = APART.iter().find(|(path, _)| *path == file.path) else { return Vec::new() };
    let Some(manifest) = member(file) else { return Vec::new() };
    let known = dependencies(&manifest).into_iter().filter(|(name, _)| strangers.contains(name));
    known
        .map(|(name, _)| {
            let message = format!("this crate must not know `{name}`; meet in `smokestack-core`");
            file.finding(line_of(file, name), message)
        })
        .collect()
}

pub(super) fn lints_are_the_workspaces(file: &File) -> Vec<Finding> {
    let Some(manifest) = member(file) else { return Vec::new() };
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
    if lints == Some(true) || !manifest.contains_key("package") {
        return Vec::new();
    }
    vec![file.finding(1, "add `[lints]` with `workspace = true`")]
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_version_stands_once() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nhttp.workspace = true\nurl = \"2\"\n\
                    tokio = { workspace = true, features = [\"signal\"] }\n\
                    [target.'cfg(unix)'.dev-dependencies]\nnix = { version = \"1\" }\n";
        let found = versions_stand_in_the_workspace(&file("crates/a/Cargo.toml", text));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [5, 8]);
        assert!(found[0].message.contains("`url.workspace = true`"));
        assert!(versions_stand_in_the_workspace(&file("Cargo.toml", text)).is_empty());
        let apart = format!("{text}[workspace]\n");
        assert!(versions_stand_in_the_workspace(&file("fuzz/Cargo.toml", &apart)).is_empty());
    }

    #[test]
    fn the_wide_crates_meet_in_the_narrow_one() {
        let text = "[dependencies]\nsmokestack-core.workspace = true\n\n[dev-dependencies]\nsmokestack-runner.workspace = true\n";
        let found = dsl_and_runner_do_not_know_each_other(&file("crates/smokestack/Cargo.toml", text));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [5]);
        let back = "[dependencies]\nsmokestack.workspace = true\n";
        assert_eq!(
            dsl_and_runner_do_not_know_each_other(&file("crates/smokestack-runner/Cargo.toml", back)).len(),
            1
        );
        assert!(dsl_and_runner_do_not_know_each_other(&file("suites/Cargo.toml", text)).is_empty());
    }

    #[test]
    fn a_member_has_the_lints_of_the_workspace() {
        let text = "[package]\nname = \"a\"\n";
        assert_eq!(lints_are_the_workspaces(&file("a/Cargo.toml", text)).len(), 1);
        let with = format!("{text}[lints]\nworkspace = true\n");
        assert!(lints_are_the_workspaces(&file("a/Cargo.toml", &with)).is_empty());
    }

    #[test]
    fn our_own_crates_are_not_foreign() {
        let root =
            "[workspace.dependencies]\nours = { path = \"ours\" }\nurl = \"2\"\ntoml = { version = \"1\" }\n";
        assert_eq!(foreign_crates(&file("Cargo.toml", root)), ["toml", "url"]);
    }
}
