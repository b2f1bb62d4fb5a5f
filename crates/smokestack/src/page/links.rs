//! Links and images of a page, and what its head says of it.

use scraper::ElementRef;
use smokestack_core::Place;

use super::document::folded;
use super::judged::{Judged, Subject};
use super::{Count, Page, Text, Texts};
use crate::Checked;

/// How many names of links a note shows.
const MOST: usize = 12;

/// All links of a page.
#[derive(Clone)]
pub struct Links {
    subject: Subject,
    /// What a reader sees, and where it leads.
    all: Vec<(String, String)>,
}

/// A link by what a reader sees of it.
#[derive(Clone)]
pub struct Link {
    links: Links,
    name: String,
}

/// All images of a page.
#[derive(Clone)]
pub struct Images {
    subject: Subject,
    /// Where each is, and the words that stand for it.
    all: Vec<(String, Option<String>)>,
}

impl Page {
    /// All links: `page.links().count().at_least(5)`.
    pub fn links(&self) -> Links {
        let read = |link: ElementRef<'_>| (name(link), self.resolved(link.attr("href").unwrap_or_default()));
        let all = self.document().select("a[href], area[href]", usize::MAX, read).unwrap_or_default();
        Links { subject: Subject::new(self, "links"), all }
    }

    /// The link that a reader sees under this name: its text, or else `aria-label`, `title`, or the words for its image.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.link("Work orders").leads_to("/work-orders/");
    /// # }
    /// ```
    pub fn link(&self, name: &str) -> Link {
        let links = Links { subject: Subject::new(self, &format!("link {name:?}")), ..self.links() };
        Link { links, name: name.to_owned() }
    }

    /// All images: `page.images().descriptions().each().is_present()`.
    pub fn images(&self) -> Images {
        let read = |image: ElementRef<'_>| {
            (self.resolved(image.attr("src").unwrap_or_default()), image.attr("alt").map(str::to_owned))
        };
        let all = self.document().select("img", usize::MAX, read).unwrap_or_default();
        Images { subject: Subject::new(self, "images"), all }
    }

    /// The language that the page says it is in: `lang` of `html`.
    pub fn language(&self) -> Text {
        let lang = |html: ElementRef<'_>| html.attr("lang").map(|lang| lang.trim().to_owned());
        let lang = self.document().select("html", 1, lang).ok().and_then(|mut found| found.pop()).flatten();
        Text::new(self, "language", lang.filter(|lang| !lang.is_empty()), "`html` has no `lang`")
    }

    /// The address that the page calls its own: `link` of `rel=canonical`, as a whole address.
    pub fn canonical(&self) -> Text {
        let address = |link: ElementRef<'_>| link.attr("href").map(|href| self.resolved(href));
        let found = self.document().select("link[rel~=canonical i][href]", 1, address);
        let found = found.ok().and_then(|mut found| found.pop()).flatten();
        Text::new(self, "canonical link", found, "the page has none")
    }

    /// An address of the page as a whole one; as it stands where it is none.
    fn resolved(&self, address: &str) -> String {
        self.address().join(address.trim()).map_or_else(|_| address.to_owned(), String::from)
    }
}

impl Links {
    /// How many there are.
    pub fn count(&self) -> Count {
        Count::of(self.subject.clone(), "number of links", self.all.len())
    }

    /// What a reader sees of each.
    pub fn names(&self) -> Texts {
        let names = self.all.iter().map(|(name, _)| name.clone());
        Texts::of(self.subject.clone(), "names of links", names.collect())
    }

    /// Where each leads, as a whole address.
    pub fn addresses(&self) -> Texts {
        let addresses = self.all.iter().map(|(_, address)| address.clone());
        Texts::of(self.subject.clone(), "addresses of links", addresses.collect())
    }

    /// Checks that one of them leads there: a path, or a whole address.
    #[track_caller]
    pub fn lead_to(&self, address: &str) -> Judged {
        let place = Place::caller();
        let page = &self.subject.page;
        let wanted = page.resolved(address);
        let met = self.all.iter().any(|(_, address)| same(address, &wanted));
        let found = format!("none of {} does", self.all.len());
        let notes = || page.heading_notes();
        self.subject.expect(met, "links", format!("one that leads to {address}"), found, notes, place)
    }
}

