//! The report for people: one file that needs nothing else.
//!
//! Archives of CI servers serve it without scripts, the strictest without its style sheet: everything stands on the page, in an
//! order that reads well by itself, bars are drawn by attributes, and a script adds nothing but a filter and keys.

mod blocked;
mod cases;
mod check;
mod curl;
mod failures;
mod findings;
mod flaky;
mod grid;
mod masthead;
mod rerun;
mod seen;
mod session;
#[cfg(test)]
mod tests;
mod waterfall;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use smokestack_core::Record;

use crate::page_text::escape;
use seen::Seen;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");
/// Nothing is fetched, whatever a page's text may hold; the script is the one of the file.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; \
    script-src 'sha256-0ltG0bCwU2A32spyVJsr7YCIFv2xhMdu1vWe3w4eNO8='; base-uri 'none'; form-action 'none'";

/// A part of the page that the table of contents leads to.
struct Section {
    id: &'static str,
    title: &'static str,
    /// How many things it is about, where that is worth a number.
    count: Option<usize>,
    body: Markup,
}

/// All sections, in their order; each is left out where there is nothing to say.
const SECTIONS: [fn(&Seen<'_>) -> Option<Section>; 11] = [
    findings::section,
    findings::remarks,
    session::section,
    failures::section,
    blocked::section,
    blocked::not_run,
    flaky::section,
    grid::section,
    cases::slowest,
    cases::section,
    rerun::section,
];

/// The report as a page.
pub(crate) fn page(record: &Record) -> String {
    let seen = Seen::of(record);
    let sections: Vec<Section> = SECTIONS.iter().filter_map(|section| section(&seen)).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (masthead::title(&seen)) }
                link rel="icon" href=(masthead::icon(&seen));
                style { (PreEscaped(STYLE)) }
            }
            body .(seen.mood()) {
                a .skip href="#content" { "Skip to the report" }
                (masthead::header(&seen))
                nav aria-label="Contents" { ul {
                    @for section in &sections {
                        li { a href={ "#" (section.id) } {
                            (section.title) @if let Some(count) = section.count { " " span .count { (count) } }
                        } }
                    }
                } }
                main #content tabindex="-1" {
                    @for section in &sections { (section.markup()) }
                }
                footer { p { "Written by Smokestack. Nothing in it holds a password, a cookie's value or a token." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    // Here and nowhere else: what a platform sent turns no text round and hides none of it.
    escape(&page.into_string())
}

impl Section {
    fn markup(&self) -> Markup {
        let head = format!("{}-head", self.id);
        html! {
            section #(self.id) aria-labelledby=(head) {
                h2 #(head) {
                    (self.title) @if let Some(count) = self.count { " " span .count { (count) } }
                }
                (self.body)
            }
        }
    }
}
