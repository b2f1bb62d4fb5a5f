//! Lines of the suite's source, where it is at hand: a suite binary may run far away from it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use smokestack_core::Place;

use crate::world::World;

/// Source files, looked for where cargo may have compiled them.
#[derive(Debug)]
pub(crate) struct Sources {
    roots: Vec<PathBuf>,
    read: Mutex<HashMap<String, Option<String>>>,
}

impl Sources {
    /// Looks below the current directory, the package, and what is above either.
    pub(crate) fn of(world: &World) -> Sources {
        let package = world.var("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let starts = world.directory.iter().chain(&package);
        let roots = starts.flat_map(|start| start.ancestors()).map(Path::to_owned).collect();
        Sources { roots, read: Mutex::default() }
    }

    /// The line of this place, without its indentation's tail.
    pub(crate) fn line(&self, place: &Place) -> Option<String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let text = read.entry(place.file.clone()).or_insert_with(|| self.find(&place.file)).as_ref()?;
        let line = text.lines().nth(usize::try_from(place.line).ok()?.checked_sub(1)?)?;
        Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
    }

    fn find(&self, file: &str) -> Option<String> {
        // An absolute path wins over the root it is joined to.
        self.roots.iter().find_map(|root| std::fs::read_to_string(root.join(file)).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_from_a_folder_below_its_root() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let world = World { directory: Some(here.join("src/report")), ..World::default() };
        let place = |line| Place { file: "src/source.rs".into(), line, column: 1 };
        let sources = Sources::of(&world);
        assert_eq!(sources.line(&place(3)).as_deref(), Some("use std::collections::HashMap;"));
        assert_eq!(sources.line(&place(0)), None);
        assert_eq!(sources.line(&Place { file: "no/such.rs".into(), ..place(1) }), None);
    }
}
