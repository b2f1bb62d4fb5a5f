//! Reads the forms of a page in one walk, with the controls that belong to each.

use std::collections::{HashMap, HashSet};

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use encoding_rs::{Encoding, UTF_8};
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::control::{Control, Kind};
use super::element;
use super::sheet::Sheet;
use super::spoken::{self, Names};
use crate::session::{Policy, Referrer};

/// What is known of a page beside its elements.
#[derive(Clone, Copy)]
pub(super) struct About<'p> {
    pub(super) url: &'p Url,
    pub(super) content_type: &'p str,
    /// Its `Referrer-Policy` header.
    pub(super) policy: Option<&'p str>,
}

/// All forms of a page in the order in which they begin.
pub(super) fn forms(root: NodeRef<'_, Node>, about: About<'_>) -> Vec<(NodeId, Sheet)> {
    let names = Names::read(root);
    let page = Surroundings::read(root, about);
    let (forms, controls) = (Vec::new(), Vec::new());
    let mut walk = Walk { names: &names, page: &page, forms, controls, open: Open::default() };
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => {
                if let Some(element) = node.value().as_element() {
                    walk.opens(node, element);
                }
            }
            Edge::Close(node) => {
                if let Some(element) = node.value().as_element() {
                    walk.closes(node, element);
                }
            }
        }
    }
    let (mut forms, controls) = (walk.forms, walk.controls);
    let index: HashMap<NodeId, usize> = forms.iter().enumerate().map(|(n, (id, _))| (*id, n)).collect();
    for (owner, control) in controls {
        // A form may begin behind a control that names it.
        if let Some(n) = index.get(&owner) {
            forms[*n].1.controls.push(control);
        }
    }
    forms.iter_mut().for_each(|(_, form)| leave_one_checked(&mut form.controls));
    forms
}

/// What the page says to all of its forms.
struct Surroundings {
    base: Url,
    url: Url,
    encoding: &'static Encoding,
    policy: Policy,
}

impl Surroundings {
    fn read(root: NodeRef<'_, Node>, about: About<'_>) -> Surroundings {
        let elements = || root.descendants().filter_map(|node| node.value().as_element());
        let base = elements().filter(|element| element.name() == "base").find_map(|base| base.attr("href"));
        let metas = || elements().filter(|element| element.name() == "meta");
        let is_referrer =
            |meta: &&Element| meta.attr("name").is_some_and(|name| name.eq_ignore_ascii_case("referrer"));
        let said = metas().filter(is_referrer).filter_map(|meta| Policy::read(meta.attr("content")?)).last();
        let header = about.policy.and_then(Policy::read);
        let declared =
            || metas().find_map(|meta| meta.attr("charset").or_else(|| charset(meta.attr("content")?)));
        let charset = charset(about.content_type).or_else(declared).unwrap_or_default();
        Surroundings {
            base: base.and_then(|base| about.url.join(base).ok()).unwrap_or_else(|| about.url.clone()),
            url: about.url.clone(),
            encoding: Encoding::for_label(charset.as_bytes()).unwrap_or(UTF_8).output_encoding(),
            policy: said.or(header).unwrap_or_default(),
        }
    }

    fn sheet(&self, element: &Element, names: Vec<String>) -> Sheet {
        let attribute = |name: &str| element.attr(name).map(str::to_owned);
        let words = |name: &str| element.attr(name).unwrap_or_default().split_ascii_whitespace();
        let wanted = words("accept-charset").find_map(|label| Encoding::for_label(label.as_bytes()));
        let hides = words("rel").any(|word| word.eq_ignore_ascii_case("noreferrer"));
        let policy = if hides { Policy::NoReferrer } else { self.policy };
        Sheet {
            id: attribute("id").unwrap_or_default(),
            names,
            action: attribute("action"),
            method: attribute("method"),
            enctype: attribute("enctype"),
            novalidate: element.attr("novalidate").is_some(),
            encoding: match element.attr("accept-charset") {
                Some(_) => wanted.unwrap_or(UTF_8).output_encoding(),
                None => self.encoding,
            },
            base: self.base.clone(),
            from: Referrer::new(self.url.clone(), policy),
            controls: Vec::new(),
            scripted: false,
        }
    }
}

/// The charset of a content type, in a header or in `<meta http-equiv>`.
fn charset(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let named = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    named.map(|(_, value)| value.trim().trim_matches('"'))
}

struct Walk<'w, 't> {
    names: &'w Names<'t>,
    page: &'w Surroundings,
    forms: Vec<(NodeId, Sheet)>,
    controls: Vec<(NodeId, Control)>,
    open: Open,
}

/// The elements that the walk is in and that matter to controls.
#[derive(Default)]
struct Open {
    forms: Vec<NodeId>,
    /// Forms that a parser closed at once because they begin in a table, and the element that the table's controls are
    /// in (HTML, "form element pointer").
    in_tables: Vec<(NodeId, NodeId)>,
    /// How many disabled fieldsets count here.
    disabled: usize,
    /// Legends in which the fieldset around them does not count.
    exempt: Vec<NodeId>,
    /// Names of the groups around, the innermost last.
    groups: Vec<String>,
    /// Labels without `for`, and whether they have named a control.
    labels: Vec<(NodeId, bool)>,
    /// Elements in which nothing belongs to a form.
    inert: usize,
    rtl: Vec<bool>,
}

