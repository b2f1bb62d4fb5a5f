//! What the tests need apart from Rust itself: looked for, and installed where that can be done.

use std::process::Stdio;

use crate::Trouble;
use crate::world::World;

/// A program that has to be there.
#[derive(Debug)]
pub(crate) struct Need {
    name: &'static str,
    /// Answers with success if it is there.
    probe: &'static [&'static str],
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    /// A Debian package.
    Apt,
    /// A crate on crates.io.
    Cargo,
    /// A component of the toolchain, which is its owner's to change.
    Rustup,
}

/// Sessions of the fixture platform can be kept in real Redis servers.
pub(crate) const REDIS: Need =
    Need { name: "redis-server", probe: &["redis-server", "--version"], source: Source::Apt };

/// The report for people is opened in a browser.
const CHROMIUM: Need = Need { name: "chromium", probe: &["chromium", "--version"], source: Source::Apt };

/// Everything that `cargo xtask test` needs; what is quickly missed comes first.
pub(crate) const ALL: [Need; 6] = [
    Need { name: "rustfmt", probe: &["cargo", "fmt", "--version"], source: Source::Rustup },
    Need { name: "clippy", probe: &["cargo", "clippy", "--version"], source: Source::Rustup },
    REDIS,
    Need { name: "python3-venv", probe: &["python3", "-c", "import ensurepip, venv"], source: Source::Apt },
    CHROMIUM,
    Need { name: "cargo-nextest", probe: &["cargo", "nextest", "--version"], source: Source::Cargo },
];

/// Makes sure that all of them are there. Otherwise the error says what to type.
pub(crate) fn meet(needs: &[Need], world: &World) -> Result<(), Trouble> {
    for need in needs.iter().filter(|need| !is_there(need, world)) {
        match need.source {
            Source::Apt if can_apt(world) => {
                println!("`{}` is missing, installing it with apt-get", need.name);
                apt(world, &["update"])?;
                apt(world, &["install", "-y", "--no-install-recommends", need.name])?;
            }
            Source::Cargo => {
                println!("`{}` is missing, building it with cargo; this takes minutes, once", need.name);
                let installed = world.cargo().args(["install", need.name, "--locked"]).status()?;
                if !installed.success() {
                    return Err(missing(need));
                }
            }
            Source::Apt | Source::Rustup => return Err(missing(need)),
        }
        if !is_there(need, world) {
            return Err(format!("`{}` was installed, but `{}` fails", need.name, need.probe.join(" ")).into());
        }
    }
    Ok(())
}

fn is_there(need: &Need, world: &World) -> bool {
    let mut command = match need.probe {
        ["cargo", arguments @ ..] => {
            let mut cargo = world.cargo();
            cargo.args(arguments);
            cargo
        }
        [program, arguments @ ..] => {
            let mut command = world.command(program);
            command.args(arguments);
            command
        }
        [] => return true,
    };
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn missing(need: &Need) -> Trouble {
    format!("`{}` is needed and missing; install it with `{}`", need.name, command_line(need)).into()
}

fn command_line(need: &Need) -> String {
    match need.source {
        Source::Apt => format!("sudo apt-get update && sudo apt-get install -y {}", need.name),
        Source::Cargo => format!("cargo install {} --locked", need.name),
        Source::Rustup => format!("rustup component add {}", need.name),
    }
}

fn can_apt(world: &World) -> bool {
    let user = world.command("id").arg("-u").output();
    let is_root = user.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    is_root && world.find("apt-get").is_some()
}

fn apt(world: &World, arguments: &[&str]) -> Result<(), Trouble> {
    let status =
        world.command("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status()?;
    if status.success() { Ok(()) } else { Err(format!("`apt-get {}` failed", arguments.join(" ")).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_the_command_that_brings_it() {
        let said: Vec<String> = ALL.iter().map(|need| missing(need).to_string()).collect();
        assert_eq!(
            said[0],
            "`rustfmt` is needed and missing; install it with `rustup component add rustfmt`"
        );
        assert!(said[2].ends_with("`sudo apt-get update && sudo apt-get install -y redis-server`"));
        assert!(said[5].ends_with("`cargo install cargo-nextest --locked`"));
    }
}