impl Link {
    /// Where it leads, as a whole address.
    pub fn address(&self) -> Text {
        let what = format!("address of link {:?}", self.name);
        let address = self.found().map(|(_, address)| address.clone());
        Text::of(self.links.subject.clone(), what, address, MISSING).told(self.notes())
    }

    /// Checks that it leads there: to a path, or a whole address.
    #[track_caller]
    pub fn leads_to(&self, address: &str) -> Judged {
        let place = Place::caller();
        let subject = &self.links.subject;
        let wanted = subject.page.resolved(address);
        let met = self.all().any(|(_, address)| same(address, &wanted));
        let found = match self.found() {
            Some((_, address)) => address.clone(),
            None => MISSING.to_owned(),
        };
        let notes = || [self.missing_notes(), self.notes()].concat();
        subject.expect(met, &self.what(), format!("leads to {wanted}"), found, notes, place)
    }

    /// Checks that it is there.
    #[track_caller]
    pub fn exists(&self) -> Judged {
        self.expect_there(Place::caller())
    }

    /// Ends the case if a check of this link failed before, or else if it is not there.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.links.subject.required(|| self.expect_there(place))
    }

    fn expect_there(&self, place: Place) -> Judged {
        let notes = || [self.missing_notes(), self.notes()].concat();
        self.links.subject.expect(self.found().is_some(), &self.what(), "a link", MISSING, notes, place)
    }

    fn what(&self) -> String {
        format!("link {:?}", self.name)
    }

    fn all(&self) -> impl Iterator<Item = &(String, String)> {
        self.links.all.iter().filter(|(name, _)| *name == self.name)
    }

    fn found(&self) -> Option<&(String, String)> {
        self.all().next()
    }

    fn missing_notes(&self) -> Vec<String> {
        if self.found().is_some() { Vec::new() } else { self.links.subject.page.heading_notes() }
    }

    /// The names of other links, where this one is not.
    fn notes(&self) -> Vec<String> {
        if self.found().is_some() || self.links.all.is_empty() {
            return Vec::new();
        }
        let names = self.links.all.iter().map(|(name, _)| name).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(|name| self.links.subject.page.shown(name)).collect();
        let more = if names.len() > MOST { format!(", … ({} in all)", names.len()) } else { String::new() };
        let first = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>();
        vec![format!("its links: {}{more}", first.join(", "))]
    }
}

impl Images {
    /// How many there are.
    pub fn count(&self) -> Count {
        Count::of(self.subject.clone(), "number of images", self.all.len())
    }

    /// Where each is, as a whole address.
    pub fn addresses(&self) -> Texts {
        let addresses = self.all.iter().map(|(address, _)| address.clone());
        Texts::of(self.subject.clone(), "addresses of images", addresses.collect())
    }

    /// The words that stand for each where it cannot be seen (`alt`); empty where there are none.
    pub fn descriptions(&self) -> Texts {
        let words = self.all.iter().map(|(_, alt)| alt.clone().unwrap_or_default());
        let missing = self.all.iter().filter(|(_, alt)| alt.is_none()).map(|(address, _)| address);
        let notes = missing.take(3).map(|address| format!("without `alt`: {address}")).collect();
        Texts::of(self.subject.clone(), "descriptions of images", words.collect()).told(notes)
    }
}

const MISSING: &str = "the page has no such link";

/// What a reader sees, or hears, of a link.
fn name(link: ElementRef<'_>) -> String {
    let text = folded(link.text());
    let attribute =
        |name: &str| link.attr(name).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    if let Some(label) = attribute("aria-label") {
        return label;
    }
    if !text.is_empty() {
        return text;
    }
    let image = link.descendent_elements().find_map(|element| element.attr("alt").map(str::to_owned));
    image.filter(|alt| !alt.is_empty()).or_else(|| attribute("title")).unwrap_or_default()
}

/// Whether two addresses are one, a place within the page apart.
fn same(address: &str, wanted: &str) -> bool {
    let whole = |address: &str| address.split('#').next().unwrap_or_default().to_owned();
    address == wanted || whole(address) == wanted
}
