//! What a browser demands of a field before it sends the form (HTML, "constraint validation").

use url::Url;

use super::control::{Control, Kind};
use super::typed::{Type, number};

/// What the attributes of a control demand.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) required: bool,
    pub(super) pattern: Option<String>,
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) step: Option<String>,
    pub(super) shortest: Option<usize>,
    pub(super) longest: Option<usize>,
    /// Several addresses, with commas between them.
    pub(super) multiple: bool,
    /// The value that it came with, from which steps are counted.
    pub(super) original: String,
}

/// A field that a browser would point at instead of sending the form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) control: usize,
    pub(super) expected: String,
    pub(super) found: String,
}

/// All fields for which a browser would not send the form.
pub(super) fn unfit(controls: &[Control]) -> Vec<Unfit> {
    let mut seen_groups: Vec<&str> = Vec::new();
    let mut unfit = Vec::new();
    for (n, control) in controls.iter().enumerate() {
        if control.disabled || control.readonly {
            continue;
        }
        if let Some(toggle) = control.toggle().filter(|toggle| toggle.radio) {
            // Of a group, one is told.
            if control.name.is_empty() || seen_groups.contains(&control.name.as_str()) {
                continue;
            }
            seen_groups.push(&control.name);
            let group = || group(controls, &control.name);
            let chosen = group().any(|one| one.toggle().is_some_and(|toggle| toggle.checked));
            if !chosen && !toggle.checked && group().any(|one| one.rules.required && !one.disabled) {
                let expected = "one of them chosen, since one is required".to_owned();
                unfit.push(Unfit { control: n, expected, found: "none".to_owned() });
            }
            continue;
        }
        if let Err((expected, found)) = judge(control) {
            unfit.push(Unfit { control: n, expected, found });
        }
    }
    unfit
}

/// The radio buttons of this name.
fn group<'c>(controls: &'c [Control], name: &'c str) -> impl Iterator<Item = &'c Control> {
    controls.iter().filter(move |one| one.name == name && one.toggle().is_some_and(|toggle| toggle.radio))
}

fn judge(control: &Control) -> Result<(), (String, String)> {
    let rules = &control.rules;
    let lacks = |expected: &str, found: &str| Err((expected.to_owned(), found.to_owned()));
    match &control.kind {
        Kind::Toggle(toggle) if rules.required && !toggle.checked => {
            lacks("a checked box, since it is required", "it is not checked")
        }
        Kind::Files { files, .. } if rules.required && files.is_empty() => {
            lacks("a file, since one is required", "none")
        }
        Kind::List(list) if rules.required => {
            // "Please choose" is no choice ("placeholder label option").
            let asks = |n: usize, value: &str, grouped: bool| {
                n == 0 && !list.multiple && list.drops_down && value.is_empty() && !grouped
            };
            let mut options = list.options.iter().enumerate();
            let chosen =
                options.any(|(n, option)| option.selected && !asks(n, &option.value, option.grouped));
            if chosen { Ok(()) } else { lacks("one of its options, since one is required", "none chosen") }
        }
        Kind::Text(kind, value) if value.is_empty() => {
            if rules.required && kind.can_be_empty() {
                return lacks("a value, since one is required", "an empty field");
            }
            Ok(())
        }
        Kind::Text(kind, value) => {
            let found = match kind {
                Type::Password => format!("a text of {} characters", value.chars().count()),
                _ => format!("{value:?}"),
            };
            let long = || format!("a text of {} characters", units(value));
            let wrong = text(*kind, value, control);
            wrong.map_or(Ok(()), |(expected, by_length)| {
                Err((expected, if by_length { long() } else { found }))
            })
        }
        _ => Ok(()),
    }
}

