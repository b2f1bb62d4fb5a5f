//! An exchange as text: each hop in a line, below it what became of the cookies.

use std::time::Duration;

use smokestack_core::{Exchange, Hop};

use crate::page_text::one_line;

/// The lines of an exchange. Of a long chain the middle is left out: its ends tell where it leads.
pub(crate) fn lines(exchange: &Exchange) -> Vec<String> {
    shown(exchange, |_| String::new())
}

/// The same with each hop's number, for a check about the chain.
pub(crate) fn numbered(exchange: &Exchange) -> Vec<String> {
    shown(exchange, |number| format!("{number:<3}"))
}

/// The lines of the hops, each behind what a function makes of its number.
fn shown(exchange: &Exchange, head: impl Fn(usize) -> String) -> Vec<String> {
    const ENDS: usize = 4;
    let hops = &exchange.hops;
    let left_out = hops.len().saturating_sub(2 * ENDS);
    let mut lines = Vec::new();
    for (at, hop) in hops.iter().enumerate() {
        let (is_left_out, head) = ((ENDS..ENDS + left_out).contains(&at), head(at + 1));
        if is_left_out && at == ENDS {
            lines.push(format!("… {left_out} more"));
        }
        let indent = " ".repeat(head.chars().count());
        let own = hop_lines(hop).into_iter().enumerate().filter(|_| !is_left_out);
        lines.extend(own.map(|(line, text)| format!("{}{text}", if line == 0 { &head } else { &indent })));
    }
    lines
}

/// Milliseconds below a second, else seconds.
pub(crate) fn time(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

fn hop_lines(hop: &Hop) -> Vec<String> {
    let mut first = format!("{} {}", hop.method, one_line(&hop.url));
    match (hop.status, &hop.location) {
        (Some(status), Some(location)) => first.push_str(&format!("  {status} -> {}", one_line(location))),
        (Some(status), None) => first.push_str(&format!("  {status}")),
        (None, _) => first.push_str("  no answer"),
    }
    first.push_str(&format!("  {}", time(hop.took)));
    let release = hop.release.as_ref().map(|release| format!("release {release}"));
    let who: Vec<&str> = hop.instance.iter().chain(&release).map(String::as_str).collect();
    if !who.is_empty() {
        first.push_str(&format!("  ({})", one_line(&who.join(", "))));
    }
    let silence = hop.no_answer.iter().map(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause));
    let cookies =
        hop.cookies.iter().map(|note| format!("cookie {} {}: {}", note.name, note.action.word(), note.why));
    let below = silence.chain(cookies).map(|line| format!("  {}", one_line(&line)));
    std::iter::once(first).chain(below).collect()
}
