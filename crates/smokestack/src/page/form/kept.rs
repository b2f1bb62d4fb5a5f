//! A form that is carried over a deploy: what of it a carried file keeps.

use encoding_rs::UTF_8;
use url::Url;

use super::Form;
use super::control::{Control, Kind};
use super::sending::Enctype;
use super::sheet::{Sheet, Way};
use super::typed::Type;
use crate::carried::KeptForm;
use crate::session::{Policy, Referrer, Session};

impl Form {
    /// The form as a carried file keeps it; none if it is not sent anywhere.
    pub(crate) fn kept(&self, component: &str, account: &str) -> Option<KeptForm> {
        self.sheet.kept(component, account)
    }

    /// A form that was loaded before the deploy, to be submitted with this session; none if its addresses are none.
    pub(crate) fn carried(kept: &KeptForm, session: &Session) -> Option<Form> {
        let sheet = Sheet::carried(kept)?;
        Some(Form { session: session.clone(), exchange: None, sheet, spoiled: false })
    }
}

impl Sheet {
    pub(super) fn kept(&self, component: &str, account: &str) -> Option<KeptForm> {
        let pressed = self.default_button().filter(|n| !self.controls[*n].disabled);
        let method = match self.way(pressed) {
            Way::Get => "GET",
            Way::Post => "POST",
            Way::Dialog => return None,
        };
        let entries = self.entries(pressed);
        let pairs = entries.iter().map(|entry| entry.pair());
        let labels = self
            .controls
            .iter()
            .filter(|control| !control.is_button())
            .flat_map(|control| control.labels.iter().map(|label| (label.clone(), control.name.clone())));
        Some(KeptForm {
            component: component.to_owned(),
            account: account.to_owned(),
            page: self.from.page().to_string(),
            method: method.to_owned(),
            action: self.action(pressed).ok()?.to_string(),
            enctype: self.enctype(pressed).name().to_owned(),
            fields: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            labels: labels.collect(),
        })
    }

    pub(super) fn carried(kept: &KeptForm) -> Option<Sheet> {
        let page = Url::parse(&kept.page).ok()?;
        let control = |(name, value): &(String, String)| Control {
            name: name.clone(),
            labels: kept.labels.iter().filter(|(_, of)| of == name).map(|(label, _)| label.clone()).collect(),
            kind: Kind::Text(Type::Lines, value.clone()),
            ..Control::default()
        };
        Some(Sheet {
            id: String::new(),
            names: Vec::new(),
            action: Some(Url::parse(&kept.action).ok()?.to_string()),
            method: Some(kept.method.clone()),
            enctype: Some(kept.enctype.clone()).filter(|enctype| enctype != Enctype::UrlEncoded.name()),
            novalidate: true,
            encoding: UTF_8,
            base: page.clone(),
            from: Referrer::new(page, Policy::default()),
            controls: kept.fields.iter().map(control).collect(),
            scripted: false,
        })
    }
}
