//! The harness seen from outside.

mod accepted_contract;
mod accounts;
mod bad_logins;
mod carried;
mod contract;
mod credentials;
mod django;
mod faults;
mod foreign;
mod incident;
mod killed;
mod leases;
mod login_guide;
mod matrix;
mod nextest;
mod page_tables;
mod platform_file;
mod public_names;
mod reuse_sessions;
mod routing;
mod secrets;
mod sessions_across_processes;
mod settings;
mod shown;
mod specimens;
mod unreachable;
