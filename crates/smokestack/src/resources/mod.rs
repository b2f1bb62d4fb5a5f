//! What a page needs beside itself: style sheets, scripts, images, fonts and the rest, found as browsers find them, fetched
//! once per run, judged as browsers judge them; and the pages that it links to.

mod cache;
mod css;
mod fetch;
mod integrity;
mod judge;
mod kind;
mod links;
mod loaded;
mod named;
mod pace;
mod srcset;
#[cfg(test)]
mod tests;

pub(crate) use fetch::Shelf;
pub use links::FollowedLinks;
pub use loaded::Resources;
pub(crate) use pace::Pace;
