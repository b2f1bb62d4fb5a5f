//! Forms as browsers read, fill and send them.

mod filled;
mod found;
mod random;
mod read;
mod sent;

use scraper::Html;
use url::Url;

use super::control::File;
use super::lookup::Miss;
use super::reading::{self, About};
use super::sheet::Sheet;

const PAGE: &str = "https://a.test/orders/new?draft=1";

fn about(url: &Url) -> About<'_> {
    About { url, content_type: "text/html", policy: None }
}

/// All forms of a page.
fn sheets(html: &str) -> Vec<Sheet> {
    let url = Url::parse(PAGE).unwrap();
    let html = Html::parse_document(html);
    reading::forms(*html.root_element(), about(&url)).into_iter().map(|(_, sheet)| sheet).collect()
}

/// The first form of a page.
fn sheet(html: &str) -> Sheet {
    sheets(html).swap_remove(0)
}

/// A form with these controls.
fn form(controls: &str) -> Sheet {
    sheet(&format!("<form method=post>{controls}</form>"))
}

/// What is sent without a button: `a=1&b=2`, as it would stand in an address.
fn sent(sheet: &Sheet) -> String {
    sent_by(sheet, None)
}

fn sent_by(sheet: &Sheet, pressed: Option<usize>) -> String {
    super::sending::query(&sheet.entries(pressed), sheet.encoding)
}

fn file(name: &str) -> File {
    File { name: name.into(), content_type: "image/png".into(), content: b"png".as_slice().into() }
}

/// A miss in one line.
fn told(missed: Result<(), Miss>) -> String {
    let Err(miss) = missed else { return "done".to_owned() };
    let rest: Vec<String> =
        miss.notes.into_iter().chain(miss.help.map(|help| format!("help: {help}"))).collect();
    let said = format!("expected {}, found {}", miss.expected, miss.found);
    std::iter::once(said).chain(rest).collect::<Vec<_>>().join("; ")
}
