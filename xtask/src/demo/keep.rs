//! The broken platform, left running for a while to be tried by hand.

use std::io;
use std::time::Duration;

use crate::signals::Signals;

use super::stage::Stage;

/// Says how to get in, and waits. The only place that prints a password: a random one, of a platform that lives
/// for minutes and listens on this machine alone.
pub(super) fn open(stage: &Stage, time: Duration) -> io::Result<()> {
    let Stage { target, platform, users, .. } = stage;
    let mut signals = Signals::hear()?;
    println!("\n# the platform of act 2 keeps running\n");
    println!("address   {}", platform.url());
    println!("address   http://{}", platform.address());
    for user in users {
        println!("user      {}, password {}", user.name, user.password);
    }
    let variables: Vec<String> = stage.credentials().map(|(name, value)| format!("{name}={value}")).collect();
    println!(
        "suites    SMOKESTACK_TARGET={target} SMOKESTACK_URL={} {} cargo test -p suites",
        platform.url(),
        variables.join(" ")
    );
    println!("ends in   {}, or on Ctrl-C", humantime::format_duration(time));
    signals.within(time);
    Ok(())
}
