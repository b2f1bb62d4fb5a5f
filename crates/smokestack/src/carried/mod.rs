//! What is saved before a deploy and carried over it: signed-in sessions, a visitor's jar, loaded forms.

mod file;
mod kept;
mod prime;
mod seal;

pub use file::CarriedError;
pub(crate) use file::read;
pub(crate) use kept::{Carried, KeptForm};
pub(crate) use prime::passphrase;
pub use prime::{PrimeError, Primed};
