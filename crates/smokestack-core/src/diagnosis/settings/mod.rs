//! What differing settings of two components mean for the session they share.

mod address;
mod comparison;
mod key;
mod location;
mod meaning;
mod server;
mod store;
#[cfg(test)]
mod tests;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use comparison::{Apart, compare};
use key::Key;
use location::Location;
use meaning::Meaning;
use store::{Setting, Store};

/// The settings of a component: flat keys and values, secrets as their fingerprints.
type Settings = BTreeMap<String, String>;

/// A setting about sessions in which a component differs from the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// As the issuer spells it, or the component if only that has it.
    pub(super) key: String,
    /// As the component spells it.
    pub(super) component_key: String,
    pub(super) issuer: Option<String>,
    pub(super) component: Option<String>,
    meaning: Meaning,
    is_sure: bool,
}

/// The settings about sessions in which two components differ, what explains most first. A store is compared by what
/// its address means, whatever the dialect; the rest by keys, whatever their spelling.
pub(super) fn differences(issuer: &Settings, component: &Settings) -> Vec<Difference> {
    let (ours, theirs) = (Location::of(issuer), Location::of(component));
    let mut differences = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let is_sure = ours.is_sure && theirs.is_sure;
    if let (Some(our_store), Some(their_store)) = (ours.store(), theirs.store())
        && let Some(aparts) = compare(&our_store, &their_store)
    {
        differences.extend(aparts.into_iter().map(|apart| Difference::of(apart, is_sure)));
        done.extend(our_store.keys.iter().chain(&their_store.keys));
    }
    let mut names: BTreeSet<Name> = BTreeSet::new();
    let (ours, theirs) = (by_name(issuer, &done), by_name(component, &done));
    names.extend(ours.keys().chain(theirs.keys()).cloned());
    for name in names {
        differences.extend(difference(ours.get(&name), theirs.get(&name)));
    }
    differences.sort_by_key(|difference| std::cmp::Reverse((difference.explains(), difference.weight())));
    // What only one of them sets is worth a look as long as nothing explains the loss.
    if differences.first().is_some_and(Difference::explains) {
        differences.retain(Difference::is_of_both);
    }
    let mut shown: Vec<Difference> = Vec::new();
    // Two addresses may differ in more than one of their parts.
    differences.retain(|difference| {
        let is_new = !shown.iter().any(|shown| shown.shows_the_same(difference));
        shown.extend(is_new.then(|| difference.clone()));
        is_new
    });
    differences
}

/// A setting of the issuer that differs from the one value that all these components have.
pub(super) fn apart_from_all(issuer: &Settings, components: &[&Settings]) -> Option<Difference> {
    let (first, others) = components.split_first()?;
    let is_shared = |difference: &Difference| {
        let alike = |found: &Difference| found.key == difference.key && found.meaning == difference.meaning;
        let value = |settings: &Settings| settings.get(&difference.component_key).cloned();
        others
            .iter()
            .all(|other| value(other) == value(first) && differences(issuer, other).iter().any(alike))
    };
    differences(issuer, first).into_iter().find(is_shared)
}

/// The setting by which a component says that a session belongs to the instance which it reached first, where it does.
pub(super) fn bound_to_an_instance(settings: &Settings) -> Option<(&str, &str)> {
    const YES: [&str; 5] = ["true", "1", "yes", "on", "enabled"];
    let says = |key: &Key<'_>| {
        key.has(&["sticky"]) || (key.has(&["instance", "node"]) && key.has(&["bound", "affinity", "local"]))
    };
    let mut said = settings.iter().filter(|(key, value)| {
        let key = Key::of(key);
        key.is_about_sessions() && says(&key) && YES.contains(&value.to_ascii_lowercase().as_str())
    });
    said.next().map(|(key, value)| (key.as_str(), value.as_str()))
}

/// The settings about sessions that cannot be compared as a whole, because the platform masks them in one of two
/// components that both have them.
pub(super) fn masked<'s>(issuer: &'s Settings, component: &Settings) -> Vec<&'s str> {
    let theirs = by_name(component, &BTreeSet::new());
    let masked = by_name(issuer, &BTreeSet::new()).into_iter().filter(|(name, ours)| {
        theirs.get(name).is_some_and(|theirs| [ours.text, theirs.text].into_iter().any(value::is_masked))
    });
    let mut keys: Vec<&'s str> = masked.map(|(_, setting)| setting.key.spelt).collect();
    if let (Some(ours), Some(theirs)) = (Location::of(issuer).store(), Location::of(component).store())
        && let (Some(ours), Some(theirs)) = (ours.credentials, theirs.credentials)
        && (ours.value.is_empty() || theirs.value.is_empty())
        && !keys.contains(&ours.key)
    {
        keys.push(ours.key);
    }
    keys
}

/// What else there is to know of two components' settings, for a finding's notes.
pub(super) fn notes(issuer: &Settings, component: &Settings) -> Vec<String> {
    let masked = masked(issuer, component).into_iter();
    let mut notes: Vec<String> =
        masked.map(|key| format!("`{key}` is masked by the platform and cannot be compared")).collect();
    let (Some(ours), Some(theirs)) = (Location::of(issuer).store(), Location::of(component).store()) else {
        return notes;
    };
    if compare(&ours, &theirs).is_none_or(|aparts| !aparts.is_empty()) {
        return notes;
    }
    let local = |store: &Store<'_>| {
        store.place.as_ref().is_some_and(|place| place.servers.iter().any(|server| server.is_local()))
    };
    match (ours.tls, theirs.tls) {
        (true, false) => notes.push("the issuer speaks TLS to the session store, it does not".to_owned()),
        (false, true) => notes.push("it speaks TLS to the session store, the issuer does not".to_owned()),
        _ => {}
    }
    if local(&ours) && local(&theirs) {
        notes.push(
            "both keep sessions on `localhost`, which is one store only if they run on one machine"
                .to_owned(),
        );
    }
    notes
}

