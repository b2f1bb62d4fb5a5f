//! HTML read into a tree, within bounds: what no browser shows either must not take the run's time and memory.

use std::sync::{Mutex, PoisonError};

use ego_tree::NodeRef;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::overloaded;

/// How much is read before the bounds are looked at again. One such piece is the most that goes beyond them.
const PIECE: usize = 4096;
/// The deepest nesting that is read, that of Chromium (`kMaximumHTMLParserDOMTreeDepth`). Each element that opens is
/// compared with all those around it: 200,000 deep would take minutes.
const DEEPEST: usize = 512;
/// The most nodes that are read: a table of 100,000 rows of ten cells has three millions.
const MOST_NODES: usize = 6_000_000;
/// The most mistakes in the HTML after which it is read on: what makes nothing but mistakes makes no nodes, and takes its time.
const MOST_MISTAKES: usize = 400_000;
/// From this size on reading a page holds up its thread long enough to matter to other cases.
pub(super) const LARGE: usize = 128 << 10;

/// Whose turn it is to read a large page.
static TURN: Mutex<()> = Mutex::new(());

/// HTML as a tree.
pub(super) struct Parsed {
    pub(super) html: Html,
    /// Why the rest of the page was not read.
    pub(super) unread: Option<String>,
    /// What of single elements was not read.
    pub(super) thinned: Option<String>,
}

/// Reads a whole page, or as much of it as there are bounds.
pub(super) fn parse(body: &str) -> Parsed {
    if body.len() < LARGE || !gives_way() {
        return read(body);
    }
    tokio::task::block_in_place(|| {
        // One at a time: answers that other cases wait for are to come through meanwhile.
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        read(body)
    })
}

/// Whether other cases can go on on other threads meanwhile.
fn gives_way() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

fn read(body: &str) -> Parsed {
    let (body, thinned) = overloaded::thinned(body);
    let body = body.as_ref();
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = body;
    let mut unread = None;
    while !rest.is_empty() && unread.is_none() {
        let (piece, after) = rest.split_at(boundary(rest));
        parser.process(StrTendril::from(piece));
        rest = after;
        if !rest.is_empty() {
            let at = body.len() - rest.len();
            unread = out_of_bounds(&parser.tokenizer.sink.sink.0.borrow(), at);
        }
    }
    Parsed { html: parser.finish(), unread, thinned }
}

/// The end of the next piece, between characters.
fn boundary(text: &str) -> usize {
    (PIECE..text.len().min(PIECE + 4)).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn out_of_bounds(html: &Html, at: usize) -> Option<String> {
    let depth = std::iter::successors(Some(html.tree.root()), NodeRef::last_child).count();
    if depth > DEEPEST {
        return Some(format!(
            "elements stand {DEEPEST} deep in each other; what comes after byte {at} was not read"
        ));
    }
    if html.errors.len() > MOST_MISTAKES {
        let mistakes = html.errors.len();
        return Some(format!(
            "the page has {mistakes} mistakes in its HTML up to byte {at}; what comes after was not read"
        ));
    }
    let nodes = html.tree.values().len();
    (nodes > MOST_NODES)
        .then(|| format!("the page has {nodes} nodes up to byte {at}; what comes after was not read"))
}

#[cfg(test)]
mod tests {
    use scraper::Selector;

    use super::*;

    fn count(parsed: &Parsed, selector: &str) -> usize {
        parsed.html.select(&Selector::parse(selector).unwrap()).count()
    }

    #[test]
    fn a_page_in_pieces_is_the_same_page() {
        let row = "<tr><td>Bücher &amp; Ähnliches ✓</td><td class='a b'>text\r\nmore</td></tr>";
        let page = format!("<!doctype html><title>Ü</title><table>{}</table>", row.repeat(500));
        let whole = Html::parse_document(&page);
        let parsed = read(&page);
        assert!(parsed.unread.is_none() && parsed.html.tree == whole.tree);
        assert_eq!(count(&parsed, "tr"), 500);
    }

    #[test]
    fn what_is_nested_deeper_than_browsers_show_is_not_read() {
        let page = format!("<h1>Deep</h1>{}<p>the end</p>", "<div>".repeat(200_000));
        let parsed = read(&page);
        let unread = parsed.unread.as_ref().unwrap();
        assert!(
            unread.starts_with("elements stand 512 deep in each other; what comes after byte 4"),
            "{unread}"
        );
        assert_eq!((count(&parsed, "h1"), count(&parsed, "p")), (1, 0));
        let elements_without_ends = format!("<ul>{}</ul>", "<li>one".repeat(10_000));
        let parsed = read(&elements_without_ends);
        assert!(parsed.unread.is_none() && count(&parsed, "li") == 10_000);
    }

    #[test]
    fn what_makes_nothing_but_mistakes_is_bounded() {
        for mistake in ["<tr>", "</tr>", "</b>", "<col>"] {
            let parsed = read(&format!("<h1>Orders</h1>{}<p>the end</p>", mistake.repeat(1 << 20)));
            let unread = parsed.unread.as_ref().unwrap();
            assert!(unread.contains("mistakes in its HTML up to byte"), "{mistake}: {unread}");
            assert_eq!((count(&parsed, "h1"), count(&parsed, "p")), (1, 0));
        }
    }

    #[test]
    fn what_grows_without_bound_from_little_is_bounded() {
        // Every paragraph opens all of the fonts again.
        let fonts: String = (0..600).map(|size| format!("<font size={size}>")).collect();
        let parsed = read(&format!("{fonts}{}", "<p></p>".repeat(200_000)));
        assert!(parsed.unread.is_some() && parsed.html.tree.values().len() < MOST_NODES + 1_000_000);
    }
}
