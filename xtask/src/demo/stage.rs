//! A platform of the demo, with the stores that it keeps sessions in.

use fixture_platform::{Fault, Options, Platform, RedisServer, Target, User};

use crate::Trouble;

/// Fields are dropped in this order: the stores go after the platform that uses them.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) target: Target,
    pub(crate) platform: Platform,
    /// Who signs in.
    pub(crate) user: User,
    _stores: Option<[RedisServer; 2]>,
}

impl Stage {
    /// Starts a platform with these faults on: release 2023.32, a free port, random passwords.
    pub(crate) fn start(target: Target, faults: &[Fault], redis: bool) -> Result<Stage, Trouble> {
        let stores = if redis { Some([RedisServer::start()?, RedisServer::start()?]) } else { None };
        let mut options = faults.iter().fold(Options::new(target), |options, fault| options.fault(*fault));
        if let Some([primary, old]) = &stores {
            options = options.stores(primary.url(), old.url());
        }
        let platform = Platform::start(options)?;
        let user = platform.users().first().cloned().ok_or("the platform has no user")?;
        Ok(Stage { target, platform, user, _stores: stores })
    }
}
