//! `[impostors]`: pages that are not what they should be.

use crate::platform::Impostors;
use crate::platform::reader::{Reader, Table};

pub(super) fn impostors(reader: &Reader, table: Table<'_>) -> Impostors {
    let selectors = |key| table.selectors(key).unwrap_or_default();
    let impostors = Impostors {
        login: selectors("login"),
        maintenance: selectors("maintenance"),
        error: selectors("error"),
        texts: table.texts("texts").unwrap_or_default(),
        except: table
            .placed_texts("except")
            .unwrap_or_default()
            .into_iter()
            .map(|text| {
                if !text.value.starts_with('/') {
                    reader.mistake(
                        "`impostors.except` has what is no path",
                        text.range,
                        "a path begins with `/`",
                    );
                }
                text.value
            })
            .collect(),
    };
    table.finish();
    impostors
}
