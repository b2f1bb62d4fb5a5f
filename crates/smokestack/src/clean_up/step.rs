//! A step of a clean-up: plain data, so that another process can take it.

use serde::{Deserialize, Serialize};

/// A step, in the words of whoever would take it by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    /// Open this page.
    Open(String),
    /// Look no further than where this text stands.
    Within(String),
    /// Follow the first link that this selector finds.
    Follow(String),
    /// Send the first form that this selector finds.
    Submit(String),
    /// Send `DELETE` to this address.
    Delete(String),
    /// Take back what was written by a component's JSON API, found in its list by this text.
    TakeBackListed { component: String, text: String },
    /// Take back what was written by a component's JSON API at this address.
    TakeBack { component: String, address: String },
}

/// Where it would be looked for by hand: the first page, and the text that marks it.
pub(super) fn told(steps: &[Step]) -> String {
    let told = steps.iter().filter_map(|step| match step {
        Step::Open(address) => Some(format!("at {address}")),
        Step::Delete(address) | Step::TakeBack { address, .. } => Some(format!("at {address}")),
        Step::Within(text) => Some(format!("with {text:?}")),
        Step::TakeBackListed { component, text } => Some(format!("of {component} with {text:?}")),
        Step::Follow(_) | Step::Submit(_) => None,
    });
    told.take(2).collect::<Vec<_>>().join(" ")
}

/// What is to be taken away, and where it would be looked for by hand.
pub(super) fn told_of(what: &str, steps: &[Step]) -> String {
    format!("{what} {}", told(steps)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_by_hand_is_told_where_and_for_what() {
        let steps = [
            Step::Open("/work-orders/".into()),
            Step::Within("lamp smoke-1".into()),
            Step::Follow("a".into()),
            Step::Submit("form".into()),
        ];
        assert_eq!(told(&steps), r#"at /work-orders/ with "lamp smoke-1""#);
        let listed = Step::TakeBackListed { component: "invoices".into(), text: "lamp".into() };
        assert_eq!(told(&[listed]), r#"of invoices with "lamp""#);
    }

    #[test]
    fn steps_are_read_as_they_were_written() {
        let steps = vec![
            Step::Delete("/a".into()),
            Step::TakeBack { component: "invoices".into(), address: "/b".into() },
        ];
        let text = serde_json::to_string(&steps).unwrap();
        assert_eq!(text, r#"[{"delete":"/a"},{"take-back":{"component":"invoices","address":"/b"}}]"#);
        assert_eq!(serde_json::from_str::<Vec<Step>>(&text).unwrap(), steps);
    }
}
