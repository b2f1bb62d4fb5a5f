//! Effective settings of components: read where the platform file says, secrets masked, for findings to compare.

mod dotenv;
mod fingerprint;
mod format;
mod json;
mod mask;
mod properties;
mod reading;
mod source;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use smokestack_core::Fact;

pub(crate) use format::Format;
use mask::{Mask, Masked};
use reading::Read;
pub(crate) use source::{Header, Place, Source};

use crate::Component;
use crate::run::Run;

/// Reads the settings of a run's components. Secrets have the same fingerprint for as long as it lives.
pub(crate) struct Settings {
    run: Arc<Run>,
    mask: Mask,
}

impl Settings {
    pub(crate) fn new(run: Arc<Run>) -> Settings {
        Settings { run, mask: Mask::new() }
    }

    /// What a component's instances say, or why they do not. Nothing where the platform file names no settings.
    pub(crate) async fn of(&self, component: &Component) -> Vec<Fact> {
        let Some(source) = component.settings() else { return Vec::new() };
        let Source { place, format } = source.on(&self.run.target.name);
        let (place, read): (String, Vec<Read>) = match &place {
            Place::Url { address, header } => match self.run.url().join(&component.address(address)) {
                Ok(url) => {
                    let header = header.as_ref();
                    let instances = component.instances().unwrap_or(1);
                    let read = reading::over_http(&self.run, &url, header, format, instances).await;
                    (url.to_string(), read)
                }
                Err(error) => (address.clone(), vec![(None, Err(format!("no address: {error}")))]),
            },
            Place::File(name) => {
                let read = reading::from_file(self.run.platform.beside(Path::new(name)), format).await;
                (place.to_string(), vec![(None, read)])
            }
            Place::Command(words) => {
                let read = reading::from_command(&self.run, words, format).await;
                (place.to_string(), vec![(None, read)])
            }
        };
        read.into_iter().map(|read| self.fact(component.name(), &place, read)).collect()
    }

    fn fact(&self, component: &str, source: &str, (instance, read): Read) -> Fact {
        let (component, source) = (component.to_owned(), source.to_owned());
        match read {
            Ok(plain) => {
                let Masked { values, secrets } = self.mask.settings(plain);
                for (key, secret) in secrets {
                    // An address is a secret only by its key's name, and stands in other settings too.
                    if !secret.contains("://") {
                        self.run.learn_token(&secret, &format!("secret `{key}` of `{component}`"));
                    }
                }
                Fact::Settings { component, instance, source, values }
            }
            Err(why) => {
                let why = instance.map_or(why.clone(), |instance| format!("{why} ({instance})"));
                Fact::SettingsUnreadable { component, source, why }
            }
        }
    }
}
