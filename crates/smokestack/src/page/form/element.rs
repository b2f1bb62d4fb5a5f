//! A control from its element: by tag, `type` and attributes.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::super::document::folded;
use super::constraints::Rules;
use super::control::{Button, Choice, Control, Does, Kind, List, Toggle};
use super::spoken;
use super::typed::{Type, number};

/// The control, without what its surroundings say of it.
pub(super) fn control(node: NodeRef<'_, Node>, element: &Element) -> Control {
    let attribute = |name: &str| element.attr(name).map(str::to_owned);
    let rules = rules(element);
    let (kind, labels) = match element.name() {
        "select" => (Kind::List(list(node, element)), Vec::new()),
        // The parser leaves out the line end behind the tag.
        "textarea" => (Kind::Text(Type::Lines, plain(&raw(node))), Vec::new()),
        "button" => (button(node, element), vec![spoken::text(node)]),
        _ => input(element, &rules),
    };
    let is_text = matches!(kind, Kind::Text(..));
    Control {
        name: attribute("name").unwrap_or_default(),
        id: attribute("id").unwrap_or_default(),
        labels,
        placeholder: folded(element.attr("placeholder").into_iter()),
        readonly: is_text && element.attr("readonly").is_some(),
        rules,
        kind,
        ..Control::default()
    }
}

fn rules(element: &Element) -> Rules {
    let attribute = |name: &str| element.attr(name).map(str::to_owned);
    let length = |name: &str| element.attr(name).and_then(|length| length.trim_ascii().parse().ok());
    Rules {
        required: element.attr("required").is_some(),
        pattern: attribute("pattern"),
        min: attribute("min"),
        max: attribute("max"),
        step: attribute("step"),
        shortest: length("minlength"),
        longest: length("maxlength"),
        multiple: element.attr("multiple").is_some(),
        original: attribute("value").unwrap_or_default(),
    }
}

fn input(element: &Element, rules: &Rules) -> (Kind, Vec<String>) {
    let value = element.attr("value");
    let own = || value.unwrap_or_default().to_owned();
    let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
    let button = |does, said: &str| {
        let said = value.filter(|value| !value.is_empty()).unwrap_or(said);
        (sender(element, does), vec![folded(std::iter::once(said))])
    };
    let kind = match kind.as_str() {
        "hidden" => Kind::Hidden(own()),
        "checkbox" | "radio" => Kind::Toggle(Toggle {
            radio: kind == "radio",
            value: value.unwrap_or("on").to_owned(),
            checked: element.attr("checked").is_some(),
        }),
        "file" => Kind::Files { multiple: rules.multiple, files: Vec::new() },
        "submit" => return button(Does::Send, "Submit"),
        "reset" => return button(Does::Reset, "Reset"),
        "button" => return button(Does::Nothing, ""),
        "image" => {
            let said = element.attr("alt").unwrap_or("Submit");
            return (sender(element, Does::SendPlace), vec![folded(std::iter::once(said))]);
        }
        kind => {
            let kind = Type::of_input(kind);
            let held = kind.held(&own()).unwrap_or_default();
            Kind::Text(kind, if held.is_empty() { standard(kind, rules) } else { held })
        }
    };
    (kind, Vec::new())
}

/// What a field holds that has to hold something.
fn standard(kind: Type, rules: &Rules) -> String {
    let limit = |text: &Option<String>, otherwise| text.as_deref().and_then(number).unwrap_or(otherwise);
    match kind {
        Type::Color => "#000000".to_owned(),
        Type::Range => {
            let (min, max) = (limit(&rules.min, 0.0), limit(&rules.max, 100.0));
            let step = Some(limit(&rules.step, 1.0)).filter(|step| *step > 0.0).unwrap_or(1.0);
            let middle = if max < min { min } else { min + (max - min) / 2.0 };
            let any = rules.step.as_deref().is_some_and(|step| step.eq_ignore_ascii_case("any"));
            (if any { middle } else { min + ((middle - min) / step).round() * step }).to_string()
        }
        _ => String::new(),
    }
}

fn button(node: NodeRef<'_, Node>, element: &Element) -> Kind {
    let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
    // A button that commands another element sends nothing unless it says so.
    let commands = element.attr("command").is_some() || element.attr("commandfor").is_some();
    let does = match kind.as_str() {
        "reset" => Does::Reset,
        "button" => Does::Nothing,
        "submit" => Does::Send,
        _ if commands && node.parent().is_some() => Does::Nothing,
        _ => Does::Send,
    };
    sender(element, does)
}

fn sender(element: &Element, does: Does) -> Kind {
    let attribute = |name: &str| element.attr(name).map(str::to_owned);
    Kind::Button(Button {
        does,
        value: attribute("value").unwrap_or_default(),
        action: attribute("formaction"),
        method: attribute("formmethod"),
        enctype: attribute("formenctype"),
        novalidate: element.attr("formnovalidate").is_some(),
    })
}

fn list(node: NodeRef<'_, Node>, element: &Element) -> List {
    let multiple = element.attr("multiple").is_some();
    let size = element.attr("size").and_then(|size| size.trim_ascii().parse::<usize>().ok());
    let drops_down = !multiple && size.is_none_or(|size| size <= 1);
    let options = node.descendants().filter_map(|option| {
        let element = option.value().as_element().filter(|element| element.name() == "option")?;
        let group = option.parent().and_then(|parent| parent.value().as_element());
        let group = group.filter(|group| group.name() == "optgroup");
        let text = spoken::text(option);
        let shown = element.attr("label").map(str::trim_ascii).filter(|label| !label.is_empty());
        Some(Choice {
            value: element.attr("value").map_or_else(|| text.clone(), str::to_owned),
            text: shown.map_or(text, str::to_owned),
            disabled: element.attr("disabled").is_some()
                || group.is_some_and(|group| group.attr("disabled").is_some()),
            selected: element.attr("selected").is_some(),
            grouped: group.is_some(),
        })
    });
    let mut list = List { multiple, drops_down, options: options.collect() };
    list.settle();
    list
}

fn raw(node: NodeRef<'_, Node>) -> String {
    node.children().filter_map(|child| child.value().as_text().map(|text| &**text)).collect()
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
