//! The stock suites: what every platform behind one sign-in needs, driven by `smokestack.toml` alone.

pub mod carried;
pub mod health;
pub mod login;
pub mod pages;
mod record;
pub mod release;
pub mod resources;
pub mod session;
pub mod time;
pub mod transport;

use smokestack::Suites;

/// All stock suites.
pub fn all() -> Suites {
    let suites = [
        login::suite(),
        session::suite(),
        carried::suite(),
        pages::suite(),
        resources::suite(),
        transport::suite(),
        health::suite(),
        time::suite(),
        release::suite(),
    ];
    Suites::new("suites", suites)
}
