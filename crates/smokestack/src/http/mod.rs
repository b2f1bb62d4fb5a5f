//! Requests over real sockets: one hop at a time, each with its answer or the reason why none came.

mod client;
mod connect;
mod detour;
mod handshake;
mod resolve;
mod silence;
#[cfg(test)]
mod tests;

pub(crate) use client::{Answer, Client, Connection, Outgoing};
pub(crate) use detour::Detour;
pub(crate) use handshake::Shown;
