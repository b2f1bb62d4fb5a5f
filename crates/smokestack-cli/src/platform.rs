//! Which platform a command is about, and where it is.

use std::path::{Path, PathBuf};

use smokestack_core::Wishes;

use crate::world::World;

/// The flags that say it.
#[derive(Debug, clap::Args)]
pub(crate) struct Platform {
    /// The target [env: SMOKESTACK_TARGET]
    #[arg(long, value_name = "NAME", overrides_with = "target")]
    pub(crate) target: Option<String>,
    /// The platform file [env: SMOKESTACK_CONFIG]
    #[arg(long, value_name = "PATH", overrides_with = "config")]
    pub(crate) config: Option<PathBuf>,
    /// The target's address, instead of the platform file's [env: SMOKESTACK_URL]
    #[arg(long, value_name = "URL", overrides_with = "url")]
    pub(crate) url: Option<String>,
}

impl Platform {
    /// What is asked for; what no flag says the environment does.
    pub(crate) fn wishes(&self, world: &World) -> Wishes {
        Wishes {
            target: self.target.clone().or_else(|| world.var("SMOKESTACK_TARGET")),
            url: self.url.clone().or_else(|| world.var("SMOKESTACK_URL")),
            ..of_file(self.config.as_deref(), world)
        }
    }
}

/// What is asked of a platform file, whichever target is meant.
pub(crate) fn of_file(named: Option<&Path>, world: &World) -> Wishes {
    let named = named.map(Path::to_owned).or_else(|| world.var("SMOKESTACK_CONFIG").map(Into::into));
    Wishes {
        config: named.or_else(|| below(world.directory.as_deref()?)),
        directory: world.directory.clone(),
        env: world.env.clone(),
        ..Wishes::default()
    }
}

/// The platform file of the only package that has one, where none stands here or above: `cargo test` runs in the package's
/// folder and finds it there.
fn below(folder: &Path) -> Option<PathBuf> {
    const NAME: &str = "smokestack.toml";
    if folder.ancestors().any(|folder| folder.join(NAME).is_file()) {
        return None;
    }
    let packages = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut files = packages.map(|package| package.join(NAME)).filter(|file| file.is_file());
    let only = files.next()?;
    files.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_file_of_the_only_package_that_has_one_is_found_from_above() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let package = folder.path().join(name);
            std::fs::create_dir_all(&package).unwrap();
            std::fs::write(package.join("smokestack.toml"), "").unwrap();
            package.join("smokestack.toml")
        };
        assert_eq!(below(folder.path()), None);
        let only = put("suites");
        assert_eq!(below(folder.path()), Some(only));
        assert_eq!(below(&folder.path().join("suites")), None, "it stands here");
        put("other");
        assert_eq!(below(folder.path()), None, "nobody knows which");
    }
}
