//! SIGINT and SIGTERM: no new case starts, running ones are ended, what they made is taken away, reports are written.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use smokestack_core::{ExitCode, Signal};

use crate::console::Console;

/// Whoever waits and wants to hear of a signal.
pub(crate) trait Hears: Send + Sync {
    /// It came.
    fn hear(&self, signal: Signal);
}

/// Whether the run is to end before its time.
#[derive(Default)]
pub(crate) struct Interruption {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    signal: Option<Signal>,
    waiting: Vec<Weak<dyn Hears>>,
}

impl Interruption {
    /// Listens from here on, on a thread of its own: cases can block all others. The second signal ends the process at once.
    pub(crate) fn listen(console: Console) -> Arc<Interruption> {
        let interruption = Arc::new(Interruption::default());
        let heard = Arc::clone(&interruption);
        // Where the system does not let us, signals end the process as they do any other.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return interruption };
        let thread = std::thread::Builder::new().name("signals".to_owned());
        let _ = thread.spawn(move || {
            for signal in signals.forever() {
                let signal = if signal == SIGTERM { Signal::Terminate } else { Signal::Interrupt };
                if heard.signal().is_some() {
                    std::process::exit(i32::from(ExitCode::from(signal) as u8));
                }
                console.say(&format!(
                    "{}: no further case starts, and what cases made is taken away; a second signal ends the run at once",
                    signal.word()
                ));
                heard.raise(signal);
            }
        });
        interruption
    }

    /// The signal that came, if one did.
    pub(crate) fn signal(&self) -> Option<Signal> {
        self.state().signal
    }

    /// Whoever waits hears of a signal, also of one that came before.
    pub(crate) fn watch(&self, waiting: &Arc<impl Hears + 'static>) {
        let mut state = self.state();
        if let Some(signal) = state.signal {
            return waiting.hear(signal);
        }
        state.waiting.retain(|waiting| waiting.strong_count() > 0);
        let waiting: Arc<dyn Hears> = Arc::clone(waiting) as Arc<dyn Hears>;
        state.waiting.push(Arc::downgrade(&waiting));
    }

    fn raise(&self, signal: Signal) {
        let mut state = self.state();
        state.signal = Some(signal);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.iter().filter_map(Weak::upgrade).for_each(|waiting| waiting.hear(signal));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Ear(mpsc::Sender<Signal>);

    impl Hears for Ear {
        fn hear(&self, signal: Signal) {
            let _ = self.0.send(signal);
        }
    }

    #[test]
    fn whoever_waits_hears_of_a_signal_and_whoever_waits_no_more_is_forgotten() {
        let interruption = Interruption::default();
        let ((tell, told), (gone, never)) = (mpsc::channel(), mpsc::channel());
        let ear = Arc::new(Ear(tell));
        interruption.watch(&ear);
        interruption.watch(&Arc::new(Ear(gone)));
        assert_eq!(interruption.signal(), None);
        interruption.raise(Signal::Terminate);
        assert_eq!((told.recv(), never.recv().is_err()), (Ok(Signal::Terminate), true));
        assert_eq!(interruption.signal(), Some(Signal::Terminate));
    }

    #[test]
    fn whoever_comes_after_a_signal_hears_of_it_at_once() {
        let interruption = Interruption::default();
        interruption.raise(Signal::Interrupt);
        let (tell, told) = mpsc::channel();
        interruption.watch(&Arc::new(Ear(tell)));
        assert_eq!(told.recv(), Ok(Signal::Interrupt));
    }
}