/// What is expected of a text that is not so, and whether its length is what counts.
fn text(kind: Type, value: &str, control: &Control) -> Option<(String, bool)> {
    let rules = &control.rules;
    if kind.is_text() && control.touched {
        if let Some(longest) = rules.longest.filter(|longest| units(value) > *longest) {
            return Some((format!("at most {longest} characters (`maxlength`)"), true));
        }
        if let Some(shortest) = rules.shortest.filter(|shortest| units(value) < *shortest) {
            return Some((format!("at least {shortest} characters (`minlength`)"), true));
        }
    }
    match kind {
        Type::Email if !values(value, rules.multiple).all(is_email) => {
            return Some(("an e-mail address".to_owned(), false));
        }
        Type::Address if Url::parse(value).is_err() => {
            return Some(("a whole web address, such as `https://example.com/`".to_owned(), false));
        }
        _ => {}
    }
    if let Some(pattern) = rules.pattern.as_deref().filter(|_| kind.is_text() && kind != Type::Lines)
        && !values(value, rules.multiple && kind == Type::Email).all(|value| fits(pattern, value))
    {
        return Some((format!("a text like `{pattern}` (`pattern`)"), false));
    }
    if kind.is_text() || kind == Type::Color {
        return None;
    }
    let below = |limit: &String| compare(kind, value, limit).is_some_and(|order| order.is_lt());
    let above = |limit: &String| compare(kind, value, limit).is_some_and(|order| order.is_gt());
    if let Some(min) = rules.min.as_ref().filter(|min| below(min)) {
        return Some((format!("{min} or more (`min`)"), false));
    }
    if let Some(max) = rules.max.as_ref().filter(|max| above(max)) {
        return Some((format!("{max} or less (`max`)"), false));
    }
    if kind == Type::Number { misses_a_step(value, rules).map(|expected| (expected, false)) } else { None }
}

/// Lengths count as scripts count them.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn values(value: &str, multiple: bool) -> impl Iterator<Item = &str> {
    let most = if multiple { usize::MAX } else { 1 };
    value.splitn(most, ',').map(move |value| if multiple { value.trim_ascii() } else { value })
}

/// By the expression in HTML, "valid e-mail address".
fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        let whole = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        whole && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    !user.is_empty() && user.bytes().all(is_user) && host.split('.').all(is_label)
}

/// Whether the whole of a text is as the pattern says. A pattern that is none says nothing.
fn fits(pattern: &str, text: &str) -> bool {
    let whole = |flags: &str| regress::Regex::with_flags(&format!("^(?:{pattern})$"), flags);
    // The pattern by itself has to be one: `a)(b` is not.
    let regex = regress::Regex::with_flags(pattern, "v").and_then(|_| whole("v"));
    // Browsers of old read it by the rules of `u`.
    let regex = regex.or_else(|_| regress::Regex::with_flags(pattern, "u").and_then(|_| whole("u")));
    regex.map_or(true, |regex| regex.find(text).is_some())
}

fn compare(kind: Type, value: &str, limit: &str) -> Option<std::cmp::Ordering> {
    match kind {
        Type::Number | Type::Range => number(value)?.partial_cmp(&number(limit)?),
        // Written the same way, dates and times are ordered as their texts are; what is none is no limit.
        _ => kind.held(limit).filter(|limit| !limit.is_empty()).map(|limit| value.cmp(&limit)),
    }
}