impl<'t> Walk<'_, 't> {
    fn opens(&mut self, node: NodeRef<'t, Node>, element: &'t Element) {
        let open = &mut self.open;
        if let Some(direction) = element.attr("dir") {
            open.rtl.push(direction.eq_ignore_ascii_case("rtl"));
        }
        if is_group(element) {
            let first = |node: NodeRef<'t, Node>| node.children().find(|child| is(child, "legend"));
            let legend = Some(node).filter(|_| element.name() == "fieldset").and_then(first);
            let said = self.names.aria(element).into_iter().next().or_else(|| legend.map(spoken::text));
            let around = || open.groups.last().cloned().unwrap_or_default();
            open.groups.push(said.filter(|said| !said.is_empty()).unwrap_or_else(around));
            if is_disabled_fieldset(element) {
                open.disabled += 1;
                open.exempt.extend(legend.map(|legend| legend.id()));
            }
        }
        match element.name() {
            "template" | "datalist" => open.inert += 1,
            "legend" if open.exempt.contains(&node.id()) => open.disabled = open.disabled.saturating_sub(1),
            "label" if element.attr("for").is_none() => open.labels.push((node.id(), false)),
            "form" => self.begins(node, element),
            "input" | "button" | "select" | "textarea" => self.meets(node, element),
            _ => {}
        }
    }

    fn closes(&mut self, node: NodeRef<'t, Node>, element: &'t Element) {
        let open = &mut self.open;
        match element.name() {
            "template" | "datalist" => open.inert = open.inert.saturating_sub(1),
            "legend" if open.exempt.contains(&node.id()) => open.disabled += 1,
            "label" if element.attr("for").is_none() => drop(open.labels.pop()),
            "form" if open.forms.last() == Some(&node.id()) => drop(open.forms.pop()),
            _ => {}
        }
        if is_group(element) {
            open.groups.pop();
            if is_disabled_fieldset(element) {
                open.disabled = open.disabled.saturating_sub(1);
                open.exempt.retain(|legend| node.tree().get(*legend).and_then(|l| l.parent()) != Some(node));
            }
        }
        if element.attr("dir").is_some() {
            open.rtl.pop();
        }
        while open.in_tables.last().is_some_and(|(parent, _)| *parent == node.id()) {
            open.in_tables.pop();
        }
    }

    fn begins(&mut self, node: NodeRef<'t, Node>, element: &'t Element) {
        if self.open.inert > 0 {
            return;
        }
        let mut names = self.names.aria(element);
        names.extend(element.attr("name").filter(|name| !name.is_empty()).map(str::to_owned));
        self.forms.push((node.id(), self.page.sheet(element, names)));
        let table = node
            .parent()
            .filter(|parent| ["table", "thead", "tbody", "tfoot", "tr"].iter().any(|name| is(parent, name)));
        match table.filter(|_| !node.has_children()) {
            Some(parent) => self.open.in_tables.push((parent.id(), node.id())),
            None => self.open.forms.push(node.id()),
        }
    }

    /// A control: whose it is, and what it is called here.
    fn meets(&mut self, node: NodeRef<'t, Node>, element: &'t Element) {
        let is_hidden = element.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
        let labelled = element.name() != "input" || !is_hidden;
        let around = self.open.labels.last_mut().filter(|(_, used)| labelled && !used);
        let around = around.map(|(id, used)| {
            *used = true;
            *id
        });
        if self.open.inert > 0 {
            return;
        }
        let Some(owner) = self.owner(element) else { return };
        let direction = element.attr("dirname").filter(|name| !name.is_empty()).map(|name| {
            let rtl = self.open.rtl.last().copied().unwrap_or_default();
            (name.to_owned(), if rtl { "rtl" } else { "ltr" })
        });
        let own = element::control(node, element);
        let mut labels = self.names.labels(node, element, around);
        labels.extend(own.labels.iter().filter(|label| !label.is_empty()).cloned());
        let control = Control {
            labels,
            group: self.open.groups.last().cloned().unwrap_or_default(),
            disabled: self.open.disabled > 0 || element.attr("disabled").is_some(),
            direction,
            ..own
        };
        self.controls.push((owner, control));
    }

    /// The form that a control belongs to, wherever it stands.
    fn owner(&self, element: &Element) -> Option<NodeId> {
        if let Some(id) = element.attr("form") {
            return self.names.of_id(id).filter(|form| is(form, "form")).map(|form| form.id());
        }
        let loose = || self.open.in_tables.last().map(|(_, form)| *form);
        self.open.forms.last().copied().or_else(loose)
    }
}

/// Of radio buttons of one name that all come checked, the last is.
fn leave_one_checked(controls: &mut [Control]) {
    let mut seen = HashSet::new();
    for Control { name, kind, .. } in controls.iter_mut().rev() {
        if let Kind::Toggle(toggle) = kind
            && toggle.radio
            && toggle.checked
            && !name.is_empty()
        {
            toggle.checked = seen.insert(name.as_str());
        }
    }
}

fn is(node: &NodeRef<'_, Node>, name: &str) -> bool {
    node.value().as_element().is_some_and(|element| element.name() == name)
}

fn is_group(element: &Element) -> bool {
    element.name() == "fieldset" || matches!(element.attr("role"), Some("group" | "radiogroup"))
}

fn is_disabled_fieldset(element: &Element) -> bool {
    element.name() == "fieldset" && element.attr("disabled").is_some()
}
