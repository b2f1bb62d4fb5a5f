//! Names of snapshots, which are names of files: small letters, digits, `-` and `_` are the same on every file system.

/// Whether a text is a name for a snapshot; the error is one that would do.
pub(super) fn checked(name: &str) -> Result<(), String> {
    const LONGEST: usize = 100;
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.len() <= LONGEST && name.chars().all(fine) {
        return Ok(());
    }
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '-' }).take(LONGEST).collect();
    let near = slug(&ascii);
    Err(if near.is_empty() { "orders-table".to_owned() } else { near })
}

/// `facilities` of `Facilities`, `our-shop` of `Our shop`: nothing where no letter or digit is in it.
pub(crate) fn slug(text: &str) -> String {
    let lower: String =
        text.to_lowercase().chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let words: Vec<&str> = lower.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-").trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_name_everywhere_or_one_that_would_be_is_told() {
        for fine in ["orders", "work-orders_2", "0"] {
            assert_eq!(checked(fine), Ok(()));
        }
        for (wrong, near) in [
            ("Orders table", "orders-table"),
            ("../etc/passwd", "etc-passwd"),
            ("orders@prod", "orders-prod"),
            ("a.snap", "a-snap"),
            ("café", "caf"),
            ("", "orders-table"),
            ("-", "orders-table"),
            ("_", "orders-table"),
        ] {
            assert_eq!(checked(wrong), Err(near.to_owned()), "{wrong}");
            assert_eq!(checked(near), Ok(()), "{near}");
        }
        assert!(checked(&"a".repeat(101)).is_err());
    }
}
