//! Which cases may run beside each other: no more than the target allows, of a component no more than that allows, one for
//! each lock, and a serial one alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use smokestack_core::{Case, Limits, Signal};

use crate::interruption::Hears;

/// The places in which cases run.
#[derive(Debug)]
pub(crate) struct Slots {
    most: usize,
    of_components: BTreeMap<String, usize>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    serial: bool,
    locks: BTreeSet<String>,
    of_components: BTreeMap<String, usize>,
    /// A signal came: whoever waits goes on, and is told of it where it would begin.
    is_over: bool,
}

/// A place that is taken; given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Slot<'a> {
    slots: &'a Slots,
    case: &'a Case,
}

impl Slots {
    /// Places for so many cases at once.
    pub(crate) fn new(most: usize, limits: &Limits) -> Arc<Slots> {
        Arc::new(Slots {
            most: most.max(1),
            of_components: limits.of_components.clone(),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Whether a case may have to wait for others although there is a place.
    pub(crate) fn may_wait(&self, case: &Case) -> bool {
        let is_limited = case.component.as_ref().is_some_and(|name| self.of_components.contains_key(name));
        case.serial || case.lock.is_some() || is_limited
    }

    /// Waits for a place. Whoever waits keeps nobody else from one, so that they cannot wait for each other.
    pub(crate) fn take<'a>(&'a self, case: &'a Case) -> Slot<'a> {
        let mut state = self.state();
        while !state.is_over && !self.is_free(&state, case) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.running += 1;
        state.serial |= case.serial;
        state.locks.extend(case.lock.clone());
        if let Some(name) = &case.component {
            *state.of_components.entry(name.clone()).or_default() += 1;
        }
        Slot { slots: self, case }
    }

    fn is_free(&self, state: &State, case: &Case) -> bool {
        let of_component = |name: &String| {
            let running = state.of_components.get(name).copied().unwrap_or_default();
            self.of_components.get(name).is_none_or(|most| running < *most)
        };
        !state.serial
            && (state.running == 0 || !case.serial)
            && state.running < self.most
            && case.lock.as_ref().is_none_or(|lock| !state.locks.contains(lock))
            && case.component.as_ref().is_none_or(of_component)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hears for Slots {
    fn hear(&self, _: Signal) {
        self.state().is_over = true;
        self.changed.notify_all();
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        state.running -= 1;
        if self.case.serial {
            state.serial = false;
        }
        if let Some(lock) = &self.case.lock {
            state.locks.remove(lock);
        }
        if let Some(running) = self.case.component.as_ref().and_then(|name| state.of_components.get_mut(name))
        {
            *running -= 1;
        }
        drop(state);
        self.slots.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use smokestack_core::{Ending, Place};

    use super::*;

    fn case(component: Option<&str>, lock: Option<&str>, serial: bool) -> Case {
        let body =
            Arc::new(|_| Box::pin(async { Ending::Done }) as smokestack_core::BoxFuture<'static, Ending>);
        Case {
            component: component.map(Into::into),
            lock: lock.map(Into::into),
            serial,
            ..Case::new(Place::caller(), body)
        }
    }

    fn slots(most: usize, of_components: &[(&str, usize)]) -> Arc<Slots> {
        let of_components = of_components.iter().map(|(name, most)| ((*name).to_owned(), *most)).collect();
        Slots::new(most, &Limits { of_components, ..Limits::default() })
    }

    /// Whether the case would have to wait now.
    fn waits(slots: &Slots, case: &Case) -> bool {
        !slots.is_free(&slots.state(), case)
    }

    #[test]
    fn there_are_as_many_places_as_the_target_allows() {
        let (slots, plain) = (slots(2, &[]), case(None, None, false));
        let first = slots.take(&plain);
        let _second = slots.take(&plain);
        assert!(waits(&slots, &plain));
        drop(first);
        assert!(!waits(&slots, &plain));
    }

    #[test]
    fn a_component_has_a_limit_of_its_own() {
        let slots = slots(9, &[("invoices", 1)]);
        let (invoices, portal) = (case(Some("invoices"), None, false), case(Some("portal"), None, false));
        let _one = slots.take(&invoices);
        assert!(waits(&slots, &invoices) && !waits(&slots, &portal));
        assert!(slots.may_wait(&invoices) && !slots.may_wait(&portal));
    }

    #[test]
    fn a_lock_is_held_by_one_case() {
        let slots = slots(9, &[]);
        let (mail, clock) = (case(None, Some("mail"), false), case(None, Some("clock"), false));
        let one = slots.take(&mail);
        assert!(waits(&slots, &mail) && !waits(&slots, &clock));
        drop(one);
        assert!(!waits(&slots, &mail));
    }

    #[test]
    fn a_serial_case_is_alone() {
        let slots = slots(9, &[]);
        let (plain, alone) = (case(None, None, false), case(None, None, true));
        let one = slots.take(&plain);
        assert!(waits(&slots, &alone));
        drop(one);
        let _alone = slots.take(&alone);
        assert!(waits(&slots, &plain) && waits(&slots, &alone));
    }

    #[test]
    fn whoever_waits_goes_on_after_a_signal() {
        let slots = slots(1, &[]);
        let held = case(None, None, false);
        let _held = slots.take(&held);
        let (tell, told) = mpsc::channel();
        let waiting = Arc::clone(&slots);
        let thread = std::thread::spawn(move || {
            let case = case(None, None, false);
            let slot = waiting.take(&case);
            let _ = tell.send(());
            drop(slot);
        });
        slots.hear(Signal::Interrupt);
        told.recv().unwrap();
        thread.join().unwrap();
    }

    #[test]
    fn many_threads_never_break_a_rule() {
        let slots = slots(3, &[("invoices", 1)]);
        let cases: Vec<Case> = (0..60)
            .map(|n| case((n % 3 == 0).then_some("invoices"), (n % 4 == 0).then_some("mail"), n % 20 == 0))
            .collect();
        let running = AtomicUsize::new(0);
        let next = Mutex::new(cases.iter());
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    loop {
                        let Some(case) = next.lock().unwrap().next() else { break };
                        let slot = slots.take(case);
                        let beside = running.fetch_add(1, Ordering::SeqCst);
                        assert!(beside < 3 && (beside == 0 || !case.serial), "{beside} beside {case:?}");
                        std::thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                        drop(slot);
                    }
                });
            }
        });
    }
}
