//! Numbers of bytes as people write them: `32MiB`.

use crate::platform::reader::{Reader, Table};

/// How large an answer may be where nothing says so.
pub(super) const MAX_BODY: usize = 32 << 20;

/// No machine that runs suites should hold more of one answer.
const LARGEST: usize = 4 << 30;

/// The units, the largest first that is written without a remainder.
const UNITS: [(&str, usize); 6] =
    [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

/// A number of bytes.
pub(super) fn size(reader: &Reader, table: &Table<'_>, key: &'static str) -> Option<usize> {
    let text = table.text(key)?;
    let size = read(&text.value);
    let label = match size {
        Some(1..=LARGEST) => return size,
        Some(0) => "nothing could be read",
        Some(_) => "at most 4GiB",
        None => "a whole number and a unit",
    };
    let help = "write it as `500kB`, `32MiB` or `1GiB`";
    reader.mistake_with_help(format!("`{}` is not a size", table.full(key)), text.range, label, help);
    None
}

/// A number of bytes as people write it.
pub(crate) fn shown(bytes: usize) -> String {
    let fits = |(_, unit): &&(&str, usize)| bytes >= *unit && bytes.is_multiple_of(*unit);
    let (name, unit) = UNITS.iter().find(fits).unwrap_or(&("B", 1));
    format!("{}{name}", bytes / unit)
}

fn read(text: &str) -> Option<usize> {
    let text = text.trim();
    let (number, name) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = UNITS.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(name.trim()))?.1;
    number.parse::<usize>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_it_is_shown() {
        for text in ["1GiB", "32MiB", "64KiB", "500kB", "3MB", "17B"] {
            assert_eq!(read(text).map(shown).as_deref(), Some(text));
        }
        assert_eq!(read("2 mib"), Some(2 << 20));
        for text in ["", "32", "MiB", "-1MiB", "1.5MiB", "99999999999999999999GiB"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