fn misses_a_step(value: &str, rules: &Rules) -> Option<String> {
    let step = match rules.step.as_deref().map(str::trim_ascii) {
        Some(any) if any.eq_ignore_ascii_case("any") => return None,
        Some(step) => number(step).filter(|step| *step > 0.0).unwrap_or(1.0),
        None => 1.0,
    };
    let from = [rules.min.as_deref(), Some(&rules.original)];
    let base = from.into_iter().flatten().find_map(number).unwrap_or(0.0);
    let steps = (number(value)? - base) / step;
    let off = (steps - steps.round()).abs();
    (off > 1e-7 * steps.abs().max(1.0)).then(|| match step == 1.0 && base.fract() == 0.0 {
        true => "a whole number (`step`)".to_owned(),
        false => format!("{base}, or any number of steps of {step} from it (`step`)"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expects(kind: Type, value: &str, rules: Rules) -> Option<String> {
        let control =
            Control { kind: Kind::Text(kind, value.to_owned()), rules, touched: true, ..Control::default() };
        unfit(&[control]).pop().map(|unfit| unfit.expected)
    }

    #[test]
    fn an_address_is_one_by_the_rules_of_html() {
        for fit in ["a@b", "a.b+c@d-e.test", "!#$%@x.test"] {
            assert!(is_email(fit), "{fit}");
        }
        for unfit in ["a", "@b", "a@", "a b@c", "a@-b", "a@b..c", "a@b@c", "ä@b"] {
            assert!(!is_email(unfit), "{unfit}");
        }
        let several = || Rules { multiple: true, ..Rules::default() };
        assert_eq!(expects(Type::Email, "a@b, c@d", several()), None);
        assert!(expects(Type::Email, "a@b, c", several()).is_some());
        assert!(expects(Type::Email, "a@b, c@d", Rules::default()).is_some());
        assert!(expects(Type::Address, "/path", Rules::default()).is_some());
        assert_eq!(expects(Type::Address, "mailto:a@b", Rules::default()), None);
    }

    #[test]
    fn a_pattern_is_a_script_s_and_means_the_whole_text() {
        for (pattern, text, fit) in [
            ("[A-Z]{2}-\\d+", "WO-17", true),
            ("[A-Z]{2}-\\d+", "WO-17x", false),
            ("a|b", "ab", false),
            ("(?=.*\\d)(?=.*[a-z]).{4,}", "abc1", true),
            ("(?=.*\\d)(?=.*[a-z]).{4,}", "abcd", false),
            ("\\p{Lu}.*", "Ärger", true),
            ("a)(b", "x", true),
            ("[", "x", true),
        ] {
            let rules = Rules { pattern: Some(pattern.to_owned()), ..Rules::default() };
            assert_eq!(expects(Type::Line, text, rules).is_none(), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn numbers_and_dates_keep_to_their_limits_and_steps() {
        let rules = |min: &str, max: &str, step: &str| {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Rules { min: given(min), max: given(max), step: given(step), ..Rules::default() }
        };
        for (kind, value, rules, fit) in [
            (Type::Number, "7", rules("1", "10", ""), true),
            (Type::Number, "0", rules("1", "10", ""), false),
            (Type::Number, "11", rules("1", "10", ""), false),
            (Type::Number, "1.5", rules("", "", ""), false),
            (Type::Number, "1.5", rules("", "", "any"), true),
            (Type::Number, "0.3", rules("", "", "0.1"), true),
            (Type::Number, "1.25", rules("0.5", "", "0.5"), false),
            (Type::Date, "2026-01-31", rules("2026-02-01", "", ""), false),
            (Type::Date, "2026-02-01", rules("2026-02-01", "2026-02-01", ""), true),
            (Type::Date, "2026-02-01", rules("soon", "", ""), true),
            (Type::Time, "09:00", rules("08:00", "17:00", ""), true),
            (Type::Time, "17:01", rules("08:00", "17:00", ""), false),
        ] {
            let found = expects(kind, value, rules);
            assert_eq!(found.is_none(), fit, "{kind:?} {value} {found:?}");
        }
    }

    #[test]
    fn a_length_counts_only_in_what_somebody_wrote() {
        let rules = Rules { longest: Some(3), shortest: Some(2), ..Rules::default() };
        let control = |value: &str, touched| Control {
            kind: Kind::Text(Type::Line, value.to_owned()),
            rules: rules.clone(),
            touched,
            ..Control::default()
        };
        assert!(unfit(&[control("four", false), control("x", false)]).is_empty());
        let unfit = unfit(&[control("four", true), control("x", true), control("\u{1f600}x", true)]);
        assert_eq!(unfit.iter().map(|unfit| unfit.control).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(unfit[0].found, "a text of 4 characters");
    }
}
