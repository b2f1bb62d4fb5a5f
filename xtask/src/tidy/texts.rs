//! Rules of all text files.

use super::{File, Finding};

/// Folders of the machine somebody works on. Written in parts, so that this file has none.
const OF_A_MACHINE: [&str; 3] = [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/")];

pub(super) fn has_no_trailing_white_space(file: &File) -> Vec<Finding> {
    // A snapshot is what came out, to the letter.
    if file.path.ends_with(".snap") {
        return Vec::new();
    }
    let trailing = file.lines().filter(|(_, line)| line.ends_with([' ', '\t']));
    trailing.map(|(number, _)| file.finding(number, "take out the white space at the end")).collect()
}

pub(super) fn has_no_paths_of_a_machine(file: &File) -> Vec<Finding> {
    let found = file.lines().flat_map(|(number, line)| {
        OF_A_MACHINE.iter().filter(|folder| has_path(line, folder)).map(move |folder| (number, folder))
    });
    let message = |folder| format!("`{folder}` is a place on one machine; write a relative path");
    found.map(|(number, folder)| file.finding(number, message(folder))).collect()
}

/// Whether a path begins with it: the same words within an address are somebody's page.
fn has_path(line: &str, folder: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || "._-~}>)*/".contains(c);
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(within))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn white_space_at_the_end_is_found_except_in_snapshots() {
        assert_eq!(has_no_trailing_white_space(&file("a.md", "a \nb\nc\t\n")).len(), 2);
        assert!(has_no_trailing_white_space(&file("a.snap", "a \n")).is_empty());
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_page_of_that_name_is_not() {
        let [_, root, home] = OF_A_MACHINE;
        let text = format!("ok\nsee {home}me/x\nhttps://x.example{home}x\n\"{root}.cargo\"\n");
        let found = has_no_paths_of_a_machine(&file("a.md", &text));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 4]);
    }
}
