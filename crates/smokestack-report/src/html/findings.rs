//! What diagnosis concludes, whole, and what else the run has to say.

use maud::{Markup, html};
use smokestack_core::{Certainty, Finding};

use super::Section;
use super::seen::Seen;
use crate::page_text::one_line;
use crate::summary;

/// Every finding.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    if seen.findings.is_empty() {
        return None;
    }
    let body = html! { @for finding in &seen.findings { (article(seen, finding)) } };
    let count = (seen.findings.len() > 1).then_some(seen.findings.len());
    Some(Section { id: "findings", title: "Findings", count, body })
}

/// What was out of the ordinary and is no failure: sessions made anew, what was left behind.
pub(super) fn remarks(seen: &Seen<'_>) -> Option<Section> {
    let remarks = summary::remarks(seen.record, false);
    if remarks.is_empty() {
        return None;
    }
    let body = html! { ul .remarks { @for remark in &remarks { li { (seen.linked(remark)) } } } };
    Some(Section { id: "remarks", title: "Remarks", count: None, body })
}

fn article(seen: &Seen<'_>, finding: &Finding) -> Markup {
    let sure = match finding.certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::Possible => "possibly",
    };
    html! {
        article .finding {
            h3 { (one_line(&finding.title)) }
            dl {
                dt { "blamed" } dd { b { (finding.blamed()) } }
                dt { "cause" } dd {
                    @if finding.certainty != Certainty::Certain { em { (sure) ": " } }
                    (one_line(&finding.cause))
                    @if !finding.settings.is_empty() {
                        table .settings { tbody {
                            @for (component, key, value) in &finding.settings {
                                tr {
                                    th scope="row" { (component) }
                                    td { code { (key) } " = " code { (one_line(value)) } }
                                }
                            }
                        } }
                    }
                }
                (lines(seen, "proof", &finding.proof))
                (lines(seen, "note", &finding.notes))
            }
        }
    }
}

fn lines(seen: &Seen<'_>, name: &str, lines: &[String]) -> Markup {
    html! {
        @if !lines.is_empty() {
            dt { (name) }
            dd { ul { @for line in lines { li { (seen.linked(line)) } } } }
        }
    }
}
