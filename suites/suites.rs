//! The stock suites as a test binary: `cargo test -p suites`, `cargo nextest run -p suites`.

use std::process::ExitCode;

use fixture_platform::{Options, Platform, Release, Target};
use smokestack::Demo;

fn main() -> ExitCode {
    smokestack_runner::main(stock_suites::all().demo(start_demo))
}

/// The fixture platform on a free port, with its users as the suites' accounts.
fn start_demo() -> Result<Demo, String> {
    let options = Options::new(Target::Staging).release(Release::R2);
    let platform = Platform::start(options).map_err(|error| error.to_string())?;
    let accounts = ["DISPATCHER", "VIEWER"].into_iter().zip(platform.users().to_vec());
    let demo = Demo::new(platform.url(), platform);
    Ok(accounts.fold(demo, |demo, (account, user)| {
        demo.env(format!("SMOKESTACK_{account}_USERNAME"), user.name)
            .env(format!("SMOKESTACK_{account}_PASSWORD"), user.password)
    }))
}
