//! What somebody waits for: a value, or a signal that ends the run. Where nobody is left to tell either, the wait ends too.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use smokestack_core::Signal;

use crate::interruption::{Hears, Interruption};

/// What came first.
#[derive(Debug)]
pub(crate) enum Told<T> {
    Value(T),
    Signal(Signal),
}

/// Tells the value; held by whoever makes it alone, so that the wait ends where it is gone.
pub(crate) struct Teller<T>(Sender<Told<T>>);

impl<T> Teller<T> {
    /// Tells the value, if anybody waits for it still.
    pub(crate) fn tell(&self, value: T) {
        let _ = self.0.send(Told::Value(value));
    }
}

impl<T: Send> Hears for Teller<T> {
    fn hear(&self, signal: Signal) {
        let _ = self.0.send(Told::Signal(signal));
    }
}

/// A teller and where it is heard.
pub(crate) fn channel<T: Send + 'static>(interruption: &Interruption) -> (Arc<Teller<T>>, Receiver<Told<T>>) {
    let (tell, told) = mpsc::channel();
    let teller = Arc::new(Teller(tell));
    interruption.watch(&teller);
    (teller, told)
}
