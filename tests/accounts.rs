//! The accounts of the stock platform file, and who they are on a platform.

use fixture_platform::User;

/// The variables with the credentials of all accounts: the platform's users in their order.
pub(crate) fn credentials(users: &[User]) -> Vec<(String, String)> {
    let accounts = ["DISPATCHER", "VIEWER"].into_iter().zip(users);
    let variables = accounts.flat_map(|(account, user)| {
        [
            (format!("SMOKESTACK_{account}_USERNAME"), user.name.clone()),
            (format!("SMOKESTACK_{account}_PASSWORD"), user.password.clone()),
        ]
    });
    variables.collect()
}
