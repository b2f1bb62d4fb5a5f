//! One act of the demo: the stock suites look at a platform, as a pipeline would let them.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use crate::Trouble;
use crate::world::World;

use super::judgement::Told;
use super::stage::Stage;
use super::tee;

pub(super) struct Act<'a> {
    pub(super) binary: &'a Path,
    /// The folder for JUnit reports.
    pub(super) reports: &'a Path,
    pub(super) stage: &'a Stage,
}

impl Act<'_> {
    /// Runs the suites and passes on what they say.
    pub(super) fn play(&self, world: &World) -> Result<Told, Trouble> {
        let Stage { target, platform, users, .. } = self.stage;
        let junit = self.reports.join(format!("{target}.xml"));
        // A report of an earlier demo must not be taken for this one's.
        if junit.exists() {
            fs::remove_file(&junit)?;
        }
        let mut suite = world.suite(self.binary);
        suite
            .env("SMOKESTACK_TARGET", target.name())
            .env("SMOKESTACK_URL", platform.url())
            .envs(self.stage.credentials())
            .env("SMOKESTACK_JUNIT", &junit)
            // Somebody relies on this run: it must not pass because nothing ran.
            .env("SMOKESTACK_GATE", "1");
        if world.colour {
            suite.args(["--color", "always"]);
        }
        suite.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let begun = Instant::now();
        let (status, stdout, stderr) = tee::run(&mut suite)?;
        let took = begun.elapsed();
        let report = fs::read_to_string(&junit).unwrap_or_default();
        let leaks = [&stdout, &stderr, &report]
            .into_iter()
            .any(|text| users.iter().any(|user| text.contains(&user.password)));
        Ok(Told { code: status.code(), stderr, report, took, junit, leaks })
    }
}
