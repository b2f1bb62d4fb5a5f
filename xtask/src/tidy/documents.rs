//! Rules of what lies in the workspace's folder.

use super::{File, Finding, manifests};

const THERE: [&str; 6] =
    ["ARCHITECTURE.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "deny.toml"];
/// Each brings a C library or a long build.
const FOREIGN_TLS: [&str; 2] = ["aws-lc-sys", "openssl-sys"];

fn at<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files.iter().find(|file| file.path == path)
}

pub(super) fn are_there(files: &[File]) -> Vec<Finding> {
    let missing = THERE.iter().filter(|path| at(files, path).is_none());
    missing
        .map(|path| Finding { path: (*path).to_owned(), line: 1, message: "write this file".to_owned() })
        .collect()
}

pub(super) fn architecture_has_every_dependency(files: &[File]) -> Vec<Finding> {
    let (Some(root), Some(architecture)) = (at(files, "Cargo.toml"), at(files, "ARCHITECTURE.md")) else {
        return Vec::new();
    };
    let foreign = manifests::foreign_crates(root);
    let unsaid = foreign.iter().filter(|name| !architecture.text.contains(&format!("`{name}`")));
    unsaid
        .map(|name| {
            let message = format!("say in `ARCHITECTURE.md` in a line what `{name}` saves");
            root.finding(manifests::line_of(root, name), message)
        })
        .collect()
}

pub(super) fn lock_file_has_no_foreign_tls(files: &[File]) -> Vec<Finding> {
    let Some(lock) = at(files, "Cargo.lock") else { return Vec::new() };
    let packages = lock.lines().filter_map(|(number, line)| {
        let name = line.strip_prefix("name = \"")?.strip_suffix('"')?;
        FOREIGN_TLS.contains(&name).then(|| {
            let message = format!("keep `{name}` out; `cargo tree --invert {name}` says who wants it");
            lock.finding(number, message)
        })
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn what_is_missing_is_to_be_written() {
        let files: Vec<File> = THERE.iter().skip(1).map(|path| file(path, "")).collect();
        let found = are_there(&files);
        assert_eq!(found.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), [THERE[0]]);
    }

    #[test]
    fn each_dependency_has_its_line() {
        let root = file("Cargo.toml", "[workspace.dependencies]\nurl = \"2\"\nhttp = \"1\"\n");
        let files = [root, file("ARCHITECTURE.md", "- `url`: addresses\n- http: without a name\n")];
        let found = architecture_has_every_dependency(&files);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn tls_stays_rust() {
        let lock = "[[package]]\nname = \"ring\"\n\n[[package]]\nname = \"openssl-sys\"\n";
        let found = lock_file_has_no_foreign_tls(&[file("Cargo.lock", lock)]);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [5]);
    }
}
