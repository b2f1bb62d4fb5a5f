//! Reports: each is a function of the record or of a part of it.

pub(crate) mod exchange;
pub(crate) mod junit;
pub(crate) mod last_line;
pub(crate) mod page_text;
pub(crate) mod summary;
pub(crate) mod text;
