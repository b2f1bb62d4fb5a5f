//! What people do to the controls of a form, and what a browser lets them.

use super::constraints;
use super::control::{Control, File, Kind};
use super::lookup::{self, Choices, Miss};
use super::sheet::Sheet;

/// What to say where a browser does less than a script could.
const SCRIPTED: &str = "where a script of the page does this, say `.scripted()` before the fields";

impl Sheet {
    pub(super) fn fill(&mut self, field: &str, value: &str) -> Result<(), Miss> {
        let writable = |control: &Control| matches!(control.kind, Kind::Hidden(_) | Kind::Text(..));
        let control = self.usable(field, writable, "a field to write into")?;
        control.touched = true;
        match &mut control.kind {
            Kind::Hidden(held) => value.clone_into(held),
            Kind::Text(kind, held) => {
                *held = kind.held(value).ok_or_else(|| {
                    let expected = format!("a value for {}, such as {}", kind.sort(), kind.example());
                    Miss::new(expected, format!("{value:?}"))
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn attach(&mut self, field: &str, file: File) -> Result<(), Miss> {
        let takes = |control: &Control| matches!(control.kind, Kind::Files { .. });
        let control = self.usable(field, takes, "a field for files")?;
        if let Kind::Files { multiple, files } = &mut control.kind {
            if !*multiple {
                files.clear();
            }
            files.push(file);
        }
        Ok(())
    }

    pub(super) fn check(&mut self, field: &str, on: bool) -> Result<(), Miss> {
        let is_toggle = |control: &Control| control.toggle().is_some();
        self.usable(field, is_toggle, "a box to check")?;
        let n = lookup::field(&self.controls, field, is_toggle)?;
        self.toggle(n, on)
    }

    pub(super) fn choose(&mut self, field: &str, option: &str, on: bool) -> Result<(), Miss> {
        let n = match lookup::choices(&self.controls, field)? {
            Choices::Of(n) => n,
            Choices::Among(among) => {
                let n = lookup::member(&self.controls, &among, option)?;
                self.is_usable(n)?;
                return self.toggle(n, on);
            }
        };
        self.is_usable(n)?;
        let scripted = self.scripted;
        let Kind::List(list) = &mut self.controls[n].kind else { return Ok(()) };
        let chosen = lookup::option(list, option)?;
        if list.options[chosen].disabled && !scripted {
            return Err(Miss::new("an option that can be chosen", "it is disabled").help(SCRIPTED));
        }
        match (on, list.multiple) {
            (true, _) => list.select(chosen),
            (false, true) => list.options[chosen].selected = false,
            (false, false) => return Err(one_stays()),
        }
        if scripted {
            list.options[chosen].disabled = false;
        }
        Ok(())
    }

    /// The value that a field has now.
    pub(super) fn value(&self, field: &str) -> Option<&str> {
        // Of a group, the one that is checked.
        if let Ok(Choices::Among(among)) = lookup::choices(&self.controls, field) {
            return among.iter().find_map(|n| self.controls[*n].value());
        }
        let found = lookup::field(&self.controls, field, |_| true).ok()?;
        self.controls[found].value()
    }

    /// Writes into the field of this name, as a script would.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let controls = &mut self.controls;
        let named = |control: &Control| !control.is_button() && control.name == name;
        let holds = |control: &Control| control.toggle().is_some_and(|toggle| toggle.value == value);
        let meant = controls.iter().position(|control| named(control) && holds(control));
        let Some(n) = meant.or_else(|| controls.iter().position(named)) else { return };
        match &mut controls[n].kind {
            Kind::Text(_, held) | Kind::Hidden(held) => value.clone_into(held),
            Kind::List(list) => match lookup::option(list, value) {
                Ok(chosen) => list.select(chosen),
                // A script would have put it there.
                Err(_) => controls[n].kind = Kind::Hidden(value.to_owned()),
            },
            Kind::Toggle(toggle) => {
                value.clone_into(&mut toggle.value);
                let _ = self.toggle(n, true);
            }
            Kind::Files { .. } | Kind::Button(_) => {}
        }
    }

    /// Why a browser would not send the form by this button: what, and what is the matter with it.
    pub(super) fn held_back(&self, pressed: Option<usize>) -> Vec<(String, Miss)> {
        if let Some(button) = pressed.and_then(|n| self.controls.get(n)) {
            let what = || format!("button `{}`", button.called());
            if !button.sends() {
                let found = "one that leaves it to a script of the page";
                let miss = Miss::new("a button that sends the form", found);
                return vec![(what(), miss.help("`session.post(..)` sends what the script would"))];
            }
            if button.disabled && !self.scripted {
                let miss = Miss::new("a button that can be pressed", "it is disabled");
                return vec![(what(), miss.help(SCRIPTED))];
            }
        }
        let button = pressed.and_then(|n| self.controls.get(n)?.button());
        if self.scripted || self.novalidate || button.is_some_and(|button| button.novalidate) {
            return Vec::new();
        }
        let unfit = constraints::unfit(&self.controls).into_iter().map(|unfit| {
            let control = &self.controls[unfit.control];
            let is_group = control.toggle().is_some_and(|toggle| toggle.radio) && !control.group.is_empty();
            let called = if is_group { &control.group } else { control.called() };
            let miss = Miss::new(unfit.expected, unfit.found).note("a browser does not send such a form");
            (format!("field `{called}`"), miss.help(SCRIPTED))
        });
        unfit.collect()
    }

    /// The field of these words, if it is such a one and a browser lets people change it.
    fn usable(
        &mut self,
        field: &str,
        fits: impl Fn(&Control) -> bool,
        expected: &str,
    ) -> Result<&mut Control, Miss> {
        let n = lookup::field(&self.controls, field, &fits)?;
        let control = &self.controls[n];
        if !fits(control) {
            let miss = Miss::new(expected, control.sort());
            return Err(Miss { help: lookup::how(control, field), ..miss });
        }
        self.is_usable(n)?;
        Ok(&mut self.controls[n])
    }

    fn is_usable(&mut self, n: usize) -> Result<(), Miss> {
        let control = &mut self.controls[n];
        if self.scripted {
            (control.disabled, control.readonly) = (false, false);
            return Ok(());
        }
        let why = match control {
            control if control.disabled => "it is disabled",
            control if control.readonly => "it is read-only",
            _ => return Ok(()),
        };
        Err(Miss::new("a field that can be filled", why).help(SCRIPTED))
    }

    fn toggle(&mut self, n: usize, on: bool) -> Result<(), Miss> {
        let name = self.controls[n].name.clone();
        let Kind::Toggle(toggle) = &mut self.controls[n].kind else { return Ok(()) };
        if toggle.radio && !on {
            return Err(one_stays());
        }
        toggle.checked = on;
        if toggle.radio && !name.is_empty() {
            for (other, control) in self.controls.iter_mut().enumerate() {
                match &mut control.kind {
                    Kind::Toggle(toggle) if toggle.radio && other != n && control.name == name => {
                        toggle.checked = false;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn one_stays() -> Miss {
    let miss = Miss::new("a choice that can be taken back", "one of which one stays chosen");
    miss.help("`.choose(..)` chooses another one")
}
