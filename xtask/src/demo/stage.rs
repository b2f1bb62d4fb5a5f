//! A platform of the demo, with the stores that it keeps sessions in.

use fixture_platform::{Fault, Options, Platform, RedisServer, Target, User};

use crate::Trouble;

/// Fields are dropped in this order: the stores go after the platform that uses them.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) target: Target,
    pub(crate) platform: Platform,
    /// The people behind the accounts of the stock platform file, in its order.
    pub(crate) users: Vec<User>,
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
        let users = platform.users().to_vec();
        Ok(Stage { target, platform, users, _stores: stores })
    }

    /// The variables with the credentials of the stock platform file's accounts.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = (String, &str)> {
        let accounts = ["DISPATCHER", "VIEWER"].into_iter().zip(&self.users);
        accounts.flat_map(|(account, user)| {
            [
                (format!("SMOKESTACK_{account}_USERNAME"), user.name.as_str()),
                (format!("SMOKESTACK_{account}_PASSWORD"), user.password.as_str()),
            ]
        })
    }
}
