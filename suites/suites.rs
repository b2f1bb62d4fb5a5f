//! The stock suites as a test binary: `cargo test -p suites`, `cargo nextest run -p suites`.

use std::process::ExitCode;

use fixture_platform::{Options, Platform, Release, Target};
use smokestack::Demo;

fn main() -> ExitCode {
    smokestack_runner::main(stock_suites::all().demo(start_demo))
}

/// The fixture platform on a free port, with one of its users as the suites' account.
fn start_demo() -> Result<Demo, String> {
    let options = Options::new(Target::Staging).release(Release::R2);
    let platform = Platform::start(options).map_err(|error| error.to_string())?;
    let user = platform.users().first().cloned().ok_or("it has no user")?;
    Ok(Demo::new(platform.url(), platform)
        .env("SMOKESTACK_DISPATCHER_USERNAME", user.name)
        .env("SMOKESTACK_DISPATCHER_PASSWORD", user.password))
}
