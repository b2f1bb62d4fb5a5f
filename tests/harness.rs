//! The harness seen from outside.

mod carried;
mod django;
mod faults;
mod foreign;
mod incident;
mod nextest;
mod platform_file;
mod public_names;
mod routing;
mod secrets;
mod shown;
mod specimens;
mod unreachable;
