//! `cargo xtask bench page`: what reading a page and asking ten questions costs against the bare parser.

use std::process::Stdio;

use clap::{Args, ValueEnum};

use crate::world::World;
use crate::{Done, Trouble};

/// How much more than the bare parser it may take.
const BAR: f64 = 1.2;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to measure
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// A page of 30 KB, parsed, and ten elements found in it, against bare scraper
    Page,
}

/// A measurement: how many nanoseconds the median round took.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measured {
    bytes: u64,
    bare: f64,
    ours: f64,
}

/// Runs it.
pub(crate) fn run(bench: &Bench, world: &World) -> Done {
    let What::Page = bench.what;
    println!("building with optimisations, which takes minutes the first time");
    let mut cargo = world.cargo();
    cargo.args(["test", "--release", "--quiet", "-p", "smokestack", "--lib", "--"]);
    cargo.args([
        "--ignored",
        "--exact",
        "page::bench::a_page_and_ten_finds_against_bare_scraper",
        "--nocapture",
    ]);
    let output = cargo.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let measured = measured(&text).filter(|_| output.status.success()).ok_or_else(|| not_measured(&text))?;
    let Measured { bytes, bare, ours } = measured;
    let ratio = ours / bare;
    println!("a page of {bytes} bytes, parsed, and ten finds; medians of rounds in turn");
    println!("  bare scraper  {:7.1} µs", bare / 1000.0);
    println!("  smokestack    {:7.1} µs", ours / 1000.0);
    let words = if ratio <= BAR { "met" } else { "not met" };
    println!("ratio {ratio:.2}; the bar of {BAR} is {words}");
    Ok(ratio <= BAR)
}

fn not_measured(text: &str) -> Trouble {
    format!("{text}\nthe measurement did not run").into()
}

fn measured(text: &str) -> Option<Measured> {
    let (_, line) = text.split_once("bench page: ")?;
    let line = line.lines().next()?;
    let numbers: Vec<f64> =
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [bytes, bare, ours] if bare > 0.0 => Some(Measured { bytes: bytes as u64, bare, ours }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_measurement_is_found_among_those_of_the_test_harness() {
        let text =
            "\nrunning 1 test\ntest x ... bench page: 30120 bytes, bare 500000 ns, ours 550000 ns\nok\n";
        assert_eq!(measured(text), Some(Measured { bytes: 30120, bare: 500_000.0, ours: 550_000.0 }));
        assert_eq!(measured("running 0 tests"), None);
    }
}
