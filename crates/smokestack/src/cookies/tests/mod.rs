//! The jar seen from outside: tables of decisions, and inputs nobody would think of.

mod agreement;
mod any_header;
mod explained;
mod row;
mod table;
