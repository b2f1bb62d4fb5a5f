//! Panics: one of a case or of the target is kept for whoever waits and prints nothing; one of libtest-mimic's printer means that
//! nobody reads its output any more.

use std::any::Any;
use std::future::Future;
use std::panic::PanicHookInfo;
use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::Place;

tokio::task_local! {
    static WITNESS: Witness;
}

/// Keeps the first panic of a future: its message may hold a secret, so the default hook must not print it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Mutex<Option<Panicked>>>);

/// What a panic said, and where.
#[derive(Clone, Debug)]
pub(crate) struct Panicked {
    pub(crate) message: String,
    pub(crate) place: Option<Place>,
}

/// Sets the hook that knows whether a panic is witnessed. Panics elsewhere go to the hook that was set before.
pub(crate) fn install() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_witnessed = WITNESS.try_with(|witness| witness.keep(info)).is_ok();
        if !is_witnessed && !is_of_printer(info) {
            before(info);
        }
    }));
}

/// The future, with its panics kept by the witness.
pub(crate) fn witnessed<F: Future>(witness: Witness, future: F) -> impl Future<Output = F::Output> {
    WITNESS.scope(witness, future)
}

/// A caught panic's message.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a value that is no text".to_owned())
}

impl Witness {
    /// The panic, if there was one.
    pub(crate) fn panicked(&self) -> Option<Panicked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the panic said.
    pub(crate) fn message(&self) -> String {
        self.panicked().map_or_else(|| "nothing is known of why".to_owned(), |panicked| panicked.message)
    }

    fn keep(&self, info: &PanicHookInfo<'_>) {
        let panicked = Panicked { message: message(info.payload()), place: info.location().map(Place::from) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panicked);
    }
}

/// libtest-mimic unwraps every write; the panic is caught and told in a line where that is of use.
fn is_of_printer(info: &PanicHookInfo<'_>) -> bool {
    info.location().is_some_and(|location| location.file().contains("libtest-mimic"))
}
