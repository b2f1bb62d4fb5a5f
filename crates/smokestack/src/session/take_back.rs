//! Takes back what somebody wrote by JSON and did not take back: all that is known of it is the component and its text, or
//! where it is.

use serde_json::Value;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Session;
use super::api_write::{Writing, segment};
use crate::page::Page;
use crate::{Checked, Stop};

/// Takes back what a component's list shows with this text; none where it shows no such thing.
pub(crate) async fn listed(
    session: &Session,
    component: &str,
    text: &str,
    place: &Place,
) -> Checked<Option<Page>> {
    let writing = known(session, component, place)?;
    let (Some(list), Some(undo)) = (&writing.write.list, &writing.write.undo) else {
        return Err(not_known(session, component, "`list` and `undo`"));
    };
    let page = session.fetch(&writing.component.address(list), place).await?;
    if let Err(check) = page.accepted() {
        page.fail(*check, place.clone());
        return Err(Stop::failed());
    }
    let json: Value = serde_json::from_str(page.body()).unwrap_or_default();
    let Some(entry) = entry(&json, text) else { return Ok(None) };
    let address = undo.address(|pointer| segment(entry.pointer(pointer)).ok_or(pointer.to_owned()));
    match address {
        Ok(address) => at(session, component, &writing.component.address(&address), place).await.map(Some),
        Err(pointer) => {
            let check =
                FailedCheck::new(Blame::Wrong, Class::Value, format!("the entry with {text:?} in {list}"));
            page.fail(check.expected_found(format!("a value at `{pointer}`"), "it has none"), place.clone());
            Err(Stop::failed())
        }
    }
}

/// Takes back what is at this address, as the component's `undo` says.
pub(crate) async fn at(session: &Session, component: &str, address: &str, place: &Place) -> Checked<Page> {
    let mut writing = known(session, component, place)?;
    let Some(undo) = writing.write.undo.clone() else {
        return Err(not_known(session, component, "`undo`"));
    };
    writing.fetch_token().await?;
    writing.send(&undo.method, address, undo.body.as_ref()).await
}

fn known(session: &Session, component: &str, place: &Place) -> Checked<Writing> {
    let known = session.scope.run.component(component);
    let known = known.and_then(|component| Writing::of(session, &component, place));
    known.ok_or_else(|| not_known(session, component, "`api_write`"))
}

/// The platform file is not the one that the run had which wrote it.
fn not_known(session: &Session, component: &str, what: &str) -> Stop {
    let what = format!("the platform file says no longer how: no {what} for {component}");
    session.scope.log.failed(FailedCheck::new(Blame::Harness, Class::Harness, what));
    Stop::failed()
}

/// The innermost object of which a value has this text.
fn entry<'v>(json: &'v Value, text: &str) -> Option<&'v Value> {
    match json {
        Value::Array(list) => list.iter().find_map(|value| entry(value, text)),
        Value::Object(object) => {
            let has = |value: &Value| value.as_str().is_some_and(|value| value.contains(text));
            let within = object.values().find_map(|value| entry(value, text));
            within.or_else(|| object.values().any(has).then_some(json))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_the_innermost_object_that_has_the_text() {
        let json = json!({
            "title": "lamp list",
            "records": [{ "id": 1, "title": "door" }, { "id": 2, "more": { "id": 3, "title": "a lamp x" } }],
        });
        assert_eq!(entry(&json, "lamp x"), Some(&json["records"][1]["more"]));
        assert_eq!(entry(&json, "lamp list"), Some(&json));
        assert_eq!(entry(&json, "pump"), None);
        assert_eq!(entry(&json!("lamp"), "lamp"), None);
    }
}