/// A key in any spelling: its words, and the numbers of a list's entry.
type Name = (Vec<String>, String);

/// The settings that are compared one by one. Of two spellings that mean one key, the second stands for itself.
fn by_name<'s>(settings: &'s Settings, done: &BTreeSet<&str>) -> BTreeMap<Name, Setting<'s>> {
    let mut named = BTreeMap::new();
    for (spelt, text) in settings.iter().filter(|(key, _)| !done.contains(key.as_str())) {
        let key = Key::of(spelt);
        if !is_about_sessions(&key, text) {
            continue;
        }
        let name = (key.words.clone(), key.entry.clone());
        let name = if named.contains_key(&name) { (vec![spelt.clone()], String::new()) } else { name };
        named.insert(name, Setting { key, text });
    }
    named
}

/// Keys are about sessions if they say so, or if they name or sign the cookie that holds one.
fn is_about_sessions(key: &Key<'_>, text: &str) -> bool {
    const SIGNING: [&[&str]; 10] = [
        &["secret", "key", "base"],
        &["secret", "key"],
        &["app", "key"],
        &["jwt", "secret"],
        &["auth", "secret"],
        &["nextauth", "secret"],
        &["cookie", "secret"],
        &["cookie", "key"],
        &["cookie", "keys"],
        &["signing", "key"],
    ];
    let signs = (value::is_secret(text) || value::is_masked(text))
        && SIGNING.iter().any(|words| key.ends_with(words))
        && !key.has(&["csrf", "xsrf"]);
    key.is_about_sessions() || key.words == ["cookie", "name"] || signs
}

fn difference(ours: Option<&Setting<'_>>, theirs: Option<&Setting<'_>>) -> Option<Difference> {
    let key = &ours.or(theirs)?.key;
    let values = [ours.map(|ours| ours.text), theirs.map(|theirs| theirs.text)];
    if values.iter().flatten().any(|value| value::is_masked(value)) && ours.is_some() && theirs.is_some() {
        return None;
    }
    // A store that could not be joined from all settings is compared setting by setting.
    if let Some(aparts) = ours.and_then(alone).zip(theirs.and_then(alone)).and_then(|(a, b)| compare(&a, &b))
    {
        let most = aparts.into_iter().max_by_key(|apart| (apart.is_sure, apart.meaning))?;
        return Some(Difference::of(most, true));
    }
    let meaning = Meaning::of(key, values);
    if let [Some(ours), Some(theirs)] = values
        && value::same(meaning, ours, theirs)
    {
        return None;
    }
    // Keys that name no session may sign something else, and `key` may be the cookie's name.
    let is_sure = meaning != Meaning::Secret
        || (key.has(&["session", "cookie"]) && !key.ends_with(&["session", "key"]));
    let text = |value: Option<&str>| value.map(str::to_owned);
    Some(Difference {
        key: key.spelt.to_owned(),
        component_key: theirs.map_or(key.spelt, |theirs| theirs.key.spelt).to_owned(),
        issuer: text(values[0]),
        component: text(values[1]),
        meaning,
        is_sure,
    })
}

/// What one setting says of a store.
fn alone<'s>(setting: &Setting<'s>) -> Option<Store<'s>> {
    Store::is_told_by(setting).then(|| Store::join(std::slice::from_ref(setting))).flatten()
}

impl Difference {
    fn of(apart: Apart, is_sure: bool) -> Difference {
        let key = |said: &Option<(String, String)>| said.as_ref().map(|(key, _)| key.clone());
        let value = |said: &Option<(String, String)>| said.as_ref().map(|(_, value)| value.clone());
        let keys = [key(&apart.issuer), key(&apart.component)];
        let [ours, theirs] = &keys;
        Difference {
            key: ours.clone().or(theirs.clone()).unwrap_or_default(),
            component_key: theirs.clone().or(ours.clone()).unwrap_or_default(),
            issuer: value(&apart.issuer),
            component: value(&apart.component),
            meaning: apart.meaning,
            is_sure: is_sure && apart.is_sure,
        }
    }

    /// Whether it is by itself a reason for a session to be lost. A setting that only one component has may have
    /// another name in the other one.
    pub(super) fn explains(&self) -> bool {
        self.is_sure && self.weight().is_a_reason()
    }

    fn is_of_both(&self) -> bool {
        self.issuer.is_some() && self.component.is_some()
    }

    /// How much it explains. A setting that one of them lacks may have another name there.
    fn weight(&self) -> Meaning {
        if self.is_of_both() { self.meaning } else { Meaning::Other }
    }

    fn shows_the_same(&self, other: &Difference) -> bool {
        let shown = |difference: &Difference| {
            let Difference { key, component_key, issuer, component, .. } = difference.clone();
            (key, component_key, issuer, component)
        };
        shown(self) == shown(other)
    }

    /// Why sessions end by it that the component accepted, if they do.
    pub(super) fn words_of_the_end(&self) -> Option<&'static str> {
        // Whoever lets sessions live longer than the issuer ends none.
        let (ours, theirs) = (self.issuer.as_deref(), self.component.as_deref());
        let is_longer = self.meaning == Meaning::Ttl
            && ours.zip(theirs).is_some_and(|(ours, theirs)| value::is_longer(theirs, ours));
        self.meaning.words_of_the_end().filter(|_| !is_longer)
    }

    /// Why the component does not accept the session: what it means, as far as that may be a reason.
    pub(super) fn words(&self) -> &'static str {
        match self.weight() {
            Meaning::Ttl => Meaning::Other.words(),
            meaning => meaning.words(),
        }
    }
}
