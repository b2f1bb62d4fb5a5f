//! The harness seen from outside.

mod carried;
mod credentials;
mod django;
mod foreign;
mod incident;
mod login_guide;
mod nextest;
mod platform_file;
mod public_names;
mod routing;
mod secrets;
mod shown;
mod specimens;
mod unreachable;
